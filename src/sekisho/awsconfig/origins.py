"""Where a value comes from, and which it overrules."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sekisho.awsconfig.masked import Shown, masked
from sekisho.awsconfig.settings import Setting

__all__ = ["BuiltIn", "Explained", "InFile", "Option", "Origin", "Valued", "Variable", "in_file"]


@dataclass(frozen=True, slots=True)
class InFile:
    """A line of the config or the credentials file."""

    file: Path
    line: int
    """From 1."""
    section: str = ""
    """The section's header, where it is another than the profile's."""


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable of the environment."""

    name: str


@dataclass(frozen=True, slots=True)
class Option:
    """An option of the command line."""

    name: str


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """What counts where nothing is said."""


Origin = InFile | Variable | Option | BuiltIn


@dataclass(frozen=True, slots=True)
class Valued:
    """A value, with what may be secret in it masked, and where it comes from."""

    value: Shown
    origin: Origin


@dataclass(frozen=True, slots=True)
class Explained:
    """The value that wins, and those that it wins over."""

    winner: Valued
    overruled: tuple[Valued, ...]
    """The strongest first."""

    @classmethod
    def of(cls, candidates: Sequence[Valued]) -> "Explained":
        """Make it of all values there are, the strongest first; there is at least one."""
        return cls(candidates[0], tuple(candidates[1:]))


def in_file(key: str, setting: Setting, section: str = "") -> Valued:
    """Return the value of `key` in a file; see `InFile` for `section`."""
    value: str | Mapping[str, str] = setting.value
    return Valued(masked(key, value), InFile(setting.file, setting.line, section))
