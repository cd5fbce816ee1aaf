"""People: who they are, and whether a password is theirs."""

import threading
import uuid
from dataclasses import dataclass
from typing import Any

from argon2.exceptions import Argon2Error, InvalidHashError
from sqlalchemy import Connection, Row, func, select

from sekisho.center import lockouts
from sekisho.center.bounded import keep_bounded
from sekisho.center.center import Center
from sekisho.center.events import Event
from sekisho.center.lockouts import LockedOut
from sekisho.center.storage.tables import users
from sekisho.secret import Secret

__all__ = ["User", "authenticate", "person_in", "user_of"]

_LONGEST_PASSWORD = 1024
_CHECKS = threading.BoundedSemaphore(4)
"""How many passwords are checked at once: each takes 64 MiB, and anybody may ask for one."""


@dataclass(frozen=True, slots=True)
class User:
    """One person."""

    id: str
    name: str
    """What they sign in with; also the role session name of their credentials."""
    display_name: str


def authenticate(
    center: Center, name: str, password: Secret, *, address: str = ""
) -> User | LockedOut | None:
    """Check a user name and password; `None` for a wrong one and for an unknown user alike.

    An unknown user costs the same work as one of the known ones. After five wrong tries for one
    name from one `address` the next have to wait (`lockouts`), and a success forgets them.
    Locking by both keeps a stranger elsewhere from locking a person out. Blocks for the time of
    one Argon2 hash, and while as many as may be are checked already.
    """
    tries = lockouts.tries(center, "sign-in failures", address, name)
    locked = lockouts.count_try(center, tries)
    if locked is not None:
        keep_bounded(center, Event.LOCKED_OUT, address=address, seconds=locked.seconds)
        return locked
    with center.database.reading() as connection:
        row = connection.execute(select(users).where(users.c.name == name)).one_or_none()
        decoy = _decoy(connection, center, name)
    with _CHECKS:
        user = _checked(center, row, password, decoy)
    if user is None:  # a name that nobody has may be a password in the wrong field
        tried = None if row is None else _user(row)
        keep_bounded(center, Event.SIGN_IN_FAILED, person=tried, address=address)
    else:
        lockouts.forget(center, tries)
    return user


def user_of(center: Center, user_id: str) -> User | None:
    """Return the user with that id, unless there is none or they are disabled."""
    query = select(users).where(users.c.id == user_id, users.c.enabled)
    with center.database.reading() as connection:
        row = connection.execute(query).one_or_none()
    return None if row is None else _user(row)


def person_in(connection: Connection, user_id: str) -> User:
    """Return the user with that id, disabled or not; they have to be there."""
    return _user(connection.execute(select(users).where(users.c.id == user_id)).one())


def _user(row: Row[Any]) -> User:
    return User(row.id, row.name, row.display_name)


def _decoy(connection: Connection, center: Center, name: str) -> str | None:
    """Return somebody's password hash, always the same for one `name`; `None` if there is none.

    Hashes in a directory file have been made at any cost, so the work of checking an unknown
    user is that of a known one: a single cost for all of them would tell them apart.
    """
    somewhere = str(uuid.UUID(bytes=center.keys.derive("decoy", name)[:16]))
    hashes = select(users.c.password_hash).where(users.c.password_hash.is_not(None))
    after, before = (
        hashes.where(side).order_by(users.c.id).limit(1).scalar_subquery()
        for side in (users.c.id >= somewhere, users.c.id < somewhere)
    )
    found: str | None = connection.execute(select(func.coalesce(after, before))).scalar()
    return found


def _checked(
    center: Center, row: Row[Any] | None, password: Secret, decoy: str | None
) -> User | None:
    text = password.reveal()[:_LONGEST_PASSWORD].encode()
    own = None if row is None else row.password_hash
    hashed = own or decoy
    if hashed is None:
        center.hasher.hash(text)  # the work of a check, thrown away
        return None
    try:
        center.hasher.verify(hashed, text)
    except (Argon2Error, InvalidHashError):
        return None
    return _user(row) if row is not None and own and row.enabled else None
