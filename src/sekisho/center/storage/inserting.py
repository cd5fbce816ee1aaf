"""Inserting a row that another replica may insert at the same time."""

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

__all__ = ["insert_if_absent"]


def insert_if_absent(connection: Connection, table: Table, **values: object) -> bool:
    """Insert a row, unless one with the same key is there; return whether it was inserted.

    Blocks for another transaction that has inserted it and has not ended yet.
    """
    inserting = (
        postgresql.insert(table).values(**values).on_conflict_do_nothing()
        if connection.dialect.name == "postgresql"
        else sqlite.insert(table).values(**values).on_conflict_do_nothing()
    )
    inserted = connection.execute(inserting.returning(*table.primary_key))  # rowcounts of it are -1
    return inserted.one_or_none() is not None
