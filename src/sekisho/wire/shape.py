"""Reading members of an answer's JSON, with a plain reason when one is not what it should be.

No reason quotes a value: answers carry tokens.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime

from sekisho.wire.http import Response

__all__ = ["NotThisShape", "inner", "instant", "members", "objects", "text", "whole", "word"]


class NotThisShape(ValueError):
    """An answer that is not what the operation answers; says which member is wrong, and how."""


def members(response: Response) -> Mapping[str, object]:
    """Return the members of the JSON object that is the body. Raises `NotThisShape`."""
    try:
        body = json.loads(response.body)
    except (ValueError, RecursionError):
        raise NotThisShape("the answer is not JSON") from None
    return _object(body, "the answer")


def objects(holder: Mapping[str, object], name: str) -> tuple[Mapping[str, object], ...]:
    """Return the list of objects under `name`. Raises `NotThisShape`."""
    value = holder.get(name)
    if not isinstance(value, list):
        raise NotThisShape(f"{name} is not a list")
    return tuple(_object(each, f"an entry of {name}") for each in value)


def inner(holder: Mapping[str, object], name: str) -> Mapping[str, object]:
    """Return the object under `name`. Raises `NotThisShape`."""
    return _object(holder.get(name), name)


def text(holder: Mapping[str, object], name: str) -> str:
    """Return the text under `name`: not empty, printable. Raises `NotThisShape`.

    What does not print could steer the terminal on which the text is shown.
    """
    value = holder.get(name)
    if not isinstance(value, str) or not value:
        raise NotThisShape(f"{name} is missing or is not text")
    if not value.isprintable():
        raise NotThisShape(f"{name} has characters that do not print")
    return value


def word(holder: Mapping[str, object], name: str) -> str:
    """Return the text under `name`, all visible ASCII: it can stand in a header or a URL.

    Raises `NotThisShape`.
    """
    value = text(holder, name)
    if not value.isascii() or " " in value:
        raise NotThisShape(f"{name} has characters other than visible ASCII")
    return value


def whole(holder: Mapping[str, object], name: str, *, least: int, most: int) -> int:
    """Return the whole number under `name`, from `least` to `most`. Raises `NotThisShape`."""
    value = holder.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise NotThisShape(f"{name} is missing or is not a whole number")
    if not least <= value <= most:
        raise NotThisShape(f"{name} is out of range")
    return value


_FIRST_INSTANT = 10**9  # 2001: seconds in a field of milliseconds come out long before it
_LAST_INSTANT = 10**10  # 2286: milliseconds in a field of seconds come out long after it


def instant(holder: Mapping[str, object], name: str, *, per_second: int = 1) -> datetime:
    """Return the time under `name`, aware, UTC: a whole number of units since 1970.

    There are `per_second` units in a second. A number that only makes sense in the other unit
    is refused. Raises `NotThisShape`.
    """
    units = whole(holder, name, least=_FIRST_INSTANT * per_second, most=_LAST_INSTANT * per_second)
    return datetime.fromtimestamp(units / per_second, UTC)


def _object(value: object, what: str) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise NotThisShape(f"{what} is missing or is not an object")
    return value
