"""Inserting a row that another replica may insert at the same time."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

__all__ = ["insert_if_absent", "insert_those_absent"]


def insert_if_absent(connection: Connection, table: Table, **values: object) -> bool:
    """Insert a row, unless one with the same key is there; return whether it was inserted.

    Blocks for another transaction that has inserted it and has not ended yet.
    """
    inserting = _inserting(connection, table, values)
    inserted = connection.execute(inserting.returning(*table.primary_key))  # rowcounts of it are -1
    return inserted.one_or_none() is not None


def insert_those_absent(
    connection: Connection, table: Table, rows: Sequence[Mapping[str, object]]
) -> None:
    """The same for several rows, in one statement."""
    connection.execute(_inserting(connection, table, rows))


def _inserting(
    connection: Connection,
    table: Table,
    values: Mapping[str, object] | Sequence[Mapping[str, object]],
) -> postgresql.Insert | sqlite.Insert:
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table).values(values).on_conflict_do_nothing()
    return sqlite.insert(table).values(values).on_conflict_do_nothing()
