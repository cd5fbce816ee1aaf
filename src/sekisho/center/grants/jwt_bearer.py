"""The JWT bearer grant (RFC 7523): another issuer says who somebody is.

1. The issuer is one that the application's grant names (AuthorizedTokenIssuers), and the operator has
   handed in its keys.
2. The assertion is that issuer's, for an audience that the grant names, and it is the time for it.
3. Its claim names one person of the instance, who is enabled and may use the application.
4. An assertion with an id of its own (`jti`) is taken once, as at AWS, on whichever replica.
5. The tokens hang on a session of their own: the person may have no browser here at all.
"""

from typing import Any

from sqlalchemy import ColumnElement, Connection, select

from sekisho.center import assertions, audit, sessions, tokens
from sekisho.center.assertions import Assertion, Refused
from sekisho.center.bounded import keep_bounded, keep_when_undone
from sekisho.center.center import Center
from sekisho.center.directory import applications, people
from sekisho.center.directory.applications import TokenIssuer
from sekisho.center.events import Event
from sekisho.center.grants.interface import Asked, invalid_grant, not_granted, required
from sekisho.center.protocol.fault import Fault
from sekisho.center.storage import bearer
from sekisho.center.storage.inserting import insert_if_absent
from sekisho.center.storage.tables import external_ids, used_assertions, users
from sekisho.center.storage.times import to_epoch
from sekisho.center.tokens import IssuedToken
from sekisho.secret import Secret

__all__ = ["redeem_for_application"]


def redeem_for_application(center: Center, asked: Asked) -> IssuedToken:
    """Take the member `assertion` (an implementation of `interface.RedeemForApplication`).

    An assertion that is refused is not used up.
    """
    token = Secret(required(asked.params, "assertion"))
    try:
        issuer, assertion = _verified(center, asked, token)
        named = _named(assertion, issuer)
    except Refused as refused:
        keep_bounded(
            center, Event.ASSERTION_REFUSED,
            address=asked.address, application=asked.application.arn, reason=str(refused),
        )  # fmt: skip
        raise not_granted(str(refused)) from None
    with center.database.writing() as connection:
        return _issue(connection, center, asked, issuer, assertion, named)


def _verified(center: Center, asked: Asked, token: Secret) -> tuple[TokenIssuer, Assertion]:
    url = assertions.claimed_issuer(token)
    audiences = asked.application.audiences_of()
    with center.database.reading() as connection:
        issuer = applications.token_issuer_at(connection, url, audiences)  # 1
    if issuer is None:
        raise Refused("The assertion's issuer is not trusted for this application")
    keys = center.issuer_keys.get(issuer.url)
    if keys is None:
        audit.warn("token_issuer_keys", f"there is no --token-issuer-keys for {issuer.url}")
        raise Refused("The center has no keys of the assertion's issuer")
    now = to_epoch(center.callers_clock.now())
    assertion = assertions.verify(
        token, keys, issuer=issuer.url, audiences=audiences[issuer.arn], now=now
    )  # 2
    return issuer, assertion


def _named(assertion: Assertion, issuer: TokenIssuer) -> str:
    """Return what the mapped claim says. A path leads through structures, and through nothing else."""
    value: Any = assertion.claims
    for part in issuer.claim.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    if not assertions.is_text(value):
        raise Refused(f"The assertion has no text in the claim {issuer.claim}")
    return str(value)


def _issue(
    connection: Connection,
    center: Center,
    asked: Asked,
    issuer: TokenIssuer,
    assertion: Assertion,
    named: str,
) -> IssuedToken:
    arn = asked.application.arn
    user_id = _person(connection, issuer, named)  # 3
    if not applications.may_use(connection, arn, user_id):
        keep_when_undone(
            connection, center, Event.APPLICATION_REFUSED,
            person=people.person_in(connection, user_id), application=arn,
        )  # fmt: skip
        raise Fault("AccessDeniedException", "The person may not use this application")
    if assertion.jti is not None:  # 4
        once = bearer.digest(f"{len(issuer.url)} {issuer.url} {assertion.jti}")
        if not insert_if_absent(
            connection, used_assertions, hash=once, expires_at=assertion.expires_at
        ):
            keep_when_undone(
                connection, center, Event.ASSERTION_REUSED,
                person=people.person_in(connection, user_id), application=arn, issuer=issuer.url,
            )  # fmt: skip
            raise not_granted("The assertion was used before")
    session_id = sessions.start_application_session(  # 5
        connection, center, user_id, asked.client.name, address=asked.address
    )
    sign_in = tokens.start_sign_in(
        connection, center, asked.client, user_id=user_id, session_id=session_id
    )
    if sign_in is None:
        raise invalid_grant()
    audit.keep(
        connection, Event.TOKEN_ISSUED,
        at=center.now(), person=sign_in.user, client=asked.client.name, grant="jwt_bearer",
        sign_in=sign_in.id, application=arn, issuer=issuer.url,
    )  # fmt: skip
    return tokens.issue(connection, center, asked.client, sign_in)


def _person(connection: Connection, issuer: TokenIssuer, named: str) -> str:
    """Return the id of the one person; of somebody who is disabled nothing more is said."""
    query = select(users.c.id, users.c.enabled).where(_is(issuer.attribute, named)).limit(2)
    found = connection.execute(query).all()
    if len(found) > 1:
        raise not_granted("Several people have what the assertion names")
    if not found or not found[0].enabled:
        raise not_granted("The assertion names nobody who can sign in here")
    return str(found[0].id)


def _is(attribute: str, named: str) -> ColumnElement[bool]:
    match attribute.lower():
        case "username":
            return users.c.name == named
        case "emails.value":
            return users.c.email == named
        case "externalid" | "externalids.id" | "externalids.value":
            theirs = select(external_ids.c.resource_id).where(external_ids.c.external_id == named)
            return users.c.id.in_(theirs)
    raise not_granted(f"People are not found by {attribute} here")
