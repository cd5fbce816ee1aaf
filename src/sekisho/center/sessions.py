"""Browser sessions of the access portal: how a person stays signed in, and for how long."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, insert, select, update

from sekisho.center import audit
from sekisho.center.center import Center
from sekisho.center.directory.people import User
from sekisho.center.events import Event
from sekisho.center.storage import bearer, tables
from sekisho.center.storage.times import from_epoch

__all__ = [
    "Session",
    "end_session",
    "end_session_by_id",
    "is_open",
    "prove",
    "prove_in",
    "session_of",
    "start_application_session",
    "start_in",
    "start_session",
]

_LONGEST_USER_AGENT = 256


@dataclass(frozen=True, slots=True)
class Session:
    """One person, signed in with one browser."""

    id: str
    """Not a secret: it names the session inside the center."""
    user: User
    started_at: datetime
    """Aware, UTC."""
    expires_at: datetime
    """Aware, UTC. Absolute: use does not move it."""
    proved_at: datetime
    """Aware, UTC. When the person last showed who they are."""
    administers: bool
    """Whether the person is in a group that administers."""


def start_session(center: Center, user: User, *, address: str = "", user_agent: str = "") -> str:
    """Start a session for `user`, who has just signed in, and return its cookie's value.

    The value is new each time, and only its hash is kept. The session lasts as long as the
    instance says. `address` and `user_agent` are the browser's, for the person to know it by.
    """
    with center.database.writing() as connection:
        return start_in(connection, center, user, address=address, user_agent=user_agent)


def start_in(
    connection: Connection, center: Center, user: User, *, address: str, user_agent: str
) -> str:
    """Do what `start_session` does, within the transaction of `connection`."""
    cookie, session_id, now = bearer.new(), str(uuid.uuid4()), center.now()
    browser = user_agent[:_LONGEST_USER_AGENT]
    connection.execute(
        insert(tables.sessions).values(
            id=session_id,
            cookie_hash=bearer.digest(cookie),
            user_id=user.id,
            address=address,
            user_agent=browser,
            started_at=now,
            expires_at=now + center.instance.session_seconds,
        )
    )
    audit.keep(
        connection, Event.SIGNED_IN,
        at=now, person=user, address=address, session=session_id, browser=browser,
    )  # fmt: skip
    return cookie


def prove(center: Center, session: Session) -> str | None:
    """Do what `prove_in` does, in a transaction of its own."""
    with center.database.writing() as connection:
        return prove_in(connection, center, session.user, session.id)


def prove_in(connection: Connection, center: Center, user: User, session_id: str) -> str | None:
    """Note that the person has shown anew who they are; return the session's new cookie.

    The old one is worth nothing from then on. `None`: the session has ended meanwhile.
    """
    cookie, sessions = bearer.new(), tables.sessions
    proved = connection.execute(
        update(sessions)
        .where(sessions.c.id == session_id, sessions.c.ended_at.is_(None))
        .values(cookie_hash=bearer.digest(cookie), proved_at=center.now())
    )
    if not proved.rowcount:
        return None
    audit.keep(connection, Event.PROVED, at=center.now(), person=user, session=session_id)
    return cookie


def start_application_session(
    connection: Connection, center: Center, user_id: str, application: str, *, address: str
) -> str:
    """Start a session in which `application` acts for a person without a browser; return its id.

    It has a cookie that nobody is given. Tokens hang on it as on any other, so the person sees
    what came of it among their sessions, and whatever ends it ends them.
    """
    session_id, now = str(uuid.uuid4()), center.now()
    connection.execute(
        insert(tables.sessions).values(
            id=session_id,
            cookie_hash=bearer.digest(bearer.new()),
            user_id=user_id,
            address=address,
            user_agent=application[:_LONGEST_USER_AGENT],
            started_at=now,
            expires_at=now + center.instance.session_seconds,
            application=True,
        )
    )
    return session_id


def session_of(center: Center, cookie: str | None) -> Session | None:
    """Return the live session of a cookie: not ended, not over, its user not disabled."""
    if not cookie:
        return None
    sessions, users = tables.sessions, tables.users
    query = (
        select(
            sessions.c.id,
            sessions.c.started_at,
            sessions.c.expires_at,
            func.coalesce(sessions.c.proved_at, sessions.c.started_at).label("proved_at"),
            sessions.c.user_id,
            users.c.name,
            users.c.display_name,
            _administers().label("administers"),
        )
        .join(users, users.c.id == sessions.c.user_id)
        .where(
            sessions.c.cookie_hash == bearer.digest(cookie),
            sessions.c.ended_at.is_(None),
            sessions.c.expires_at > center.now(),
            users.c.enabled,
        )
    )
    with center.database.reading() as connection:
        row = connection.execute(query).one_or_none()
    if row is None:
        return None
    user = User(row.user_id, row.name, row.display_name)
    return Session(
        row.id,
        user,
        from_epoch(row.started_at),
        from_epoch(row.expires_at),
        from_epoch(row.proved_at),
        row.administers,
    )


def _administers() -> ColumnElement[bool]:
    groups, memberships = tables.groups, tables.memberships
    return (
        select(groups.c.id)
        .join(memberships, memberships.c.group_id == groups.c.id)
        .where(memberships.c.user_id == tables.sessions.c.user_id, groups.c.administers)
        .exists()
    )


def is_open(center: Center, session_id: str) -> bool:
    """Return whether a session has not been ended. Running out does not count as ending."""
    sessions = tables.sessions
    query = select(sessions.c.id).where(sessions.c.id == session_id, sessions.c.ended_at.is_(None))
    with center.database.reading() as connection:
        return connection.execute(query).one_or_none() is not None


def end_session(center: Center, session: Session) -> None:
    """End the session, and with it every token that was issued from it."""
    end_session_by_id(center, session.id, session.user)


def end_session_by_id(center: Center, session_id: str, user: User) -> None:
    """End the session of `user` behind a token (portal operation Logout); again changes nothing.

    Tokens look at their session whenever they are used, so none has to be touched.
    """
    sessions, now = tables.sessions, center.now()
    with center.database.writing() as connection:
        ended = connection.execute(
            update(sessions)
            .where(sessions.c.id == session_id, sessions.c.ended_at.is_(None))
            .values(ended_at=now)
        )
        if ended.rowcount:
            audit.keep(connection, Event.SESSION_ENDED, at=now, person=user, session=session_id)
