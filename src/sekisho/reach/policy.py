"""`policy.toml`: which environments there are, and (for the guard) what each of them asks for.

    [environment.prod]
    profiles = ["prod", "*-prod"]    # names, or patterns with * ? [abc]; case counts
    opens_with = "own-sign-in"       # own-sign-in, confirm or session-sign-in
    close_after = "1h"               # s, m, h or d
    person = "you@example.com"
    accounts = ["123456789012"]
    roles = ["ReadOnlyAccess"]
    deny = false

A profile that several environments match belongs to the first of them in the file; the guard takes
the strictest of what all of them say (`guard.policy`). Everything is checked for its form, so that a
slip is found now and not when a gate opens.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from fnmatch import translate
from pathlib import Path

from sekisho import files as disk
from sekisho.errors import PolicyInvalid
from sekisho.model import ProfileName

__all__ = [
    "NO_POLICY",
    "Environment",
    "OpensWith",
    "Policy",
    "duration",
    "parse_policy",
    "read_policy",
]

_DURATION = re.compile(r"([1-9][0-9]{0,5})([smhd])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_LONGEST = timedelta(days=365)


class OpensWith(StrEnum):
    """What opens a gate of the guard."""

    OWN_SIGN_IN = "own-sign-in"
    """A sign-in that was made for this very profile."""
    CONFIRM = "confirm"
    """The same, after the person has typed the profile's name."""
    SESSION_SIGN_IN = "session-sign-in"
    """Any sign-in of its session."""


@dataclass(frozen=True, slots=True)
class Environment:
    """One `[environment.NAME]`."""

    name: str
    profiles: tuple[str, ...]
    """Names and patterns (`fnmatch`), as written."""
    matches: re.Pattern[str]
    """All of them in one: what a whole profile name has to match."""
    opens_with: OpensWith | None = None
    """`None`, here and below: it does not say."""
    close_after: timedelta | None = None
    person: str | None = None
    """Who alone may sign in."""
    accounts: frozenset[str] | None = None
    """Those that may be opened."""
    roles: frozenset[str] | None = None
    """The permission sets that may be opened."""
    deny: bool = False
    """Whether nothing is ever opened."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What the file declares."""

    environments: tuple[Environment, ...]
    """In the order of the file."""

    def environment_of(self, profile: ProfileName) -> str | None:
        """Return the environment that `profile` is declared to belong to; `None`: to none."""
        found = (one.name for one in self.environments if one.matches.match(profile))
        return next(found, None)

    def matching(self, profile: ProfileName) -> tuple[Environment, ...]:
        """Return every environment that `profile` is declared to belong to."""
        return tuple(one for one in self.environments if one.matches.match(profile))


NO_POLICY = Policy(())
"""What an absent file declares."""


def read_policy(path: Path) -> Policy:
    """Read `policy.toml` at `path`; an absent file is `NO_POLICY`.

    Raises as `parse_policy`, and `FileUnreadable`.
    """
    data = disk.read(path)
    return NO_POLICY if data is None else parse_policy(data, path)


def parse_policy(data: bytes, path: Path) -> Policy:
    """Return what `data`, the contents of `path`, declares.

    Raises `PolicyInvalid` for what is no TOML, for a table or key that is not known, for a value
    of the wrong form and for an environment without profiles.
    """
    import tomllib  # few people have the file

    try:
        document = tomllib.loads(data.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PolicyInvalid(path, f"it is not TOML: {error}") from error
    if strange := document.keys() - {"environment"}:
        raise PolicyInvalid(path, f"there is no setting {min(strange)}")
    tables = document.get("environment", {})
    if not isinstance(tables, Mapping):
        raise PolicyInvalid(path, "environment is a table: [environment.NAME]")
    return Policy(tuple(_environment(path, name, table) for name, table in tables.items()))


def _environment(path: Path, name: str, table: object) -> Environment:
    section = f"[environment.{name}]"
    if not name or not isinstance(table, Mapping):
        raise PolicyInvalid(path, "an environment is a table with a name: [environment.prod]")
    for key, value in table.items():
        if key not in _FORMS:
            raise PolicyInvalid(path, f"{section} has no setting {key}")
        fits, form = _FORMS[key]
        if not fits(value):
            raise PolicyInvalid(path, f"{section}: {key} is {form}")
    if "profiles" not in table:
        raise PolicyInvalid(path, f"{section} names no profiles")
    patterns = tuple(table["profiles"])
    return Environment(
        name,
        patterns,
        re.compile("|".join(map(translate, patterns))),
        opens_with=OpensWith(table["opens_with"]) if "opens_with" in table else None,
        close_after=duration(table["close_after"]) if "close_after" in table else None,
        person=table.get("person"),
        accounts=frozenset(table["accounts"]) if "accounts" in table else None,
        roles=frozenset(table["roles"]) if "roles" in table else None,
        deny=table.get("deny", False),
    )


def duration(text: str) -> timedelta | None:
    """Return the time that `text` spells; `None`: it spells none, or more than a year."""
    spelt = _DURATION.fullmatch(text)
    if spelt is None:
        return None
    found = timedelta(**{_UNITS[spelt[2]]: int(spelt[1])})
    return found if found <= _LONGEST else None


def _is_words(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(_is_word(word) for word in value)


def _is_word(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


_FORMS: Mapping[str, tuple[Callable[[object], bool], str]] = {
    "profiles": (_is_words, 'a list of names and patterns: ["prod", "*-prod"]'),
    "opens_with": (
        lambda value: value in tuple(OpensWith),
        f"one of {', '.join(OpensWith)}",
    ),
    "close_after": (
        lambda value: isinstance(value, str) and duration(value) is not None,
        'a number and s, m, h or d: "8h"',
    ),
    "person": (_is_word, "who may sign in, as Identity Center names them"),
    "accounts": (_is_words, 'a list of account ids in quotes: ["123456789012"]'),
    "roles": (_is_words, 'a list of permission sets: ["ReadOnlyAccess"]'),
    "deny": (lambda value: isinstance(value, bool), "true or false"),
}
"""By key: whether a value has the right form, and the form in words."""
