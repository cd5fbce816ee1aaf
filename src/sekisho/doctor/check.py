"""What a check is: a name, what it looks at, and the results that it comes to.

A check is one file in `doctor/checks/`, named as the check is. It looks at a `Subject` and changes
nothing. A result never has a secret in it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from sekisho.doctor.subject import Subject

__all__ = ["Check", "Gravity", "Report", "Result"]


class Gravity(StrEnum):
    """How much a result matters; errors and warnings make `doctor` exit with 1."""

    ERROR = "error"
    """Something does not work, or lies open to others."""
    WARNING = "warning"
    """Something works otherwise than it looks, or soon will not."""
    INFO = "info"
    """Something to know."""
    OK = "ok"
    """It was looked at, and is as it should be."""


@dataclass(frozen=True, slots=True)
class Result:
    """One thing that a check has seen."""

    gravity: Gravity
    message: str
    """What it is, with the user's own names in it: a clause without a full stop."""
    effect: str = ""
    """What comes of it, in sentences."""
    do: str = ""
    """One command or edit to copy; errors and warnings have one."""
    about: str | None = None
    """The file, variable, URL or program that it is about."""


@dataclass(frozen=True, slots=True)
class Check:
    """One look at one side of the machine."""

    name: str
    """In the user's words; the stem of its file, with hyphens."""
    looks_at: str
    """What it looks at, as the rest of a sentence."""
    look: Callable[[Subject], Iterable[Result]]
    """Gives at least one result, or none where there was nothing to look at.

    May raise `errors.SekishoError`, which becomes one."""
    asks: bool = False
    """Whether it needs the answers of the services; `--offline` leaves it out."""


@dataclass(frozen=True, slots=True)
class Report:
    """What one check came to."""

    check: Check
    results: tuple[Result, ...] | None
    """`None`: it did not look, because it was not to, or because there was nothing there."""
