"""Where everybody is signed in, for administrators: browsers, and the tools that were let in from each.

Ending a session ends the tokens that came from it at once: they look at it whenever they are used.
Role credentials live on, unless the center serves with `--revocation strict`
(`spec/identity-center.md` §7.5 to §7.10).
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Row,
    and_,
    exists,
    func,
    literal,
    or_,
    select,
    tuple_,
    update,
)

from sekisho.center import audit
from sekisho.center.audit import Named, Who
from sekisho.center.center import Center
from sekisho.center.directory import people, roster
from sekisho.center.events import Event
from sekisho.center.own_sessions import BrowserSession, CommandLineSignIn, sign_ins_that_live
from sekisho.center.storage.database import Database
from sekisho.center.storage.tables import access_tokens, sessions, sign_ins, users
from sekisho.center.storage.times import from_epoch

__all__ = [
    "After",
    "Ended",
    "Live",
    "LivePage",
    "end_all_by_id",
    "end_all_of",
    "end_session",
    "end_tool",
    "live_sessions",
    "sign_out",
]


@dataclass(frozen=True, slots=True)
class Live:
    """One browser session, whose it is, and what came of it."""

    user: Who
    browser: BrowserSession
    tools: tuple[CommandLineSignIn, ...]
    """Those that still open something, newest first."""


@dataclass(frozen=True, slots=True)
class After:
    """Where a page ended."""

    expires_at: int
    """Seconds of the epoch."""
    id: str


@dataclass(frozen=True, slots=True)
class LivePage:
    """Some of the live sessions."""

    sessions: tuple[Live, ...]
    further: After | None
    """Where the next page begins after; `None`: this is the last one."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How much was ended."""

    browsers: int
    tools: int


def live_sessions(
    center: Center, *, person: str = "", size: int, after: After | None = None
) -> LivePage:
    """Return a page of the sessions that open something, those that last longest first.

    With `person`, only of those whose user name begins so, or who has that id. A session that has
    run out, but out of which a tool in the legacy form still has a token, is among them.
    """
    now = center.now()
    query = (
        select(sessions, users.c.name)
        .join(users, users.c.id == sessions.c.user_id)
        .where(sessions.c.ended_at.is_(None), users.c.enabled, _opens(center, now))
        .order_by(sessions.c.expires_at.desc(), sessions.c.id.desc())
        .limit(size + 1)
    )
    if person:
        begins = func.lower(users.c.name).startswith(person.lower(), autoescape=True)
        query = query.where(or_(begins, users.c.id == person))
    if after is not None:
        here = tuple_(sessions.c.expires_at, sessions.c.id)
        query = query.where(here < tuple_(literal(after.expires_at, BigInteger), after.id))
    with center.database.reading() as connection:
        rows = connection.execute(query).all()
        shown = rows[:size]
        from_them = sign_ins.c.session_id.in_([row.id for row in shown])
        tools = sign_ins_that_live(connection, from_them, now=now)
    found = tuple(_live(row, tools) for row in shown)
    last = shown[-1] if len(rows) > size else None
    return LivePage(found, None if last is None else After(last.expires_at, last.id))


def end_session(center: Center, session_id: str) -> bool:
    """End somebody's browser session, and every tool's sign-in from it; whether there was one."""
    now = center.now()
    ending = (
        update(sessions)
        .where(sessions.c.id == session_id, sessions.c.ended_at.is_(None))
        .values(ended_at=now)
        .returning(sessions.c.user_id, sessions.c.user_agent)
    )
    with center.database.writing() as connection:
        row = connection.execute(ending).one_or_none()
        if row is not None:
            audit.keep(
                connection, Event.SESSION_ENDED,
                at=now, person=people.person_in(connection, row.user_id),
                session=session_id, browser=row.user_agent,
            )  # fmt: skip
    return row is not None


def end_tool(center: Center, sign_in_id: str) -> bool:
    """End one tool's sign-in of somebody: none of its tokens works any more; whether it lived."""
    now = center.now()
    ending = (
        update(sign_ins)
        .where(sign_ins.c.id == sign_in_id, sign_ins.c.ended_at.is_(None))
        .values(ended_at=now)
        .returning(sign_ins.c.user_id, sign_ins.c.client_name)
    )
    with center.database.writing() as connection:
        row = connection.execute(ending).one_or_none()
        if row is not None:
            audit.keep(
                connection, Event.SIGN_IN_ENDED,
                at=now, person=people.person_in(connection, row.user_id),
                sign_in=sign_in_id, client=row.client_name,
            )  # fmt: skip
    return row is not None


def sign_out(database: Database, name: str, *, now: int) -> Ended:
    """End everything of the person `name`. Raises `errors.UsageError` for one who is not there."""
    with database.reading() as connection:
        person = Who(roster.known_id(connection, name), name)
    return end_all_of(database, person, now=now)


def end_all_by_id(center: Center, user_id: str) -> Ended | None:
    """End everything of the person with that id; `None`: there is nobody, or nothing to end."""
    with center.database.reading() as connection:
        query = select(users.c.id, users.c.name).where(users.c.id == user_id)
        row = connection.execute(query).one_or_none()
    if row is None:
        return None
    ended = end_all_of(center.database, Who(row.id, row.name), now=center.now())
    return ended if ended.browsers or ended.tools else None


def end_all_of(database: Database, person: Named, *, now: int) -> Ended:
    """End every browser session of a person, and every sign-in of a tool of theirs."""
    with database.writing() as connection:
        browsers = connection.execute(
            update(sessions)
            .where(sessions.c.user_id == person.id, sessions.c.ended_at.is_(None))
            .values(ended_at=now)
        ).rowcount
        tools = connection.execute(
            update(sign_ins)
            .where(sign_ins.c.user_id == person.id, sign_ins.c.ended_at.is_(None))
            .values(ended_at=now)
        ).rowcount
        if browsers or tools:
            audit.keep(
                connection, Event.ALL_ENDED,
                at=now, person=person, browsers=browsers, tools=tools,
            )  # fmt: skip
    return Ended(browsers, tools)


def _opens(center: Center, now: int) -> ColumnElement[bool]:
    """Whether a session, or a token that came from it, is not over."""
    lives = and_(sign_ins.c.ended_at.is_(None), access_tokens.c.expires_at > now)
    token = (
        exists()
        .select_from(sign_ins.join(access_tokens, access_tokens.c.sign_in_id == sign_ins.c.id))
        .where(sign_ins.c.session_id == sessions.c.id, lives)
    )
    lately = sessions.c.expires_at > now - center.settings.lifetimes.legacy_access_token
    return and_(lately, or_(sessions.c.expires_at > now, token))


def _live(row: Row[Any], tools: tuple[CommandLineSignIn, ...]) -> Live:
    browser = BrowserSession(
        row.id, row.address, row.user_agent, from_epoch(row.started_at), from_epoch(row.expires_at)
    )
    theirs = tuple(tool for tool in tools if tool.session_id == row.id)
    return Live(Who(row.user_id, row.name), browser, theirs)
