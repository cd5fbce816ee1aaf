"""The database: transactions for reading and for writing, and tables for an empty one."""

import contextlib
import threading
import weakref
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, insert, inspect, select
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.pool import QueuePool, StaticPool

from sekisho import files
from sekisho.center.storage.tables import METADATA, SCHEMA_VERSION, schema_version
from sekisho.errors import DatabaseRefused

__all__ = ["Database", "open_database"]

_BUSY_SECONDS = 10
_WRITES = "sekisho_writes"


@dataclass(frozen=True, slots=True)
class Database:
    """One engine, and whose turn it is."""

    engine: Engine
    _turn_to_read: contextlib.AbstractContextManager[Any]
    _turn_to_write: contextlib.AbstractContextManager[Any]

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a transaction that only reads. Not to be opened inside another."""
        with self._turn_to_read, self.engine.connect() as connection, connection.begin():
            yield connection

    @contextlib.contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open a transaction that writes: committed at its end, undone by an exception.

        It holds SQLite's write lock from its first statement on, so what it reads stays true.
        """
        with self._turn_to_write, self.engine.connect() as plain:
            connection = plain.execution_options(**{_WRITES: True})
            with connection.begin():
                yield connection

    def close(self) -> None:
        """Give the connections back to the system."""
        self.engine.dispose()


def open_database(url: str) -> Database:
    """Connect to the database at `url`, and give an empty one its tables.

    Makes the SQLite file, mode 0600, and its folder. Raises `errors.DatabaseRefused` for a URL
    or a database that this version cannot use.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):  # the latter: its port is no number
        scheme = url.partition(":")[0] if ":" in url else url
        raise DatabaseRefused(f"{scheme}:…", "it is not a database URL") from None
    shown = parsed.render_as_string(hide_password=True)
    if parsed.get_backend_name() != "sqlite":
        raise DatabaseRefused(shown, "this version keeps its data in SQLite (sqlite:///FILE)")
    if parsed.username or parsed.host:
        raise DatabaseRefused(shown, "an SQLite URL has no user and no host")
    database = _open_sqlite(parsed, shown)
    try:
        _prepare(database, shown)
    except DBAPIError as error:
        raise DatabaseRefused(shown, str(error.orig)) from error
    return database


def _open_sqlite(url: URL, shown: str) -> Database:
    in_memory = url.database in (None, "", ":memory:")
    if not in_memory:
        path = Path(url.database or "")
        if files.read(path) is None:
            files.write_private(path, b"")  # SQLite gives its side files the same mode
    try:
        engine = create_engine(
            url,
            # No value of a statement in any log or error: they are hashes, names and addresses.
            hide_parameters=True,
            poolclass=StaticPool if in_memory else QueuePool,
            connect_args={"check_same_thread": False, "timeout": _BUSY_SECONDS},
            **({} if in_memory else {"pool_size": 8, "max_overflow": 64}),
        )
    except NoSuchModuleError as error:
        raise DatabaseRefused(shown, "its driver is not installed") from error
    weakref.finalize(engine, engine.pool.dispose)  # a center that is dropped leaves nothing open
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)
    # SQLite has one writer: a queue of threads is fairer than its busy-waiting. A database in
    # memory is one connection, which serves one transaction at a time.
    turn = threading.Lock()
    return Database(engine, turn if in_memory else contextlib.nullcontext(), turn)


def _on_connect(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver must not begin transactions: `_on_begin` does
    for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")


def _on_begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _prepare(database: Database, shown: str) -> None:
    with database.writing() as connection:
        if not inspect(connection).get_table_names():
            METADATA.create_all(connection)
            connection.execute(insert(schema_version).values(version=SCHEMA_VERSION))
            return
        if not inspect(connection).has_table(schema_version.name):
            raise DatabaseRefused(shown, "it has tables, and they are not the center's")
        version = connection.execute(select(schema_version.c.version)).scalar()
        if version != SCHEMA_VERSION:
            raise DatabaseRefused(
                shown,
                f"its schema version is {version}, and this sekisho knows {SCHEMA_VERSION}",
            )
