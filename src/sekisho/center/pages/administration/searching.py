"""What a list was asked for: the beginning of a name, and where the page before ended."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Column, Connection, Select

from sekisho.center.directory.finding import Found, found
from sekisho.center.pages.visit import Visit

__all__ = ["FEW", "searched", "sought_in"]

FEW = 10
"""So many are offered to choose from, where one is looked for."""
_LONGEST = 200


def sought_in(visit: Visit, field: str = "q") -> str:
    """Return what was typed into a search field; databases refuse a NUL, which nobody types."""
    return visit.query.get(field, "").replace("\0", "").strip()[:_LONGEST]


def searched(
    visit: Visit,
    connection: Connection,
    query: Select[Any],
    columns: Sequence[Column[Any]],
    key: Column[str],
) -> Found:
    """Return the page of `query` that the address asks for: `q` and `after`, as `found` has them."""
    after = visit.query.get("after", "").replace("\0", "")
    return found(connection, query, columns, key, sought=sought_in(visit), after=after)
