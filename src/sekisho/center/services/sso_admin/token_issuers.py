"""Trusted token issuers: whose JSON Web Tokens CreateTokenWithIAM takes."""

import uuid
from typing import Any

from sqlalchemy import Row, select

from sekisho.center.directory.instance import OWNER_ACCOUNT
from sekisho.center.protocol.fault import Fault
from sekisho.center.services.administration import Desk, Output, page
from sekisho.center.services.sso_admin.keeping import Kept, forget, put, required, those_of
from sekisho.center.services.sso_admin.resources import check_instance
from sekisho.center.services.sso_admin.tags import put_tags, remove_tags
from sekisho.center.storage.tables import kept

__all__ = [
    "create_trusted_token_issuer",
    "delete_trusted_token_issuer",
    "describe_trusted_token_issuer",
    "list_trusted_token_issuers",
    "update_trusted_token_issuer",
]

_CONFIGURATION, _OIDC = "TrustedTokenIssuerConfiguration", "OidcJwtConfiguration"
_CALLED = "TrustedTokenIssuer"


def create_trusted_token_issuer(desk: Desk) -> Output:
    """CreateTrustedTokenIssuer: one for each issuer URL."""
    instance, params = check_instance(desk), desk.params
    url = params[_CONFIGURATION][_OIDC]["IssuerUrl"]
    same = select(kept.c.key).where(
        kept.c.kind == Kept.TOKEN_ISSUER,
        kept.c.data[_CONFIGURATION][_OIDC]["IssuerUrl"].as_string() == url,
    )
    if desk.connection.execute(same).one_or_none() is not None:
        raise Fault("ConflictException", f"there is an issuer with the URL {url} already")
    arn = (
        f"arn:aws:sso::{OWNER_ACCOUNT}:trustedTokenIssuer/{desk.center.instance.id}/"
        f"tti-{uuid.uuid4()}"
    )
    members = ("Name", "TrustedTokenIssuerType", _CONFIGURATION)
    data = {member: params[member] for member in members}
    put(desk, Kept.TOKEN_ISSUER, arn, data, of=instance)
    put_tags(desk, arn, params.get("Tags", ()))
    return {"TrustedTokenIssuerArn": arn}


def describe_trusted_token_issuer(desk: Desk) -> Output:
    """DescribeTrustedTokenIssuer."""
    arn = desk.params["TrustedTokenIssuerArn"]
    return {"TrustedTokenIssuerArn": arn, **_row(desk).data}


def list_trusted_token_issuers(desk: Desk) -> Output:
    """ListTrustedTokenIssuers, by ARN."""
    query = those_of(Kept.TOKEN_ISSUER, check_instance(desk))
    found, following = page(
        desk,
        query,
        kept.c.key,
        lambda row: {
            "TrustedTokenIssuerArn": row.key,
            "Name": row.data["Name"],
            "TrustedTokenIssuerType": row.data["TrustedTokenIssuerType"],
        },
    )
    return {"TrustedTokenIssuers": found, "NextToken": following}


def update_trusted_token_issuer(desk: Desk) -> Output:
    """UpdateTrustedTokenIssuer: what is named; the issuer's URL stays."""
    row, params = _row(desk), desk.params
    configuration = {
        **row.data[_CONFIGURATION][_OIDC],
        **params.get(_CONFIGURATION, {}).get(_OIDC, {}),
    }
    data = {**row.data, _CONFIGURATION: {_OIDC: configuration}}
    if "Name" in params:
        data["Name"] = params["Name"]
    put(desk, Kept.TOKEN_ISSUER, row.key, data, of=row.of)
    return {}


def delete_trusted_token_issuer(desk: Desk) -> Output:
    """DeleteTrustedTokenIssuer."""
    arn = desk.params["TrustedTokenIssuerArn"]
    forget(desk, Kept.TOKEN_ISSUER, arn, _CALLED)
    remove_tags(desk, arn)
    return {}


def _row(desk: Desk) -> Row[Any]:
    return required(desk, Kept.TOKEN_ISSUER, desk.params["TrustedTokenIssuerArn"], _CALLED)
