"""Where a person is signed in: their browsers, and the command lines that they let in.

Everything here is asked for by the person themselves, so each answer and each ending is bound
to them: another person's id is as unknown as one that never was.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Label, Table, func, or_, select, update

from sekisho.center import audit
from sekisho.center.center import Center
from sekisho.center.events import Event
from sekisho.center.sessions import Session
from sekisho.center.storage.tables import access_tokens, refresh_tokens, sessions, sign_ins
from sekisho.center.storage.times import from_epoch

__all__ = [
    "BrowserSession",
    "CommandLineSignIn",
    "browser_sessions",
    "command_line_sign_ins",
    "end_browser_session",
    "end_everything_else",
    "end_everything_else_in",
    "end_sign_in",
    "sign_ins_that_live",
]


@dataclass(frozen=True, slots=True)
class BrowserSession:
    """One browser in which the person is signed in."""

    id: str
    address: str
    """Where they signed in from; empty where the connection did not tell."""
    user_agent: str
    """What the browser says of itself."""
    started_at: datetime
    """Aware, UTC, as all times here."""
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class CommandLineSignIn:
    """One application that the person let in, and whose tokens still open something."""

    id: str
    session_id: str
    """The browser session in which they let it in."""
    client_name: str
    """Text that a stranger wrote."""
    asked_from: str
    """The address that the sign-in was asked from."""
    started_at: datetime
    expires_at: datetime
    """When its last token is over; use does not move it."""


def browser_sessions(center: Center, session: Session) -> tuple[BrowserSession, ...]:
    """Return the live sessions of the person of `session`, the newest first."""
    table = sessions
    query = (
        select(table)
        .where(table.c.user_id == session.user.id, table.c.ended_at.is_(None))
        .where(table.c.expires_at > center.now(), ~table.c.application)
        .order_by(table.c.started_at.desc(), table.c.id)
    )
    with center.database.reading() as connection:
        return tuple(
            BrowserSession(
                row.id,
                row.address,
                row.user_agent,
                from_epoch(row.started_at),
                from_epoch(row.expires_at),
            )
            for row in connection.execute(query)
        )


def command_line_sign_ins(center: Center, session: Session) -> tuple[CommandLineSignIn, ...]:
    """Return the sign-ins of the person of `session` that still open something, newest first."""
    theirs = sign_ins.c.user_id == session.user.id
    with center.database.reading() as connection:
        return sign_ins_that_live(connection, theirs, now=center.now())


def sign_ins_that_live(
    connection: Connection, wanted: ColumnElement[bool], *, now: int
) -> tuple[CommandLineSignIn, ...]:
    """Return those `wanted` of the sign-ins that still open something at `now`, newest first.

    One that can refresh lasts as long as the session in which it was allowed; one that cannot,
    as long as its access token, which may be longer.
    """
    refreshes = select(refresh_tokens.c.hash).where(refresh_tokens.c.sign_in_id == sign_ins.c.id)
    last_token = (
        select(func.max(access_tokens.c.expires_at))
        .where(access_tokens.c.sign_in_id == sign_ins.c.id)
        .scalar_subquery()
    )
    query = (
        select(
            sign_ins,
            sessions.c.expires_at.label("session_expires_at"),
            last_token.label("token_expires_at"),
            refreshes.exists().label("refreshes"),
        )
        .join(sessions, sessions.c.id == sign_ins.c.session_id)
        .where(wanted, sign_ins.c.ended_at.is_(None))
        .where(sessions.c.ended_at.is_(None))
        .where(or_(sessions.c.expires_at > now, last_token > now))
        .order_by(sign_ins.c.started_at.desc(), sign_ins.c.id)
    )
    rows = connection.execute(query).all()
    found = (
        (row, row.session_expires_at if row.refreshes else row.token_expires_at) for row in rows
    )
    return tuple(
        CommandLineSignIn(
            row.id,
            row.session_id,
            row.client_name,
            row.asked_from,
            from_epoch(row.started_at),
            from_epoch(until),
        )
        for row, until in found
        if until > now
    )


def end_browser_session(center: Center, session: Session, session_id: str) -> bool:
    """End one of the person's browser sessions, and every sign-in from it; whether there was one."""
    return _end(center, session, session_id, _BROWSER)


def end_sign_in(center: Center, session: Session, sign_in_id: str) -> bool:
    """End one of the person's sign-ins: none of its tokens works any more; whether it lived."""
    return _end(center, session, sign_in_id, _TOOL)


@dataclass(frozen=True, slots=True)
class _Kind:
    """What can be ended."""

    table: Table
    event: Event
    known_by: tuple[Label[str], ...]
    """What the audit trail says of it."""


_BROWSER = _Kind(
    sessions,
    Event.SESSION_ENDED,
    (sessions.c.id.label("session"), sessions.c.user_agent.label("browser")),
)
_TOOL = _Kind(
    sign_ins,
    Event.SIGN_IN_ENDED,
    (sign_ins.c.id.label("sign_in"), sign_ins.c.client_name.label("client")),
)


def _end(center: Center, session: Session, row_id: str, kind: _Kind) -> bool:
    """Note that a row of the person's has ended; whether there was one that had not."""
    table, now = kind.table, center.now()
    statement = (
        update(table)
        .where(table.c.id == row_id, table.c.user_id == session.user.id, table.c.ended_at.is_(None))
        .values(ended_at=now)
        .returning(*kind.known_by)
    )
    with center.database.writing() as connection:
        row = connection.execute(statement).mappings().one_or_none()
        if row is not None:
            facts: dict[str, str] = {str(name): fact for name, fact in row.items()}
            audit.keep(connection, kind.event, at=now, person=session.user, has_room=True, **facts)
    return row is not None


def end_everything_else(center: Center, session: Session) -> None:
    """End everything of the person's but the browser session `session` itself."""
    with center.database.writing() as connection:
        end_everything_else_in(connection, session, center.now())


def end_everything_else_in(connection: Connection, session: Session, now: int) -> None:
    """Do that within the transaction of `connection`."""
    browsers = connection.execute(
        update(sessions)
        .where(
            sessions.c.user_id == session.user.id,
            sessions.c.id != session.id,
            sessions.c.ended_at.is_(None),
        )
        .values(ended_at=now)
    )
    tools = connection.execute(
        update(sign_ins)
        .where(sign_ins.c.user_id == session.user.id, sign_ins.c.ended_at.is_(None))
        .values(ended_at=now)
    )
    audit.keep(
        connection, Event.OTHERS_ENDED,
        at=now, person=session.user, browsers=browsers.rowcount, tools=tools.rowcount,
    )  # fmt: skip
