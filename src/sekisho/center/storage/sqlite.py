"""The center's database in SQLite: one file, one process that serves it, nothing to look after."""

import contextlib
import threading
import weakref
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import NoSuchModuleError
from sqlalchemy.pool import QueuePool, StaticPool

from sekisho import files
from sekisho.center.storage.database import WRITES, Database
from sekisho.errors import DatabaseRefused

__all__ = ["open_sqlite"]

_BUSY_SECONDS = 10


def open_sqlite(url: URL, shown: str) -> Database:
    """Connect to the file of `url`, which is made with mode 0600, as is its folder.

    A transaction that writes holds SQLite's write lock from its first statement on, so what it
    reads stays true. Raises `errors.DatabaseRefused`, which names the database as `shown`.
    """
    if url.username or url.host:
        raise DatabaseRefused(shown, "an SQLite URL has no user and no host")
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
    return _taking_turns(engine, in_memory=in_memory)


def _taking_turns(engine: Engine, *, in_memory: bool) -> Database:
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
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
