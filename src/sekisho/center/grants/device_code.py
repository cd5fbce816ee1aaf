"""The service's end of the device authorization grant (RFC 8628); the client's is
`login/device_code.py`.

1. The device asks for a code pair (§3.1, §3.2).
2. The person looks up the user code and approves or denies it, in a browser (§3.3).
3. The device polls (§3.4, §3.5): pending, slow down, denied, expired, or the tokens, once. An
   answer that was lost on its way is given again for half a minute: a client that polls again
   would otherwise have sent the person to the browser in vain.

The state of a code only ever moves on: pending → approved → consumed, or pending → denied. Each
step is one conditional UPDATE, so two answers at once cannot both win.
"""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from sekisho.center import audit, tokens
from sekisho.center.bounded import may_be_kept
from sekisho.center.center import Center
from sekisho.center.clients import Client
from sekisho.center.events import Event
from sekisho.center.grants.interface import invalid_grant, required
from sekisho.center.protocol.fault import Fault
from sekisho.center.sessions import Session
from sekisho.center.storage import bearer
from sekisho.center.storage.tables import device_codes
from sekisho.center.storage.times import from_epoch
from sekisho.center.tokens import IssuedToken
from sekisho.secret import Secret

__all__ = ["DevicePair", "PendingDevice", "approve", "deny", "pending", "redeem", "start"]

_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
"""RFC 8628 §6.1: consonants only, so that no code spells a word; 20^8 codes."""
_USER_CODE = re.compile(f"[{_LETTERS}]{{8}}")
_PASSED_OVER = re.compile(r"[\s-]+")
_INTERVAL = 1
_SLOW_DOWN = 5
"""Seconds that `slow_down` adds to the interval for good (§3.5)."""
_FREE_POLLS = 2
"""The AWS CLI polls before it shows the code, and again at once."""
_SAID_AGAIN = 30
"""Seconds after redeeming in which the same client gets the same tokens again."""


class _State(StrEnum):
    """How far a code has come. Expiry is not a state: it is what the clock says."""

    PENDING = "pending"
    APPROVED = "approved"
    DENIED = "denied"
    CONSUMED = "consumed"


@dataclass(frozen=True, slots=True)
class DevicePair:
    """What the device gets: one code to poll with, one to show to the person."""

    device_code: Secret
    user_code: str
    """`XXXX-XXXX`."""
    expires_in: int
    interval: int


@dataclass(frozen=True, slots=True)
class PendingDevice:
    """A device that waits for the person's answer."""

    user_code: str
    """`XXXX-XXXX`, as the device shows it."""
    client_name: str
    """Text that a stranger wrote."""
    asked_from: str
    """The address that the device asked from."""
    asked_at: datetime
    """Aware, UTC."""
    scopes: tuple[str, ...]


def start(center: Center, client: Client, *, address: str) -> DevicePair:
    """Step 1: make a code pair for `client`, whose request came from `address`."""
    device_code, now = bearer.new("sks_dc_"), center.now()
    lifetime = center.settings.lifetimes.device_code
    has_room = may_be_kept(center, Event.DEVICE_STARTED)
    with center.database.writing() as connection:
        user_code = _unused_user_code(connection)
        connection.execute(
            insert(device_codes).values(
                hash=bearer.digest(device_code),
                user_code=user_code,
                client_hash=client.hash,
                client_name=client.name,
                scopes=list(client.scopes),
                asked_from=address,
                asked_at=now,
                expires_at=now + lifetime,
                interval=_INTERVAL,
                polls=0,
                last_poll_at=now,
                state=_State.PENDING,
            )
        )
        audit.keep(
            connection, Event.DEVICE_STARTED,
            at=now, address=address, has_room=has_room, client=client.name,
        )  # fmt: skip
    return DevicePair(Secret(device_code), _shown(user_code), lifetime, _INTERVAL)


def pending(center: Center, user_code: str) -> PendingDevice | None:
    """Step 2: return the device that waits under `user_code`, however it was typed.

    `None` when no device does: unknown, answered or expired.
    """
    query = select(device_codes).where(
        device_codes.c.user_code == _plain(user_code),
        device_codes.c.state == _State.PENDING,
        device_codes.c.expires_at > center.now(),
    )
    with center.database.reading() as connection:
        row = connection.execute(query).one_or_none()
    if row is None:
        return None
    return PendingDevice(
        _shown(row.user_code),
        row.client_name,
        row.asked_from,
        from_epoch(row.asked_at),
        tuple(row.scopes),
    )


def approve(center: Center, user_code: str, session: Session) -> bool:
    """Step 2: let the waiting device in as the person of `session`; whether one still waited."""
    return _answer(center, user_code, session, _State.APPROVED, Event.DEVICE_APPROVED)


def deny(center: Center, user_code: str, session: Session) -> bool:
    """Step 2: refuse the waiting device; whether one still waited."""
    return _answer(center, user_code, session, _State.DENIED, Event.DEVICE_DENIED)


def redeem(center: Center, client: Client, params: Mapping[str, Any]) -> IssuedToken:
    """Step 3: one poll with the member `deviceCode` (an implementation of `interface.Redeem`)."""
    code = bearer.digest(required(params, "deviceCode"))
    with center.database.writing() as connection:
        query = select(device_codes).where(
            device_codes.c.hash == code, device_codes.c.client_hash == client.hash
        )
        row = connection.execute(query.with_for_update()).one_or_none()
        outcome = invalid_grant() if row is None else _poll(connection, center, client, row)
    if isinstance(outcome, Fault):
        raise outcome
    return outcome


def _answer(center: Center, user_code: str, session: Session, state: _State, event: Event) -> bool:
    statement = (
        update(device_codes)
        .where(
            device_codes.c.user_code == _plain(user_code),
            device_codes.c.state == _State.PENDING,
            device_codes.c.expires_at > center.now(),
        )
        .values(state=state, user_id=session.user.id, session_id=session.id)
        .returning(device_codes.c.client_name, device_codes.c.asked_from, device_codes.c.asked_at)
    )
    with center.database.writing() as connection:
        answered = connection.execute(statement).one_or_none()
        if answered is None:
            return False
        audit.keep(
            connection, event,
            at=center.now(), person=session.user, client=answered.client_name,
            asked_from=answered.asked_from, asked_at=answered.asked_at,
        )  # fmt: skip
    return True


def _poll(
    connection: Connection, center: Center, client: Client, row: Row[Any]
) -> IssuedToken | Fault:
    state = _State(row.state)
    if state is _State.CONSUMED:
        return _say_again(connection, center, client, row) or invalid_grant()
    if row.expires_at <= center.now():
        return Fault("ExpiredTokenException", "The device code has expired; start a new sign-in")
    match state:
        case _State.DENIED:
            return Fault("AccessDeniedException", "The sign-in was denied")
        case _State.APPROVED:
            return _consume(connection, center, client, row) or invalid_grant()
        case _State.PENDING:
            return _wait(connection, center, row)


def _consume(
    connection: Connection, center: Center, client: Client, row: Row[Any]
) -> IssuedToken | None:
    won = connection.execute(
        update(device_codes)
        .where(device_codes.c.hash == row.hash, device_codes.c.state == _State.APPROVED)
        .values(state=_State.CONSUMED, redeemed_at=center.now())
        .returning(device_codes.c.user_id, device_codes.c.session_id, device_codes.c.asked_from)
    ).one_or_none()
    if won is None:
        return None
    sign_in = tokens.start_sign_in(
        connection, center, client,
        user_id=won.user_id, session_id=won.session_id, asked_from=won.asked_from,
    )  # fmt: skip
    if sign_in is None:
        return None
    connection.execute(
        update(device_codes).where(device_codes.c.hash == row.hash).values(sign_in_id=sign_in.id)
    )
    audit.keep(
        connection, Event.TOKEN_ISSUED,
        at=center.now(), person=sign_in.user, client=client.name,
        grant="device_code", sign_in=sign_in.id,
    )  # fmt: skip
    return tokens.issue(connection, center, client, sign_in)


def _say_again(
    connection: Connection, center: Center, client: Client, row: Row[Any]
) -> IssuedToken | None:
    """Give the tokens of a redeemed code again; `None` when that is too late."""
    if row.sign_in_id is None or center.now() - row.redeemed_at > _SAID_AGAIN:
        return None
    sign_in = tokens.live_sign_in(connection, center, row.sign_in_id)
    if sign_in is None or not center.keys.knows(sign_in.token_key):
        return None
    return tokens.issue(connection, center, client, sign_in)


def _wait(connection: Connection, center: Center, row: Row[Any]) -> Fault:
    """Count a poll that came too early, but for the first two, which may come at once."""
    now = center.now()
    too_early = row.polls >= _FREE_POLLS and now - row.last_poll_at < row.interval
    slow_down = too_early and center.settings.limits
    connection.execute(
        update(device_codes)
        .where(device_codes.c.hash == row.hash)
        .values(
            polls=row.polls + 1,
            last_poll_at=now,
            interval=row.interval + (_SLOW_DOWN if slow_down else 0),
        )
    )
    if slow_down:
        return Fault("SlowDownException", "Polling too fast; wait five seconds longer each time")
    return Fault("AuthorizationPendingException", "Authorization is still pending")


def _unused_user_code(connection: Connection) -> str:
    while True:
        candidate = "".join(secrets.choice(_LETTERS) for _ in range(8))
        known = select(device_codes.c.hash).where(device_codes.c.user_code == candidate)
        if connection.execute(known).one_or_none() is None:
            return candidate


def _plain(typed: str) -> str:
    """Read a code as people type it: case, blanks and dashes do not count (§6.1)."""
    letters = _PASSED_OVER.sub("", typed).upper()
    return letters if _USER_CODE.fullmatch(letters) else ""


def _shown(user_code: str) -> str:
    return f"{user_code[:4]}-{user_code[4:]}"
