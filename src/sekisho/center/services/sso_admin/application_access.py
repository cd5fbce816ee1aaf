"""How an application gets tokens: its scopes, grants and ways to authenticate."""

from typing import Any

from sqlalchemy import Row

from sekisho.center.services.administration import Desk, Output, invalid, page
from sekisho.center.services.sso_admin.applications import application
from sekisho.center.services.sso_admin.keeping import Kept, forget, put, required, those_of
from sekisho.center.storage.tables import kept

__all__ = [
    "delete_application_access_scope",
    "delete_application_authentication_method",
    "delete_application_grant",
    "get_application_access_scope",
    "get_application_authentication_method",
    "get_application_grant",
    "list_application_access_scopes",
    "list_application_authentication_methods",
    "list_application_grants",
    "put_application_access_scope",
    "put_application_authentication_method",
    "put_application_grant",
]

_GRANTS = {
    "authorization_code": "AuthorizationCode",
    "refresh_token": "RefreshToken",
    "urn:ietf:params:oauth:grant-type:jwt-bearer": "JwtBearer",
    "urn:ietf:params:oauth:grant-type:token-exchange": "TokenExchange",
}
"""By grant type: which member of a Grant is its own."""


def put_application_access_scope(desk: Desk) -> Output:
    """PutApplicationAccessScope."""
    members = ("Scope", "AuthorizedTargets")
    return _put(desk, Kept.ACCESS_SCOPE, "Scope", *members)


def get_application_access_scope(desk: Desk) -> Output:
    """GetApplicationAccessScope."""
    return _said(desk, Kept.ACCESS_SCOPE, "Scope")


def list_application_access_scopes(desk: Desk) -> Output:
    """ListApplicationAccessScopes, by scope."""
    return _listed(desk, Kept.ACCESS_SCOPE, "Scopes")


def delete_application_access_scope(desk: Desk) -> Output:
    """DeleteApplicationAccessScope."""
    return _forgotten(desk, Kept.ACCESS_SCOPE, "Scope")


def put_application_grant(desk: Desk) -> Output:
    """PutApplicationGrant: a grant is of the kind that its type says."""
    own = _GRANTS[desk.params["GrantType"]]
    if own not in desk.params["Grant"]:
        raise invalid(f"the Grant of {desk.params['GrantType']} has {own}, and nothing else")
    return _put(desk, Kept.GRANT, "GrantType", "GrantType", "Grant")


def get_application_grant(desk: Desk) -> Output:
    """GetApplicationGrant."""
    found = _said(desk, Kept.GRANT, "GrantType")
    return {"Grant": found["Grant"]}


def list_application_grants(desk: Desk) -> Output:
    """ListApplicationGrants, by type."""
    return _listed(desk, Kept.GRANT, "Grants")


def delete_application_grant(desk: Desk) -> Output:
    """DeleteApplicationGrant."""
    return _forgotten(desk, Kept.GRANT, "GrantType")


def put_application_authentication_method(desk: Desk) -> Output:
    """PutApplicationAuthenticationMethod."""
    members = ("AuthenticationMethodType", "AuthenticationMethod")
    return _put(desk, Kept.AUTHENTICATION_METHOD, "AuthenticationMethodType", *members)


def get_application_authentication_method(desk: Desk) -> Output:
    """GetApplicationAuthenticationMethod."""
    found = _said(desk, Kept.AUTHENTICATION_METHOD, "AuthenticationMethodType")
    return {"AuthenticationMethod": found["AuthenticationMethod"]}


def list_application_authentication_methods(desk: Desk) -> Output:
    """ListApplicationAuthenticationMethods, by type."""
    return _listed(desk, Kept.AUTHENTICATION_METHOD, "AuthenticationMethods")


def delete_application_authentication_method(desk: Desk) -> Output:
    """DeleteApplicationAuthenticationMethod."""
    return _forgotten(desk, Kept.AUTHENTICATION_METHOD, "AuthenticationMethodType")


def _key(desk: Desk, member: str) -> str:
    return f"{application(desk).key} {desk.params[member]}"


def _put(desk: Desk, kind: Kept, member: str, *members: str) -> Output:
    data = {name: desk.params[name] for name in members if name in desk.params}
    put(desk, kind, _key(desk, member), data, of=desk.params["ApplicationArn"])
    return {}


def _said(desk: Desk, kind: Kept, member: str) -> dict[str, object]:
    row: Row[Any] = required(desk, kind, _key(desk, member), member)
    return dict(row.data)


def _forgotten(desk: Desk, kind: Kept, member: str) -> Output:
    forget(desk, kind, _key(desk, member), member)
    return {}


def _listed(desk: Desk, kind: Kept, member: str) -> Output:
    arn = application(desk).key
    found, following = page(
        desk, those_of(kind, arn), kept.c.key, lambda row: dict(row.data), of=(arn,)
    )
    return {member: found, "NextToken": following}
