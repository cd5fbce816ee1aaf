"""Guessing has to wait: five wrong tries are free, and each one after them takes twice as long.

That is counted in the database, so that a restart, or another replica, changes nothing. Nobody
is counted by name alone: a stranger elsewhere could lock a person out. Nor by address alone:
people share one. What is stored is an HMAC of both, since a name may be a mistyped password.
"""

import ipaddress
from dataclasses import dataclass

from sqlalchemy import delete, update

from sekisho.center.center import Center
from sekisho.center.storage.inserting import locked_row
from sekisho.center.storage.tables import sign_in_failures

__all__ = [
    "LockedOut",
    "Tries",
    "count_try",
    "forget",
    "give_back",
    "machine",
    "tries",
    "tries_from_anywhere",
]

_FREE_TRIES = 5
_FIRST_WAIT = 30
_LONGEST_WAIT = 15 * 60
_FORGET_AFTER = 60 * 60
_PREFIX_OF_ONE_HOME = 64
"""Whoever has one IPv6 address has all of its /64 (RFC 4291 §2.5.1)."""


@dataclass(frozen=True, slots=True)
class LockedOut:
    """Too many wrong tries: this one was not even looked at."""

    seconds: int
    """How long to wait before the next one."""


@dataclass(frozen=True, slots=True)
class Tries:
    """Whose tries are counted together."""

    key: str
    free: int = _FREE_TRIES
    """How many have not to wait."""


def tries(center: Center, what: str, address: str, name: str) -> Tries:
    """Name the tries at `what` that come from the machine at `address` for `name`."""
    return Tries(center.keys.derive(what, machine(address), name).hex())


def tries_from_anywhere(center: Center, what: str, name: str, *, free: int) -> Tries:
    """Name the tries at `what` for `name`, wherever they come from.

    Only for what a stranger cannot try at all: they could lock the person out.
    """
    return Tries(center.keys.derive(what, name).hex(), free)


def count_try(center: Center, these: Tries) -> LockedOut | None:
    """Count a try as failed before it is looked at, so that many at once cannot slip through.

    Returns `LockedOut` when it may not be looked at; then it is not counted either. An hour
    without a failure forgets all of them.
    """
    if not center.settings.limits:
        return None
    table, now = sign_in_failures, center.now()
    with center.database.writing() as connection:
        row = locked_row(
            connection, table, key=these.key, failures=0, last_failed_at=now, locked_until=0
        )
        if row.locked_until > now:
            return LockedOut(int(row.locked_until - now))
        failures = 1 if row.last_failed_at < now - _FORGET_AFTER else row.failures + 1
        connection.execute(
            update(table)
            .where(table.c.key == these.key)
            .values(
                failures=failures,
                last_failed_at=now,
                locked_until=now + _wait(failures - these.free),
            )
        )
    return None


def give_back(center: Center, these: Tries) -> None:
    """Take back one counted try, which was right; the wrong ones before it still count.

    For guesses among many right answers: one that is known must not make the others free.
    """
    table = sign_in_failures
    with center.database.writing() as connection:
        connection.execute(
            update(table)
            .where(table.c.key == these.key, table.c.failures > 0)
            .values(failures=table.c.failures - 1, locked_until=0)
        )


def forget(center: Center, these: Tries) -> None:
    """Forget every counted try: the person has shown who they are."""
    table = sign_in_failures
    with center.database.writing() as connection:
        connection.execute(delete(table).where(table.c.key == these.key))


def _wait(over: int) -> int:
    return 0 if over < 0 else min(_FIRST_WAIT * 2 ** min(over, 10), _LONGEST_WAIT)


def machine(address: str) -> str:
    """Name the machine at `address`; a program on this one has many to come from."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if found.version == 6 and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    if found.is_loopback:
        return "this machine"
    if found.version == 6:
        return str(ipaddress.ip_network((int(found), _PREFIX_OF_ONE_HOME), strict=False))
    return str(found)
