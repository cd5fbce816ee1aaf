"""Finding people, groups, permission sets and accounts by the beginning of what they are called.

A page of a list costs what the page has, however long the list is: it goes on behind the last row of the
page before, by an index.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    func,
    literal,
    not_,
    tuple_,
)

from sekisho.center.storage.lowered import lowered

__all__ = ["Found", "found"]

_SIZE = 50
_LAST = "\U0010ffff"
"""Of all characters; no name goes on with it."""


@dataclass(frozen=True, slots=True)
class Found:
    """A page of what was found."""

    rows: Sequence[Row[Any]]
    following: str | None
    """What to go on behind; `None` on the last page."""


def found(
    connection: Connection,
    query: Select[Any],
    columns: Sequence[Column[Any]],
    key: Column[str],
    *,
    sought: str = "",
    after: str = "",
    size: int = _SIZE,
) -> Found:
    """Return those rows of `query` of which one of `columns` begins with `sought`; none means all.

    Those of the first column come first, each in its order; capitals do not count. `key` tells the rows apart,
    and has no colon. `after` is the `following` of the page before; what is none begins anew.
    """
    begun, last, last_key = _read(after, len(columns))
    rows: list[Row[Any]] = []
    place = begun
    for number in range(begun, len(columns) if sought else 1):
        by = lowered(columns[number])
        some = query.add_columns(by.label("found_by"), key.label("found_key"))
        if sought:
            some = some.where(_begins(columns[number], sought))
            some = some.where(*(not_(_begins(earlier, sought)) for earlier in columns[:number]))
        if last_key and number == begun:
            some = some.where(tuple_(by, key) > tuple_(literal(last), literal(last_key)))
        some = some.order_by(by, key).limit(size + 1 - len(rows))
        for row in connection.execute(some):
            if len(rows) == size:
                return Found(rows, f"{place}:{rows[-1].found_key}:{rows[-1].found_by}")
            rows.append(row)
            place = number
    return Found(rows, None)


def _begins(column: Column[Any], sought: str) -> ColumnElement[bool]:
    by = lowered(column)
    return and_(by >= func.lower(sought), by < func.lower(sought).concat(_LAST))


def _read(after: str, columns: int) -> tuple[int, str, str]:
    number, _, rest = after.partition(":")
    key, colon, last = rest.partition(":")
    if (
        number.isascii()
        and number.isdecimal()
        and len(number) == 1
        and int(number) < columns
        and colon
    ):
        return int(number), last, key
    return 0, "", ""
