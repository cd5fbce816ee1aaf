"""Removing rows that are over: nothing that can still be used, and nothing that must be said.

A row is kept for a day after its end, so that whoever comes too late still hears why: the AWS
CLI has no deadline of its own, and an old device code must go on saying that it expired
(`spec/identity-center.md` §1.9). A used refresh token is kept as long as its session, since using
it once more has to be noticed.
"""

from sqlalchemy import ColumnElement, Connection, Table, delete, func, or_, select

from sekisho.center.storage.database import Database
from sekisho.center.storage.tables import (
    access_tokens,
    authorization_requests,
    device_codes,
    invitations,
    rate_buckets,
    refresh_tokens,
    role_credentials,
    sessions,
    sign_in_failures,
    sign_ins,
)

__all__ = ["sweep"]

_KEPT = 24 * 3600
"""Longer than anything outlives its session, too: the longest is 12 hours."""
_AT_ONCE = 500
"""Rows of one table in one transaction, so that nobody waits long behind it."""


def sweep(database: Database, now: int) -> None:
    """Remove a bounded number of rows that ended a day before `now`. Blocks for that long."""
    for table, over in _over(now - _KEPT):
        with database.writing() as connection:
            _remove_some(connection, table, over)


def _over(end: int) -> tuple[tuple[Table, ColumnElement[bool]], ...]:
    """What ended before `end`, in an order in which nothing refers to what is gone."""
    ended = func.coalesce(sessions.c.ended_at, sessions.c.expires_at) < end
    ended_sessions = select(sessions.c.id).where(ended)
    in_them = sign_ins.c.session_id.in_(ended_sessions)
    ended_sign_ins = select(sign_ins.c.id).where(or_(in_them, sign_ins.c.ended_at < end))
    return (
        (device_codes, device_codes.c.expires_at < end),
        (authorization_requests, authorization_requests.c.expires_at < end),
        (role_credentials, role_credentials.c.expires_at < end),
        (access_tokens, access_tokens.c.expires_at < end),
        (refresh_tokens, refresh_tokens.c.sign_in_id.in_(ended_sign_ins)),
        (sign_ins, sign_ins.c.id.in_(ended_sign_ins) & _unused(sign_ins.c.id, _OF_SIGN_INS)),
        (invitations, invitations.c.expires_at < end),
        (sign_in_failures, sign_in_failures.c.last_failed_at < end),
        (rate_buckets, rate_buckets.c.at < end),
        (sessions, ended & _unused(sessions.c.id, _OF_SESSIONS)),
    )


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


def _remove_some(connection: Connection, table: Table, over: ColumnElement[bool]) -> None:
    (key,) = table.primary_key.columns
    some = select(key).where(over).limit(_AT_ONCE)
    connection.execute(delete(table).where(key.in_(some)))
