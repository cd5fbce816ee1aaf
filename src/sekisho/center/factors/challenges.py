"""The challenges that security keys sign: good for one ceremony, once, for five minutes.

A challenge says by itself what it is for: it carries when it is over and an HMAC by the center's keys.
So asking costs no row, however often somebody opens the sign-in page; a row is written when one is used,
and the same statement says whether somebody was first.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection

from sekisho.center.center import Center
from sekisho.center.storage.inserting import insert_if_absent
from sekisho.center.storage.tables import used_challenges

__all__ = ["SECONDS", "Ceremony", "Purpose", "is_for", "make", "use_up"]

SECONDS = 5 * 60
"""How long a person may take to find the key and touch it."""
_NONCE = 16
_TIME = 8
_LENGTH = _NONCE + _TIME + 32


class Purpose(StrEnum):
    """What a signature is asked for; one for something else is worth nothing."""

    ENROL = "enrol"
    SECOND = "second"
    """The step after the password, or before something that matters."""
    PASSKEY = "passkey"
    """Signing in with the key alone."""


@dataclass(frozen=True, slots=True)
class Ceremony:
    """What a challenge is made for, and must be used for."""

    purpose: Purpose
    bound_to: str
    """What stands or falls with this one form in this one browser, such as the hash of its cookie."""
    user_id: str = ""
    """Whose key is to sign; empty where the key itself says so."""

    @property
    def is_both_factors(self) -> bool:
        """Whether the key is to stand for the password, too, and so has to know its holder."""
        return self.purpose is Purpose.PASSKEY


def make(center: Center, ceremony: Ceremony) -> bytes:
    """Return a new challenge for `ceremony`: a nonce, when it is over, and an HMAC of all that."""
    stated = secrets.token_bytes(_NONCE) + (center.now() + SECONDS).to_bytes(_TIME)
    return stated + _seal(center, ceremony, stated)


def is_for(center: Center, ceremony: Ceremony, challenge: bytes) -> bool:
    """Return whether we made `challenge` for this very ceremony, and it is not over."""
    stated, seal = challenge[: _NONCE + _TIME], challenge[_NONCE + _TIME :]
    if len(challenge) != _LENGTH or not hmac.compare_digest(seal, _seal(center, ceremony, stated)):
        return False
    return _over(challenge) > center.now()


def use_up(connection: Connection, challenge: bytes) -> bool:
    """Use a challenge that is good; `False` when it was used before, at whatever replica."""
    digest = hashlib.sha256(challenge).hexdigest()
    return insert_if_absent(connection, used_challenges, hash=digest, expires_at=_over(challenge))


def _over(challenge: bytes) -> int:
    return int.from_bytes(challenge[_NONCE : _NONCE + _TIME])


def _seal(center: Center, ceremony: Ceremony, stated: bytes) -> bytes:
    return center.keys.derive(
        "security key challenge",
        ceremony.purpose,
        ceremony.user_id,
        ceremony.bound_to,
        stated.hex(),
    )
