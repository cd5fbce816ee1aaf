"""What a second factor is: something that a person enrols, and a way to show that they have it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Table

from sekisho.center.center import Center
from sekisho.center.directory.people import User

__all__ = ["Enrolled", "Kind", "SecondFactor", "Step", "Way", "nothing_to_ask"]


class Kind(StrEnum):
    """The ways to answer, as the pages' addresses and the log call them."""

    AUTHENTICATOR_APP = "authenticator-app"
    SECURITY_KEY = "security-key"
    RECOVERY_CODE = "recovery-code"


@dataclass(frozen=True, slots=True)
class Enrolled:
    """One factor of a person."""

    kind: Kind
    id: str
    name: str
    """What the person calls it."""
    made_at: datetime
    """Aware, UTC, as all times here."""
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Step:
    """Who is asked, and where: what a challenge has to be bound to."""

    user: User
    bound_to: str
    """What stands or falls with this one sign-in: the hash of its cookie. Not a secret."""
    origin: str
    """`scheme://host[:port]` of the page that asks."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way to answer the second step."""

    kind: Kind
    ask: Callable[[Center, Step], Mapping[str, object]]
    """Returns what the page that asks has to be filled with, such as a challenge."""
    check: Callable[[Center, Step, Mapping[str, str]], bool]
    """Returns whether the fields of the form that came back are right. What was shown once (a
    code, a challenge) is then used up, by one conditional statement, before it returns true."""


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """A kind of factor that people enrol."""

    way: Way
    table: Table
    """Where the enrolled ones are: with the columns `id`, `user_id`, `name`, `made_at` and
    `last_used_at`, and perhaps others."""
    most: int
    """How many of the kind one person may have."""


def nothing_to_ask(_center: Center, _step: Step) -> Mapping[str, object]:
    """Ask with what the page says anyway."""
    return {}
