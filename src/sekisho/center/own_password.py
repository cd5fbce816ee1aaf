"""A person's own password, which they change themselves."""

from enum import Enum

from sqlalchemy import delete, update

from sekisho.center import audit, own_sessions
from sekisho.center.center import Center
from sekisho.center.directory import people
from sekisho.center.directory.people import User
from sekisho.center.events import Event
from sekisho.center.lockouts import LockedOut
from sekisho.center.sessions import Session
from sekisho.center.storage.tables import invitations, users
from sekisho.secret import Secret

__all__ = ["Change", "change"]


class Change(Enum):
    """How it ended."""

    DONE = "done"
    WRONG = "wrong"
    """The old password is another."""


def change(
    center: Center, session: Session, old: Secret, new: Secret, *, address: str
) -> Change | LockedOut:
    """Give the person of `session` the password `new` if `old` is theirs.

    Everything else of theirs ends with that: other browsers, tools that they let in, invitations,
    sign-ins that wait for a second factor. Guessing `old` has to wait, as at the sign-in. Blocks for
    two Argon2 hashes. `new` has to be one without `roster.fault_of`.
    """
    found = people.authenticate(center, session.user.name, old, address=address)
    if isinstance(found, LockedOut):
        return found
    if not isinstance(found, User) or found.id != session.user.id:
        return Change.WRONG
    hashed, user_id = center.hasher.hash(new.reveal()), session.user.id
    with center.database.writing() as connection:
        connection.execute(update(users).where(users.c.id == user_id).values(password_hash=hashed))
        connection.execute(delete(invitations).where(invitations.c.user_id == user_id))
        audit.keep(connection, Event.PASSWORD_CHANGED, at=center.now(), person=session.user)
        own_sessions.end_everything_else_in(connection, session, center.now())
    return Change.DONE
