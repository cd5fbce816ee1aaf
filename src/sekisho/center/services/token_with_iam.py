"""CreateTokenWithIAM: an application's own server gets tokens for a person (§1.14).

1. Who asks: a signature for `sso-oauth`. The query of the path is signed with it.
2. In which Region: tokens of this instance are of no use in others, and the error says which is theirs.
3. For which application: one that an administrator created, and has not disabled.
4. Whether this role may: the application's policy (`directory.actor_policy`).
5. By which grant: one that was put for the application.
6. For which scopes: those that were put for it, beside the three that every application has.

Source: the service model `sso-oidc`; its samples say which grant yields what.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from sekisho.center import audit, id_tokens
from sekisho.center.bounded import keep_bounded
from sekisho.center.clients import REFRESH_TOKEN, application_client
from sekisho.center.directory import actor_policy, applications
from sekisho.center.directory.actor_policy import Caller, NotUnderstood
from sekisho.center.directory.applications import OPENID, Application
from sekisho.center.directory.kept import Kept
from sekisho.center.events import Event
from sekisho.center.grants.catalogue import GRANTS_WITH_IAM
from sekisho.center.grants.interface import Asked
from sekisho.center.grants.token_exchange import ACCESS_TOKEN_TYPE, REFRESH_TOKEN_TYPE
from sekisho.center.limits import TOKEN_WITH_IAM
from sekisho.center.protocol.call import Call
from sekisho.center.protocol.fault import Fault
from sekisho.center.rolekeys import IssuedKey
from sekisho.center.services.arns import role_arn, session_arn
from sekisho.center.services.signature import signed_region, signer_of
from sekisho.center.services.throttling import refuse_haste
from sekisho.center.storage.tables import kept
from sekisho.center.tokens import IssuedToken

__all__ = ["create_token_with_iam"]

_SERVICE = "sso-oauth"
_ACTION = "sso-oauth:CreateTokenWithIAM"


def create_token_with_iam(call: Call) -> Mapping[str, object]:
    """CreateTokenWithIAM."""
    key = signer_of(call.center, call.request, service=_SERVICE)  # 1
    refuse_haste(call, TOKEN_WITH_IAM, "SlowDownException", whose=key.user.id)
    _check_region(call)  # 2
    application = _application(call, key)
    grant = call.params["grantType"]  # 5
    if grant not in GRANTS_WITH_IAM:
        raise Fault("UnsupportedGrantTypeException", f"The grants are {', '.join(GRANTS_WITH_IAM)}")
    if grant not in application.grants:
        raise Fault("UnauthorizedClientException", "The application has not been put this grant")
    asked = Asked(
        application, application_client(application, _scopes(call, application)),
        call.params, call.address,
    )  # fmt: skip
    with audit.acting(key.user):
        issued = GRANTS_WITH_IAM[grant](call.center, asked)
    return _answer(call, grant, issued)


def _check_region(call: Call) -> None:
    signed, instance = signed_region(call.request), call.center.instance
    if signed == instance.region:
        return
    added = select(kept.c.key).where(
        kept.c.kind == Kept.REGION, kept.c.key == f"{instance.arn} {signed}"
    )
    with call.center.database.reading() as connection:
        if connection.execute(added).one_or_none() is not None:
            return
    raise Fault(
        "InvalidRequestRegionException",
        f"The request is signed for {signed}; the tokens of this instance are for {instance.region}",
        details={"region": instance.region, "endpoint": call.origin},
    )


def _application(call: Call, key: IssuedKey) -> Application:
    arn = call.params["clientId"]
    with call.center.database.reading() as connection:
        found = applications.application_of(connection, arn)
    if found is None:  # 3
        raise Fault("InvalidClientException", "There is no such application, or it is disabled")
    caller = Caller(
        key.principal.account_id,
        role_arn(call.center, key),
        session_arn(call.center, key),
    )
    refusal = _refusal(found, caller)  # 4
    if refusal is not None:
        keep_bounded(
            call.center, Event.APPLICATION_DENIED,
            person=key.user, application=arn, caller=caller.session_arn,
        )  # fmt: skip
        raise Fault(
            "AccessDeniedException",
            f"User: {caller.session_arn} is not authorized to perform: {_ACTION} on resource: "
            f"{arn}, because {refusal}",
        )
    if not found.enabled:
        raise Fault("InvalidClientException", "There is no such application, or it is disabled")
    return found


def _refusal(application: Application, caller: Caller) -> str | None:
    """Why the caller may not ask for the application's tokens; `None` when they may."""
    policy = application.actor_policy
    if policy is None:
        return "the application has no authentication method"
    try:
        allowed = actor_policy.allows(policy, caller, _ACTION, application.arn)
    except NotUnderstood as reason:
        return f"its policy is not understood here: {reason}"
    return None if allowed else "its policy does not allow it"


def _scopes(call: Call, application: Application) -> tuple[str, ...] | None:  # 6
    asked = tuple(dict.fromkeys(call.params.get("scope") or ()))
    if not set(asked) <= set(application.scopes):
        raise Fault("InvalidScopeException", "The application has not been put that scope")
    return asked or None


def _answer(call: Call, grant: str, issued: IssuedToken) -> dict[str, Any]:
    refresh, refreshed = issued.refresh_token, grant == REFRESH_TOKEN
    context = None if refreshed else id_tokens.identity_context_of(call.center, issued)
    has_id_token = OPENID in issued.scopes and not refreshed
    return {
        "accessToken": issued.access_token.reveal(),
        "tokenType": "Bearer",
        "expiresIn": issued.expires_in,
        "refreshToken": None if refresh is None else refresh.reveal(),
        "idToken": id_tokens.id_token(call.center, issued, context) if has_id_token else None,
        "issuedTokenType": ACCESS_TOKEN_TYPE if refresh is None else REFRESH_TOKEN_TYPE,
        "scope": list(issued.scopes),
        "awsAdditionalDetails": None if context is None else {"identityContext": context},
    }
