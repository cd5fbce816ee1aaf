"""The people in a center's database, kept from the command line of its own machine.

It works beside a center that serves the same SQLite file: each change is one transaction, and the
center reads people anew whenever somebody signs in or uses a token.
"""

import difflib
import unicodedata
import uuid
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from argon2 import PasswordHasher
from sqlalchemy import Connection, delete, func, insert, select, update

from sekisho.center import audit
from sekisho.center.audit import Who
from sekisho.center.directory import identities
from sekisho.center.directory.document import USER_NAME
from sekisho.center.events import Event
from sekisho.center.factors.enrolled import has_any
from sekisho.center.storage import tables
from sekisho.center.storage.database import Database
from sekisho.center.storage.times import from_epoch
from sekisho.errors import UsageError
from sekisho.secret import Secret

__all__ = [
    "SHORTEST_PASSWORD",
    "PasswordFault",
    "Person",
    "add",
    "check_known",
    "check_new",
    "check_password",
    "disable",
    "enable",
    "fault_of",
    "known_id",
    "people_in",
    "reset_mfa",
    "set_password",
]

SHORTEST_PASSWORD = 12  # spec/identity-center.md §6.2
_LONGEST_PASSWORD = 1024  # what is read of one that somebody signs in with
_LONGEST_DISPLAY_NAME = 256


@dataclass(frozen=True, slots=True)
class Person:
    """One person, as the operator sees them."""

    name: str
    display_name: str
    groups: tuple[str, ...]
    """Names, sorted."""
    enabled: bool
    has_password: bool
    has_second_factor: bool
    created_at: datetime
    """Aware, UTC."""
    open_sessions: int
    """How many browsers they are signed in with."""


class PasswordFault(StrEnum):
    """Why a password is one that nobody should have (§6.2)."""

    SHORT = "short"
    LONG = "long"
    STRANGE = "strange"
    """It has a character that no browser's password field takes."""


def fault_of(password: Secret) -> PasswordFault | None:
    """Return what is wrong with a password; `None`: nothing."""
    text = password.reveal()
    if len(text) < SHORTEST_PASSWORD:
        return PasswordFault.SHORT
    if len(text) > _LONGEST_PASSWORD:
        return PasswordFault.LONG
    return None if text.isprintable() else PasswordFault.STRANGE


def check_password(password: Secret) -> None:
    """Raise `errors.UsageError` for a password that nobody should have (§6.2)."""
    length = len(password.reveal())
    match fault_of(password):
        case PasswordFault.SHORT:
            raise UsageError(
                f"the password has {length} characters, and it needs at least {SHORTEST_PASSWORD}",
                do="choose a longer one (several words do), or let --generate-password make one",
            )
        case PasswordFault.LONG:
            raise UsageError(
                f"the password has {length:,} characters, and {_LONGEST_PASSWORD:,} are read",
                do="choose a shorter one, or let --generate-password make one",
            )
        case PasswordFault.STRANGE:
            raise UsageError(
                "the password has a character in it that no browser's password field takes: a "
                "line break, a tab or another control character",
                do="leave it out, or let --generate-password make one",
            )


def check_known(database: Database, name: str) -> None:
    """Raise `errors.UsageError` for a person who is not there."""
    with database.reading() as connection:
        known_id(connection, name)


def check_new(database: Database, name: str, groups: tuple[str, ...]) -> None:
    """Raise `errors.UsageError` for a name or groups that `add` would refuse."""
    if not USER_NAME.fullmatch(name):
        plain = unicodedata.normalize("NFKC", name).strip().replace(" ", ".")
        near = f"; {plain} would be one" if USER_NAME.fullmatch(plain) else ""
        raise UsageError(
            f'"{name}" is no user name: it becomes the role session name of the person\'s '
            f"credentials, so it has 2 to 64 of A-Z a-z 0-9 _ + = , . @ -{near}",
            do="sekisho center user add --help",
        )
    with database.reading() as connection:
        _new(connection, name, groups)


def add(
    database: Database,
    name: str,
    password: Secret,
    *,
    display_name: str | None,
    groups: tuple[str, ...],
    hasher: PasswordHasher,
    now: int,
) -> None:
    """Add a person, in `groups`. Blocks for one Argon2 hash.

    Raises `errors.UsageError` for a name that cannot be a role session name (§3.8) or that
    somebody has, for a group that is not there, and what `check_password` raises.
    """
    check_new(database, name, groups)
    shown = name if display_name is None else display_name
    if not shown or not shown.isprintable() or len(shown) > _LONGEST_DISPLAY_NAME:
        raise UsageError(
            f"a display name has 1 to {_LONGEST_DISPLAY_NAME} printable characters",
            do="--display-name TEXT",
        )
    check_password(password)
    hashed = hasher.hash(password.reveal())
    with database.writing() as connection:
        group_ids = _new(connection, name, groups)
        user_id = str(uuid.uuid4())
        connection.execute(
            insert(tables.users).values(
                id=user_id,
                name=name,
                display_name=shown,
                password_hash=hashed,
                enabled=True,
                created_at=now,
            )
        )
        for group_id in group_ids:
            connection.execute(
                insert(tables.memberships).values(group_id=group_id, user_id=user_id)
            )
        audit.keep(
            connection, Event.USER_ADDED,
            at=now, person=Who(user_id, name), groups=", ".join(groups) or None,
        )  # fmt: skip


def set_password(
    database: Database,
    name: str,
    password: Secret,
    *,
    keep_sessions: bool,
    hasher: PasswordHasher,
    now: int,
) -> int:
    """Give a person another password; return how many of their sessions were ended with that.

    Ending a session ends the tokens that came from it. Blocks for one Argon2 hash. Raises
    `errors.UsageError` for a person who is not there, and what `check_password` raises.
    """
    check_password(password)
    hashed = hasher.hash(password.reveal())
    with database.writing() as connection:
        user_id = known_id(connection, name)
        connection.execute(
            update(tables.users).where(tables.users.c.id == user_id).values(password_hash=hashed)
        )
        ended = 0 if keep_sessions else identities.end_sessions(connection, user_id, now)
        audit.keep(
            connection, Event.PASSWORD_CHANGED,
            at=now, person=Who(user_id, name), sessions_ended=ended,
        )  # fmt: skip
    return ended


def disable(database: Database, name: str, *, now: int) -> int:
    """Keep a person out, and end their sessions; return how many. Raises `errors.UsageError`.

    Role credentials that they have live on until they expire, unless the center serves with
    `--revocation strict`.
    """
    with database.writing() as connection:
        user_id = known_id(connection, name)
        _set_enabled(connection, user_id, enabled=False)
        ended = identities.end_sessions(connection, user_id, now)
        audit.keep(
            connection, Event.USER_DISABLED,
            at=now, person=Who(user_id, name), sessions_ended=ended,
        )  # fmt: skip
    return ended


def enable(database: Database, name: str, *, now: int) -> None:
    """Let a person in again, by their old password. Raises `errors.UsageError`."""
    with database.writing() as connection:
        user_id = known_id(connection, name)
        _set_enabled(connection, user_id, enabled=True)
        audit.keep(connection, Event.USER_ENABLED, at=now, person=Who(user_id, name))


def reset_mfa(database: Database, name: str, *, now: int) -> bool:
    """Remove a person's second factors, recovery codes and half sign-ins; whether they had a factor.

    For who has lost them all. Their sessions go on. Raises `errors.UsageError`.
    """
    users = tables.users
    with database.writing() as connection:
        user_id = known_id(connection, name)
        query = select(has_any(users.c.id)).where(users.c.id == user_id)
        had = bool(connection.execute(query).scalar_one())
        for table in tables.OF_SECOND_FACTORS:
            connection.execute(delete(table).where(table.c.user_id == user_id))
        audit.keep(connection, Event.FACTORS_RESET, at=now, person=Who(user_id, name))
    return had


def people_in(database: Database, *, now: int) -> tuple[Person, ...]:
    """Return everybody, by name."""
    users, sessions = tables.users, tables.sessions
    memberships, groups = tables.memberships, tables.groups
    counting = (
        select(sessions.c.user_id, func.count().label("number"))
        .where(sessions.c.ended_at.is_(None), sessions.c.expires_at > now)
        .group_by(sessions.c.user_id)
    )
    naming = (
        select(memberships.c.user_id, groups.c.name)
        .join(groups, groups.c.id == memberships.c.group_id)
        .order_by(groups.c.name)
    )
    with database.reading() as connection:
        counts = {row.user_id: row.number for row in connection.execute(counting)}
        theirs: dict[str, list[str]] = {}
        for row in connection.execute(naming):
            theirs.setdefault(row.user_id, []).append(row.name)
        query = select(users, has_any(users.c.id).label("has_second_factor"))
        rows = connection.execute(query.order_by(users.c.name)).all()
    return tuple(
        Person(
            row.name,
            row.display_name,
            tuple(theirs.get(row.id, ())),
            row.enabled,
            row.password_hash is not None,
            row.has_second_factor,
            from_epoch(row.created_at),
            counts.get(row.id, 0) if row.enabled else 0,
        )
        for row in rows
    )


def _new(connection: Connection, name: str, groups: tuple[str, ...]) -> list[str]:
    """Return the ids of `groups` for a person whom nobody knows yet."""
    if _found_id(connection, name) is not None:
        raise UsageError(f"there is a user {name} already", do=f"sekisho center user passwd {name}")
    return [_group_id(connection, group) for group in dict.fromkeys(groups)]


def _found_id(connection: Connection, name: str) -> str | None:
    users = tables.users
    found = connection.execute(select(users.c.id).where(users.c.name == name)).scalar()
    return None if found is None else str(found)


def known_id(connection: Connection, name: str) -> str:
    """Return the id of a person. Raises `errors.UsageError`, with the nearest name there is."""
    user_id = _found_id(connection, name)
    if user_id is None:
        names = connection.execute(select(tables.users.c.name)).scalars().all()
        raise UsageError(
            f'there is no user "{name}"{_meant(name, list(names))}',
            do="sekisho center user list",
        )
    return user_id


def _group_id(connection: Connection, name: str) -> str:
    groups = tables.groups
    found = connection.execute(select(groups.c.id).where(groups.c.name == name)).scalar()
    if found is None:
        names = list(connection.execute(select(groups.c.name).order_by(groups.c.name)).scalars())
        known = f" (there are {', '.join(names)})" if names else " (there is none at all)"
        raise UsageError(
            f'there is no group "{name}"{_meant(name, names) or known}',
            do="name the group in a directory file and start the center with it, or leave it out",
        )
    return str(found)


def _meant(name: str, names: list[str]) -> str:
    near = difflib.get_close_matches(name, names, n=1)
    return f'; did you mean "{near[0]}"?' if near else ""


def _set_enabled(connection: Connection, user_id: str, *, enabled: bool) -> None:
    users = tables.users
    connection.execute(update(users).where(users.c.id == user_id).values(enabled=enabled))
