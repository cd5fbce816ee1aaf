"""The center's database in PostgreSQL: for several replicas of the center at once.

Transactions are READ COMMITTED, PostgreSQL's default. Two replicas are kept apart by what the
statements say: an UPDATE whose condition only one of them can meet, and `FOR UPDATE` on the row that
a longer transaction is about. SQLite, where a writer is alone anyhow, takes the same statements.
"""

import contextlib
import weakref
from typing import Any

from sqlalchemy import create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import NoSuchModuleError

from sekisho.center.storage.database import Database
from sekisho.errors import DatabaseRefused

__all__ = ["open_postgresql"]

_DRIVER = "postgresql+psycopg"
_CONNECT_SECONDS = 5
_STATEMENT_SECONDS = 30
_IDLE_SECONDS = 60
"""A replica that stops in the middle of a transaction gives its rows back after that long."""


def open_postgresql(url: URL, shown: str) -> Database:
    """Connect to the database of `url`; the pool has at most 20 connections, and 20 in a rush.

    Raises `errors.DatabaseRefused`, which names the database as `shown`.
    """
    if url.drivername not in ("postgresql", _DRIVER):
        raise DatabaseRefused(
            shown, "of PostgreSQL's drivers psycopg is used: postgresql+psycopg://…"
        )
    try:
        engine = create_engine(
            url.set(drivername=_DRIVER),
            # No value of a statement in any log or error: they are hashes, names and addresses.
            hide_parameters=True,
            pool_size=20,
            max_overflow=20,
            pool_pre_ping=True,  # after a failover, the next request finds the new primary
            connect_args={"connect_timeout": _CONNECT_SECONDS, "application_name": "sekisho"},
        )
    except (NoSuchModuleError, ImportError) as error:
        raise DatabaseRefused(shown, "its driver is not installed") from error
    weakref.finalize(engine, engine.pool.dispose)  # a center that is dropped leaves nothing open
    event.listen(engine, "connect", _on_connect)
    free = contextlib.nullcontext()
    return Database(engine, free, free)


def _on_connect(connection: Any, _record: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET statement_timeout = '{_STATEMENT_SECONDS}s'")
        cursor.execute(f"SET idle_in_transaction_session_timeout = '{_IDLE_SECONDS}s'")
    connection.commit()
