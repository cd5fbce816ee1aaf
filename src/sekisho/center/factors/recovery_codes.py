"""Recovery codes: ten codes on paper, each good once, for who has lost every other factor.

A code has 100 random bits, so that its SHA-256 hash, which is all that is kept, cannot be searched
backwards. Using one removes its row; making new ones removes all.
"""

import hashlib
import secrets
from collections.abc import Mapping

from sqlalchemy import Connection, delete, func, insert, select

from sekisho.center.center import Center
from sekisho.center.factors.interface import Kind, Step, Way, nothing_to_ask
from sekisho.center.storage.tables import recovery_codes
from sekisho.secret import Secret

__all__ = ["RECOVERY_CODES", "left", "remove_all", "renew"]

_NUMBER = 10
_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"  # none that looks like another
_GROUPS, _GROUP = 4, 5


def renew(connection: Connection, user_id: str, now: int) -> tuple[Secret, ...]:
    """Make ten codes for a person in place of all that they had; they are shown this once."""
    codes = [
        "-".join("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP)) for _ in range(_GROUPS))
        for _ in range(_NUMBER)
    ]
    remove_all(connection, user_id)
    connection.execute(
        insert(recovery_codes),
        [{"hash": _hash(user_id, code), "user_id": user_id, "made_at": now} for code in codes],
    )
    return tuple(map(Secret, codes))


def remove_all(connection: Connection, user_id: str) -> None:
    """Remove the codes of a person."""
    connection.execute(delete(recovery_codes).where(recovery_codes.c.user_id == user_id))


def left(connection: Connection, user_id: str) -> int:
    """Return how many codes a person has that were not used."""
    query = select(func.count()).where(recovery_codes.c.user_id == user_id)
    return connection.execute(query).scalar_one()


def _check(center: Center, step: Step, fields: Mapping[str, str]) -> bool:
    """Use a code up; of two that use it at once, one finds its row gone."""
    hashed = _hash(step.user.id, fields.get("recovery_code", ""))
    with center.database.writing() as connection:
        used = connection.execute(delete(recovery_codes).where(recovery_codes.c.hash == hashed))
        return used.rowcount > 0


def _hash(user_id: str, code: str) -> str:
    """Hash a code as typed, however it is parted and in capitals or not."""
    plain = "".join(each for each in code.lower() if each in _ALPHABET)
    return hashlib.sha256(f"{user_id}:{plain}".encode()).hexdigest()


RECOVERY_CODES = Way(Kind.RECOVERY_CODE, nothing_to_ask, _check)
