"""How often one may ask: token buckets, one for each machine or person (§7.14 of the spec).

They keep one caller from taking the service from the others. Where there is one process they lie in
its memory: a portal call would otherwise cost a transaction that writes, and a restart forgives no
more than one bucketful. Replicas share them (`storage.shared_buckets`).
What keeps people from guessing passwords and codes is another matter, and stands in the database
(`lockouts`).
"""

import math
import threading
from dataclasses import dataclass, field
from typing import Protocol

__all__ = [
    "ADMINISTRATION",
    "DEVICE",
    "PORTAL",
    "REGISTER",
    "SCIM",
    "STS",
    "TOKEN_WITH_IAM",
    "Bucket",
    "Buckets",
    "Rates",
]

_MOST_BUCKETS = 10_000


@dataclass(frozen=True, slots=True)
class Bucket:
    """How much fits into a bucket, and how fast it fills again."""

    name: str
    burst: int
    per_second: float


REGISTER = Bucket("register", burst=10, per_second=10 / 60)
DEVICE = Bucket("device", burst=10, per_second=10 / 60)
PORTAL = Bucket("portal", burst=100, per_second=20)
"""A tool that lists the roles of 500 accounts waits a little, and does not fail: SDKs try again."""
ADMINISTRATION = Bucket("administration", burst=100, per_second=20)
"""AWS's own quota is 20 a second (IAM Identity Center user guide, "Quotas"); Terraform bursts."""
SCIM = Bucket("scim", burst=100, per_second=20)
"""Of one provider's token. Providers wait as they are told, and begin with everybody at once."""
STS = Bucket("sts", burst=600, per_second=600)
"""AWS's own quota for an account and Region (IAM user guide, "IAM and AWS STS quotas")."""

TOKEN_WITH_IAM = Bucket("token_with_iam", burst=200, per_second=50)
"""By who signs: an application's server asks for everybody who uses it."""


class Rates(Protocol):
    """Counts who calls how often."""

    def take(self, bucket: Bucket, whose: str, now: float) -> int | None:
        """Take one token out of the bucket of `whose` at `now`, in seconds.

        Returns `None` when there was one, else how many whole seconds until there will be. A clock
        that is set back takes nothing away.
        """


@dataclass(slots=True)
class _Level:
    tokens: float
    at: float


@dataclass(frozen=True, slots=True)
class Buckets:
    """Every bucket that is not full. Threads share one; it stays small whoever calls."""

    _levels: dict[tuple[Bucket, str], _Level] = field(default_factory=dict, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def take(self, bucket: Bucket, whose: str, now: float) -> int | None:
        """Take a token; see `Rates.take`."""
        with self._lock:
            level = self._levels.pop((bucket, whose), None) or _Level(bucket.burst, now)
            gained = max(now - level.at, 0) * bucket.per_second
            level.tokens, level.at = min(level.tokens + gained, bucket.burst), now
            self._levels[bucket, whose] = level  # the last again: the first was asked longest ago
            if len(self._levels) > _MOST_BUCKETS:
                del self._levels[next(iter(self._levels))]
            if level.tokens < 1:
                return math.ceil((1 - level.tokens) / bucket.per_second)
            level.tokens -= 1
            return None
