"""Removing rows that are over: nothing that can still be used, and nothing that must be said.

A row is kept for a day after its end, so that whoever comes too late still hears why: the AWS
CLI has no deadline of its own, and an old device code must go on saying that it expired
(`spec/identity-center.md` §1.9). A used refresh token is kept as long as its session, since using
it once more has to be noticed.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, delete, or_, select

from sekisho.center.storage.database import Database
from sekisho.center.storage.tables import (
    access_tokens,
    audit_events,
    authorization_requests,
    device_codes,
    half_sign_ins,
    invitations,
    rate_buckets,
    refresh_tokens,
    role_credentials,
    scim_tokens,
    sessions,
    sign_in_failures,
    sign_ins,
    used_assertions,
    used_challenges,
)

__all__ = ["sweep"]

_DAY = 24 * 3600
_KEPT = _DAY
"""Longer than anything outlives its session, too: the longest is 12 hours."""
_AT_ONCE = 500
"""Rows in one transaction, so that nobody waits long behind it."""
_BITES = 20
"""How many of those at most of one kind: 10,000 rows a minute keep up with 100,000 people."""
_FAMILIES = 10
"""One in so many: a session goes with its sign-ins, and each of them with its refresh tokens."""


def sweep(database: Database, now: int, *, audit_days: int, at_once: int = _AT_ONCE) -> None:
    """Remove a bounded number of rows that ended a day before `now`. Blocks for that long.

    The audit trail is kept for `audit_days`.
    """
    end = now - _KEPT
    old = select(audit_events.c.id).where(audit_events.c.at < now - audit_days * _DAY)
    _in_bites(database, at_once, partial(_remove, keys=old.limit(at_once)))
    for key, over in (
        (device_codes.c.hash, device_codes.c.expires_at),
        (authorization_requests.c.handle_hash, authorization_requests.c.expires_at),
        (role_credentials.c.access_key_id, role_credentials.c.expires_at),
        (access_tokens.c.hash, access_tokens.c.expires_at),
        (half_sign_ins.c.hash, half_sign_ins.c.expires_at),
        (used_assertions.c.hash, used_assertions.c.expires_at),
        (used_challenges.c.hash, used_challenges.c.expires_at),
        (invitations.c.hash, invitations.c.expires_at),
        (scim_tokens.c.hash, scim_tokens.c.expires_at),
        (sign_in_failures.c.key, sign_in_failures.c.last_failed_at),
        (rate_buckets.c.key, rate_buckets.c.at),
    ):
        some = select(key).where(over < end).limit(at_once)
        _in_bites(database, at_once, partial(_remove, keys=some))
    families = max(1, at_once // _FAMILIES)
    ended = select(sign_ins.c.id).where(sign_ins.c.ended_at < end).limit(families)
    _in_bites(database, families, partial(_remove_sign_ins, ids=ended))
    is_over = or_(sessions.c.expires_at < end, sessions.c.ended_at < end)
    sessions_over = select(sessions.c.id).where(is_over).limit(families)
    _in_bites(database, families, partial(_remove_sessions, ids=sessions_over))


def _in_bites(database: Database, size: int, bite: Callable[[Connection], int]) -> None:
    """Do it again as long as a whole bite is removed, and not for ever."""
    for _ in range(_BITES):
        with database.writing() as connection:
            removed = bite(connection)
        if removed < size:
            return


def _remove(connection: Connection, keys: Select[tuple[Any]]) -> int:
    """Remove the rows of those keys; how many there were."""
    (key,) = keys.selected_columns
    return connection.execute(delete(key.table).where(key.in_(keys))).rowcount


def _remove_sign_ins(connection: Connection, ids: Select[tuple[str]]) -> int:
    """Remove sign-ins with their refresh tokens, but for what is still referred to."""
    found = connection.execute(ids).scalars().all()
    connection.execute(delete(refresh_tokens).where(refresh_tokens.c.sign_in_id.in_(found)))
    these = sign_ins.c.id.in_(found) & _unused(sign_ins.c.id, _OF_SIGN_INS)
    return connection.execute(delete(sign_ins).where(these)).rowcount


def _remove_sessions(connection: Connection, ids: Select[tuple[str]]) -> int:
    """Remove sessions with their sign-ins, but for what is still referred to."""
    found = connection.execute(ids).scalars().all()
    _remove_sign_ins(connection, select(sign_ins.c.id).where(sign_ins.c.session_id.in_(found)))
    these = sessions.c.id.in_(found) & _unused(sessions.c.id, _OF_SESSIONS)
    return connection.execute(delete(sessions).where(these)).rowcount


_OF_SIGN_INS = tuple(
    table.c.sign_in_id
    for table in (device_codes, authorization_requests, access_tokens, refresh_tokens)
)
_OF_SESSIONS = tuple(
    table.c.session_id
    for table in (device_codes, authorization_requests, role_credentials, sign_ins)
)


def _unused(
    column: ColumnElement[str], users: tuple[ColumnElement[str], ...]
) -> ColumnElement[bool]:
    conditions = [~select(user).where(user == column).exists() for user in users]
    first, *rest = conditions
    for condition in rest:
        first &= condition
    return first
