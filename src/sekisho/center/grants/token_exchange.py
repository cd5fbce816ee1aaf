"""The token exchange grant (RFC 8693): an application trades another one's access token in.

1. The subject token is an access token of this center that still works, and was issued to another
   application of an administrator's. The tokens of command lines name no audience.
2. One of its scopes has this application among its AuthorizedTargets, as the other application is
   set up now.
3. The person may use this application, too.
4. Access to accounts is not won by an exchange: whose token does not open them gets none that does
   (docs/decisions/0028).
5. The new tokens hang on the session of the subject token, and end with it. A refresh token is issued only where
   one is asked for.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from sekisho.center import audit, tokens
from sekisho.center.bounded import keep_when_undone
from sekisho.center.center import Center
from sekisho.center.clients import REFRESH_TOKEN, Client
from sekisho.center.directory import applications
from sekisho.center.directory.applications import ACCOUNT_ACCESS
from sekisho.center.events import Event
from sekisho.center.grants.interface import Asked, not_granted, required
from sekisho.center.protocol.fault import Fault
from sekisho.center.tokens import Bearer, IssuedToken
from sekisho.secret import Secret

__all__ = ["ACCESS_TOKEN_TYPE", "REFRESH_TOKEN_TYPE", "redeem_for_application"]

ACCESS_TOKEN_TYPE = "urn:ietf:params:oauth:token-type:access_token"
REFRESH_TOKEN_TYPE = "urn:ietf:params:oauth:token-type:refresh_token"


def redeem_for_application(center: Center, asked: Asked) -> IssuedToken:
    """Take the member `subjectToken` (an implementation of `interface.RedeemForApplication`)."""
    if required(asked.params, "subjectTokenType") != ACCESS_TOKEN_TYPE:
        raise Fault("InvalidRequestException", f"The subjectTokenType is {ACCESS_TOKEN_TYPE}")
    client = _client(asked.client, asked.params)
    subject = tokens.holder_of(center, Secret(required(asked.params, "subjectToken")))
    if subject is None or subject.application in (None, asked.application.arn):  # 1
        raise not_granted("The subject token is no access token of another application")
    with center.database.writing() as connection:
        return _issue(connection, center, asked, client, subject)


def _client(client: Client, params: Mapping[str, Any]) -> Client:
    """The application as what it asks to be: with a refresh token, or without."""
    wanted = params.get("requestedTokenType", ACCESS_TOKEN_TYPE)
    if wanted == ACCESS_TOKEN_TYPE:
        without = tuple(each for each in client.grants if each != REFRESH_TOKEN)
        return replace(client, grants=without)
    if wanted != REFRESH_TOKEN_TYPE:
        raise Fault(
            "InvalidRequestException",
            f"The requestedTokenType is {ACCESS_TOKEN_TYPE} or {REFRESH_TOKEN_TYPE}",
        )
    if not client.may_refresh:
        raise Fault("UnauthorizedClientException", "The application has no refresh_token grant")
    return client


def _issue(
    connection: Connection, center: Center, asked: Asked, client: Client, subject: Bearer
) -> IssuedToken:
    arn = asked.application.arn
    other = applications.application_of(connection, subject.application or "")
    if other is None or not _leads(other.targets, subject.scopes, arn):  # 2
        raise not_granted("The subject token is not for this application")
    if not applications.may_use(connection, other.arn, subject.user.id):
        raise not_granted("The subject token's application is closed to the person by now")
    if not applications.may_use(connection, arn, subject.user.id):  # 3
        keep_when_undone(
            connection, center, Event.APPLICATION_REFUSED, person=subject.user, application=arn
        )
        raise Fault("AccessDeniedException", "The person may not use this application")
    if ACCOUNT_ACCESS not in subject.scopes and ACCOUNT_ACCESS in client.scopes:  # 4
        if ACCOUNT_ACCESS in (asked.params.get("scope") or ()):
            raise Fault("InvalidScopeException", f"The subject token has no {ACCOUNT_ACCESS}")
        narrower = tuple(each for each in client.scopes if each != ACCOUNT_ACCESS)
        client = replace(client, scopes=narrower)
    sign_in = tokens.start_sign_in(  # 5
        connection,
        center,
        client,
        user_id=subject.user.id,
        session_id=subject.session_id,
        asked_from=asked.address,
    )
    if sign_in is None:
        raise not_granted("The subject token's session has ended")
    audit.keep(
        connection, Event.TOKEN_ISSUED,
        at=center.now(), person=sign_in.user, client=client.name, grant="token_exchange",
        sign_in=sign_in.id, application=arn, subject=other.arn,
    )  # fmt: skip
    return tokens.issue(connection, center, client, sign_in)


def _leads(
    targets: Mapping[str, tuple[str, ...]], scopes: tuple[str, ...], application: str
) -> bool:
    return any(application in targets.get(scope, ()) for scope in scopes)
