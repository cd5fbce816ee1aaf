"""Invitations: a link that is good once and for a while, by which a person chooses their password.

For people whom an administrator, `CreateUser` or a directory file made without one. Only a hash of the
link's code is kept. Taking an invitation up ends the others that the person has, and their sessions.
"""

from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from sekisho.center import audit
from sekisho.center.audit import Who
from sekisho.center.center import Center
from sekisho.center.directory import roster
from sekisho.center.directory.people import User
from sekisho.center.events import Event
from sekisho.center.storage import bearer
from sekisho.center.storage.database import Database
from sekisho.center.storage.tables import invitations, sessions, users
from sekisho.secret import Secret

__all__ = ["invite", "invited", "take_up"]


def invite(database: Database, name: str, *, seconds: int, now: int) -> Secret:
    """Make an invitation for the person `name`, good for `seconds`; return its code.

    Raises `errors.UsageError` for a person who is not there.
    """
    code = bearer.new("sks_iv_")
    with database.writing() as connection:
        user_id = roster.known_id(connection, name)
        connection.execute(
            insert(invitations).values(
                hash=bearer.digest(code), user_id=user_id, made_at=now, expires_at=now + seconds
            )
        )
        audit.keep(
            connection, Event.USER_INVITED,
            at=now, person=Who(user_id, name), until=now + seconds,
        )  # fmt: skip
    return Secret(code)


def invited(center: Center, code: Secret) -> User | None:
    """Return whom the invitation is for; `None` when it is used, over or unknown."""
    with center.database.reading() as connection:
        row = _row(connection, center, code)
    return None if row is None else User(row.id, row.name, row.display_name)


def take_up(center: Center, code: Secret, password: Secret) -> User | None:
    """Give the invited person the password; `None` when the invitation is good no more.

    Blocks for one Argon2 hash. The password has to be one without `roster.fault_of`.
    """
    hashed = center.hasher.hash(password.reveal())
    with center.database.writing() as connection:
        row = _row(connection, center, code)
        if row is None:
            return None
        theirs = invitations.c.user_id == row.id
        if not connection.execute(delete(invitations).where(theirs)).rowcount:
            return None  # another replica was asked at the same time
        connection.execute(update(users).where(users.c.id == row.id).values(password_hash=hashed))
        live = (sessions.c.user_id == row.id, sessions.c.ended_at.is_(None))
        ended = connection.execute(update(sessions).where(*live).values(ended_at=center.now()))
        user = User(row.id, row.name, row.display_name)
        audit.keep(
            connection, Event.INVITATION_TAKEN,
            at=center.now(), person=user, sessions_ended=ended.rowcount,
        )  # fmt: skip
    return user


def _row(connection: Connection, center: Center, code: Secret) -> Row[Any, Any, Any] | None:
    query = (
        select(users.c.id, users.c.name, users.c.display_name)
        .join(invitations, invitations.c.user_id == users.c.id)
        .where(
            invitations.c.hash == bearer.digest(code.reveal()),
            invitations.c.expires_at > center.now(),
            users.c.enabled,
        )
    )
    return connection.execute(query).one_or_none()
