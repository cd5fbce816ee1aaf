"""`policy.toml`: which environments there are, and (for the guard) what each of them asks for.

    [environment.prod]
    profiles = ["prod", "*-prod"]    # names, or patterns with * ? [abc]; case counts
    opens_with = "own-sign-in"       # own-sign-in, confirm or session-sign-in
    close_after = "1h"               # s, m, h or d
    person = "you@example.com"
    accounts = ["123456789012"]
    roles = ["ReadOnlyAccess"]
    deny = false

A profile that several environments match belongs to the first of them in the file. What follows
`profiles` is checked for its form, so that a slip is found now and not when a gate opens.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fnmatch import translate
from pathlib import Path

from sekisho import files as disk
from sekisho.errors import PolicyInvalid
from sekisho.model import ProfileName

__all__ = ["NO_POLICY", "Environment", "Policy", "parse_policy", "read_policy"]

_OPENS_WITH = ("own-sign-in", "confirm", "session-sign-in")
_DURATION = re.compile(r"[1-9][0-9]*[smhd]")


@dataclass(frozen=True, slots=True)
class Environment:
    """One `[environment.NAME]`."""

    name: str
    profiles: tuple[str, ...]
    """Names and patterns (`fnmatch`), as written."""
    matches: re.Pattern[str]
    """All of them in one: what a whole profile name has to match."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What the file declares."""

    environments: tuple[Environment, ...]
    """In the order of the file."""

    def environment_of(self, profile: ProfileName) -> str | None:
        """Return the environment that `profile` is declared to belong to; `None`: to none."""
        found = (one.name for one in self.environments if one.matches.match(profile))
        return next(found, None)


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
    return Environment(name, patterns, re.compile("|".join(map(translate, patterns))))


def _is_words(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(_is_word(word) for word in value)


def _is_word(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


_FORMS: Mapping[str, tuple[Callable[[object], bool], str]] = {
    "profiles": (_is_words, 'a list of names and patterns: ["prod", "*-prod"]'),
    "opens_with": (lambda value: value in _OPENS_WITH, f"one of {', '.join(_OPENS_WITH)}"),
    "close_after": (
        lambda value: isinstance(value, str) and _DURATION.fullmatch(value) is not None,
        'a number and s, m, h or d: "8h"',
    ),
    "person": (_is_word, "who may sign in, as Identity Center names them"),
    "accounts": (_is_words, 'a list of account ids in quotes: ["123456789012"]'),
    "roles": (_is_words, 'a list of permission sets: ["ReadOnlyAccess"]'),
    "deny": (lambda value: isinstance(value, bool), "true or false"),
}
"""By key: whether a value has the right form, and the form in words."""
