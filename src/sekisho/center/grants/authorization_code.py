"""The service's end of the authorization code grant with PKCE (RFC 6749, RFC 7636, RFC 8252);
the client's is `login/pkce.py`.

1. `/authorize`: check who asks and where the answer goes (RFC 6749 §4.1.1, §4.1.2.1), and keep
   the request under a random handle, so that a sign-in in between can neither lose nor swap it.
2. The person allows or denies it; the browser is sent to the client's loopback with a code, or
   with an error (§4.1.2), and with `iss` (RFC 9207). An application of an administrator's may
   also have addresses by https, which are compared whole (RFC 9700 §2.1).
3. The client redeems the code, once, within a minute, with the verifier of the challenge
   (RFC 7636 §4.6). Redeeming it again ends what it yielded (RFC 6749 §4.1.2).
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any
from urllib.parse import quote, urlencode

from sqlalchemy import ColumnElement, Connection, Row, insert, select, update

from sekisho.center import audit, tokens
from sekisho.center.center import Center
from sekisho.center.clients import AUTHORIZATION_CODE, Client, application_client, client_of
from sekisho.center.directory import applications, people
from sekisho.center.events import Event
from sekisho.center.grants.interface import Asked, invalid_grant, required, scopes_for
from sekisho.center.grants.loopback import is_site, same_but_for_the_port
from sekisho.center.protocol.fault import Fault
from sekisho.center.sessions import Session
from sekisho.center.storage import bearer
from sekisho.center.storage.tables import authorization_requests
from sekisho.center.storage.times import from_epoch
from sekisho.center.tokens import IssuedToken

__all__ = [
    "AuthorizationRequest",
    "PageError",
    "PageProblem",
    "RedirectError",
    "approve",
    "begin",
    "deny",
    "redeem",
    "redeem_for_application",
    "waiting",
]

_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")
_LONGEST_STATE = 2048


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """A client that waits for the person's consent."""

    handle: str
    """Names the request in the address of the consent page."""
    client_name: str
    """Text that a stranger wrote, unless it is an administrator's application."""
    application: str | None
    """The ARN, where an administrator created the client."""
    scopes: tuple[str, ...]
    redirect_uri: str
    """Where the answer goes: the client's port on the person's own machine, or the site of an
    administrator's application."""
    asked_at: datetime
    expires_at: datetime


class PageProblem(StrEnum):
    """What is wrong with a request of which the client cannot be told."""

    REGISTRATION_UNKNOWN = "registration_unknown"
    """Or it has expired."""
    APPLICATION_UNKNOWN = "application_unknown"
    """Or it was disabled."""
    REDIRECT_UNREGISTERED = "redirect_unregistered"
    REQUEST_MALFORMED = "request_malformed"


@dataclass(frozen=True, slots=True)
class PageError:
    """The client or its redirect is not to be trusted: tell the person, redirect nowhere."""

    problem: PageProblem


@dataclass(frozen=True, slots=True)
class RedirectError:
    """The client is told by a redirect to `url`."""

    url: str


def begin(
    center: Center, query: Mapping[str, str], *, issuer: str
) -> AuthorizationRequest | PageError | RedirectError:
    """Step 1: judge what came to `/authorize` at `issuer`, our own origin, and keep it."""
    client_id = query.get("client_id", "")
    client = _client(center, client_id)
    if client is None:
        known_by = applications.is_arn(client_id)
        return PageError(
            PageProblem.APPLICATION_UNKNOWN if known_by else PageProblem.REGISTRATION_UNKNOWN
        )
    redirect_uri = query.get("redirect_uri", "")
    if not any(_leads_to(client, redirect_uri, uri) for uri in client.redirect_uris):
        return PageError(PageProblem.REDIRECT_UNREGISTERED)
    fault = _fault_in(client, query)
    if fault is not None:
        error, description = fault
        return RedirectError(
            _answer_url(redirect_uri, query.get("state"), issuer,
                        error=error, error_description=description)
        )  # fmt: skip
    return _keep(center, client, query, issuer)


def waiting(center: Center, handle: str) -> AuthorizationRequest | None:
    """Step 2: return the request that waits under `handle`; `None` once answered or expired."""
    with center.database.reading() as connection:
        row = connection.execute(
            select(authorization_requests).where(_waits(center, handle))
        ).one_or_none()
    return None if row is None else _shown(handle, row)


def approve(center: Center, handle: str, session: Session) -> str:
    """Step 2: let the client in as the person of `session`; return the URL to redirect to.

    When the request was answered meanwhile, that is the consent page, which says so.
    """
    code, now = bearer.new("sks_ac_"), center.now()
    row = _answer(
        center,
        handle,
        session,
        Event.CONSENT_ALLOWED,
        code_hash=bearer.digest(code),
        code_expires_at=now + center.settings.lifetimes.authorization_code,
    )
    if row is None:
        return _consent_page(handle)
    return _answer_url(row.redirect_uri, row.state, row.issuer, code=code)


def deny(center: Center, handle: str, session: Session) -> str:
    """Step 2: refuse the client; return the URL to redirect to, as `approve` does."""
    row = _answer(center, handle, session, Event.CONSENT_DENIED)
    if row is None:
        return _consent_page(handle)
    return _answer_url(
        row.redirect_uri, row.state, row.issuer,
        error="access_denied", error_description="The person denied the request",
    )  # fmt: skip


def redeem(center: Center, client: Client, params: Mapping[str, Any]) -> IssuedToken:
    """Step 3: `code`, `redirectUri` and `codeVerifier` (an implementation of `interface.Redeem`).

    A code that is refused for its verifier, redirect or age is not used up.
    """
    code = bearer.digest(required(params, "code"))
    redirect_uri = required(params, "redirectUri")
    verifier = required(params, "codeVerifier")
    if not _VERIFIER.fullmatch(verifier):
        raise Fault(
            "InvalidRequestException", "codeVerifier must be 43 to 128 unreserved characters"
        )
    with center.database.writing() as connection:
        query = select(authorization_requests).where(
            authorization_requests.c.code_hash == code,
            authorization_requests.c.client_hash == client.hash,
        )
        row = connection.execute(query.with_for_update()).one_or_none()
        issued = None
        if row is not None and row.redeemed_at is not None:
            _end_what_it_yielded(connection, center, client, row)
        elif (
            row is not None
            and row.redirect_uri == redirect_uri
            and _fits(verifier, row.code_challenge)
        ):
            scopes = scopes_for(client, tuple(row.scopes), params)
            issued = _consume(connection, center, replace(client, scopes=scopes), row)
    if issued is None:
        raise invalid_grant()
    return issued


def redeem_for_application(center: Center, asked: Asked) -> IssuedToken:
    """Step 3 for an application (an implementation of `interface.RedeemForApplication`)."""
    return redeem(center, asked.client, asked.params)


def _client(center: Center, client_id: str) -> Client | None:
    if not applications.is_arn(client_id):
        return client_of(center, client_id)
    with center.database.reading() as connection:
        application = applications.application_of(connection, client_id)
    return application_client(application) if application and application.enabled else None


def _leads_to(client: Client, asked: str, registered: str) -> bool:
    """Whether the browser may be sent to `asked`, which was registered as `registered`."""
    of_a_site = client.application is not None and asked == registered and is_site(asked)
    return of_a_site or same_but_for_the_port(asked, registered)


def _fault_in(client: Client, query: Mapping[str, str]) -> tuple[str, str] | None:
    """Return error and description of a request whose client and redirect are known."""
    if query.get("response_type") != "code":
        return "unsupported_response_type", "response_type must be code"
    if AUTHORIZATION_CODE not in client.grants:
        return "unauthorized_client", "The client is not registered for this grant"
    if query.get("code_challenge_method") != "S256":  # RFC 7636 §4.4.1; `plain` proves nothing
        return "invalid_request", "code_challenge_method must be S256"
    if not _CHALLENGE.fullmatch(query.get("code_challenge", "")):
        return "invalid_request", "code_challenge must be 43 characters of base64url"
    if len(query.get("state", "")) > _LONGEST_STATE:
        return "invalid_request", "state is too long"
    plural, singular = query.get("scopes"), query.get("scope")
    if plural is not None and singular is not None and plural.split() != singular.split():
        return "invalid_request", "scope and scopes disagree"
    if not set(_scopes_asked_for(client, query)) <= set(client.scopes):
        return "invalid_scope", "The client is not registered for that scope"
    return None


def _scopes_asked_for(client: Client, query: Mapping[str, str]) -> tuple[str, ...]:
    """The AWS CLI sends `scopes`, others the `scope` of RFC 6749.

    A client that registered gets all of its own, as long as it asks for no others.
    """
    asked = tuple(dict.fromkeys(query.get("scopes", query.get("scope", "")).split()))
    registered = client.application is None and set(asked) <= set(client.scopes)
    return client.scopes if registered or not asked else asked


def _keep(
    center: Center, client: Client, query: Mapping[str, str], issuer: str
) -> AuthorizationRequest:
    handle, now, table = bearer.new(), center.now(), authorization_requests
    statement = (
        insert(table)
        .values(
            handle_hash=bearer.digest(handle),
            client_hash=client.hash,
            client_name=client.name,
            application=client.application,
            scopes=list(_scopes_asked_for(client, query)),
            redirect_uri=query["redirect_uri"],
            state=query.get("state"),
            issuer=issuer,
            code_challenge=query["code_challenge"],
            asked_at=now,
            expires_at=now + center.settings.lifetimes.authorization_request,
        )
        .returning(*table.c)
    )
    with center.database.writing() as connection:
        return _shown(handle, connection.execute(statement).one())


def _waits(center: Center, handle: str) -> ColumnElement[bool]:
    table = authorization_requests
    return (
        (table.c.handle_hash == bearer.digest(handle))
        & table.c.answered_at.is_(None)
        & (table.c.expires_at > center.now())
    )


def _shown(handle: str, row: Row[Any]) -> AuthorizationRequest:
    return AuthorizationRequest(
        handle,
        row.client_name,
        row.application,
        tuple(row.scopes),
        row.redirect_uri,
        from_epoch(row.asked_at),
        from_epoch(row.expires_at),
    )


def _answer(
    center: Center, handle: str, session: Session, event: Event, **values: str | int
) -> Row[Any] | None:
    """Answer a request that still waits, in one statement: two presses cannot both win."""
    table, now = authorization_requests, center.now()
    statement = (
        update(table)
        .where(_waits(center, handle))
        .values(answered_at=now, user_id=session.user.id, session_id=session.id, **values)
        .returning(table.c.redirect_uri, table.c.state, table.c.issuer, table.c.client_name)
    )
    with center.database.writing() as connection:
        row = connection.execute(statement).one_or_none()
        if row is not None:
            audit.keep(connection, event, at=now, person=session.user, client=row.client_name)
    return row


def _consume(
    connection: Connection, center: Center, client: Client, row: Row[Any]
) -> IssuedToken | None:
    table, now = authorization_requests, center.now()
    this = table.c.handle_hash == row.handle_hash
    won = connection.execute(
        update(table)
        .where(this, table.c.redeemed_at.is_(None), table.c.code_expires_at > now)
        .values(redeemed_at=now)
        .returning(table.c.handle_hash)
    ).one_or_none()
    if won is None:
        return None
    sign_in = tokens.start_sign_in(
        connection, center, client, user_id=row.user_id, session_id=row.session_id
    )
    if sign_in is None:
        return None
    connection.execute(update(table).where(this).values(sign_in_id=sign_in.id))
    audit.keep(
        connection, Event.TOKEN_ISSUED,
        at=now, person=sign_in.user, client=client.name,
        grant=AUTHORIZATION_CODE, sign_in=sign_in.id,
    )  # fmt: skip
    return tokens.issue(connection, center, client, sign_in)


def _end_what_it_yielded(
    connection: Connection, center: Center, client: Client, row: Row[Any]
) -> None:
    """RFC 6749 §4.1.2: a code that comes twice was stolen, or its answer was."""
    if row.sign_in_id is not None:
        tokens.end_sign_in(connection, center, row.sign_in_id)
    audit.keep(
        connection, Event.CODE_REUSED,
        at=center.now(), person=people.person_in(connection, row.user_id),
        client=client.name, sign_in=row.sign_in_id,
    )  # fmt: skip


def _fits(verifier: str, challenge: str) -> bool:
    """RFC 7636 §4.6, in constant time."""
    hashed = hashlib.sha256(verifier.encode()).digest()
    expected = base64.urlsafe_b64encode(hashed).decode().rstrip("=")
    return hmac.compare_digest(expected, challenge)


def _answer_url(redirect_uri: str, state: str | None, issuer: str, **answer: str) -> str:
    parameters = {**answer, **({} if state is None else {"state": state}), "iss": issuer}
    return f"{redirect_uri}{'&' if '?' in redirect_uri else '?'}{urlencode(parameters, quote_via=quote)}"


def _consent_page(handle: str) -> str:
    return f"/consent?{urlencode({'handle': handle})}"
