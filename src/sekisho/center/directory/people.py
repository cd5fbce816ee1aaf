"""People: who they are, and whether a password is theirs."""

from dataclasses import dataclass
from typing import Any

from argon2.exceptions import Argon2Error, InvalidHashError
from sqlalchemy import Row, delete, insert, select, update

from sekisho.center.center import Center
from sekisho.center.storage.tables import sign_in_failures, users
from sekisho.secret import Secret

__all__ = ["LockedOut", "User", "authenticate", "user_of"]

_FREE_TRIES = 5
_FIRST_WAIT = 30
_LONGEST_WAIT = 15 * 60
_FORGET_AFTER = 60 * 60
_LONGEST_PASSWORD = 1024


@dataclass(frozen=True, slots=True)
class User:
    """One person."""

    id: str
    name: str
    """What they sign in with; also the role session name of their credentials."""
    display_name: str


@dataclass(frozen=True, slots=True)
class LockedOut:
    """Too many wrong passwords: this one was not even looked at."""

    seconds: int
    """How long to wait before the next try."""


def authenticate(
    center: Center, name: str, password: Secret, *, address: str = ""
) -> User | LockedOut | None:
    """Check a user name and password; `None` for a wrong one and for an unknown user alike.

    An unknown user costs the same work as a known one. After five wrong tries for one name from
    one `address` the next have to wait, twice as long each time up to 15 minutes; that is kept
    in the database, and forgotten by a success or an hour of quiet. Locking by both keeps a
    stranger elsewhere from locking a person out. Blocks for the time of one Argon2 hash.
    """
    key = center.keys.derive("sign-in failures", address, name).hex()
    if center.settings.limits:
        wait = _count_try(center, key)
        if wait:
            return LockedOut(wait)
    with center.database.reading() as connection:
        row = connection.execute(select(users).where(users.c.name == name)).one_or_none()
    user = _checked(center, row, password)
    if user is not None:
        with center.database.writing() as connection:
            connection.execute(delete(sign_in_failures).where(sign_in_failures.c.key == key))
    return user


def user_of(center: Center, user_id: str) -> User | None:
    """Return the user with that id, unless there is none or they are disabled."""
    query = select(users).where(users.c.id == user_id, users.c.enabled)
    with center.database.reading() as connection:
        row = connection.execute(query).one_or_none()
    return None if row is None else _user(row)


def _user(row: Row[Any]) -> User:
    return User(row.id, row.name, row.display_name)


def _checked(center: Center, row: Row[Any] | None, password: Secret) -> User | None:
    text = password.reveal()[:_LONGEST_PASSWORD].encode()
    if row is None or row.password_hash is None:
        center.hasher.hash(text)  # the work of a check, thrown away
        return None
    try:
        center.hasher.verify(row.password_hash, text)
    except (Argon2Error, InvalidHashError):
        return None
    return _user(row) if row.enabled else None


def _count_try(center: Center, key: str) -> int:
    """Count a try as failed before it is looked at, so that many at once cannot slip through.

    Returns the seconds to wait when it may not be looked at, else 0.
    """
    table, now = sign_in_failures, center.now()
    with center.database.writing() as connection:
        connection.execute(delete(table).where(table.c.last_failed_at < now - _FORGET_AFTER))
        row = connection.execute(select(table).where(table.c.key == key)).one_or_none()
        if row is None:
            connection.execute(
                insert(table).values(key=key, failures=1, last_failed_at=now, locked_until=0)
            )
            return 0
        if row.locked_until > now:
            return int(row.locked_until - now)
        failures = row.failures + 1
        over = failures - _FREE_TRIES
        wait = 0 if over < 0 else min(_FIRST_WAIT * 2 ** min(over, 10), _LONGEST_WAIT)
        connection.execute(
            update(table)
            .where(table.c.key == key)
            .values(failures=failures, last_failed_at=now, locked_until=now + wait)
        )
    return 0
