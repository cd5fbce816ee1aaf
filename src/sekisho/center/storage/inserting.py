"""Inserting a row that another replica may insert at the same time."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, Table
from sqlalchemy.dialects import postgresql, sqlite

__all__ = ["insert_if_absent", "insert_those_absent", "locked_row"]


def insert_if_absent(connection: Connection, table: Table, **values: object) -> bool:
    """Insert a row, unless one with the same key is there; return whether it was inserted.

    Blocks for another transaction that has inserted it and has not ended yet.
    """
    inserting = _inserting(connection, table, values).on_conflict_do_nothing()
    inserted = connection.execute(inserting.returning(*table.primary_key))  # rowcounts of it are -1
    return inserted.one_or_none() is not None


def insert_those_absent(
    connection: Connection, table: Table, rows: Sequence[Mapping[str, object]]
) -> None:
    """The same for several rows, in one statement."""
    connection.execute(_inserting(connection, table, rows).on_conflict_do_nothing())


def locked_row(connection: Connection, table: Table, **values: object) -> Row[Any]:
    """Return the row with that key, inserted with `values` if it is absent, and lock it.

    To ask for it after inserting it would not do: another transaction may remove it in between.
    """
    keys = list(table.primary_key)
    inserting = _inserting(connection, table, values)
    same = {key.name: inserting.excluded[key.name] for key in keys}
    locking = inserting.on_conflict_do_update(index_elements=keys, set_=same)
    return connection.execute(locking.returning(table)).one()


def _inserting(
    connection: Connection,
    table: Table,
    values: Mapping[str, object] | Sequence[Mapping[str, object]],
) -> postgresql.Insert | sqlite.Insert:
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table).values(values)
    return sqlite.insert(table).values(values)
