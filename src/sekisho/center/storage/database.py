"""The database: transactions for reading and for writing, and one transaction at a time for set-up."""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

__all__ = ["WRITES", "Database", "DatabaseAway", "Writing", "writing_of"]

WRITES = "sekisho_writes"
"""The execution option of a transaction that writes: a `Writing`."""
_READ_ONLY = "25006"
"""read_only_sql_transaction (PostgreSQL, "Error codes")."""
_SET_UP = 0x5E_C1_50
"""The key of the advisory lock that whoever sets a database up holds: any number, but this one."""


class DatabaseAway(Exception):
    """The database server cannot be reached, or is about to be another one."""


@dataclass(frozen=True, slots=True)
class Writing:
    """What goes along with a transaction that writes."""

    keeps_trail: bool
    """Whether the audit trail has a table here, or the log alone (`audit`)."""
    afterwards: list[Callable[[], None]] = field(default_factory=list)
    """What is called, in this order, once it is committed; an exception undoes these, too."""
    when_undone: list[Callable[[], None]] = field(default_factory=list)
    """What is called, in this order, once an exception has undone it."""


def writing_of(connection: Connection) -> Writing:
    """Return what goes along with the transaction of `connection`, which `Database.writing` made."""
    found: Writing = connection.get_execution_options()[WRITES]
    return found


@dataclass(frozen=True, slots=True)
class Database:
    """One engine, and whose turn it is."""

    engine: Engine
    _turn_to_read: contextlib.AbstractContextManager[Any]
    _turn_to_write: contextlib.AbstractContextManager[Any]
    keeps_trail: bool = True
    """Whether what happens is kept in a table, besides being logged."""

    @property
    def is_shared(self) -> bool:
        """Whether several replicas may use it at once."""
        return self.engine.dialect.name == "postgresql"

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a transaction that only reads. Not to be opened inside another."""
        with (
            self._here(),
            self._turn_to_read,
            self.engine.connect() as connection,
            connection.begin(),
        ):
            yield connection

    @contextlib.contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open a transaction that writes: committed at its end, undone by an exception.

        What it has read may be changed by another replica, but for the rows that it has read
        `with_for_update()`.
        """
        writing = Writing(self.keeps_trail)
        try:
            with self._here(), self._turn_to_write, self.engine.connect() as plain:
                connection = plain.execution_options(**{WRITES: writing})
                with connection.begin():
                    yield connection
        except Exception:
            for act in writing.when_undone:
                act()
            raise
        for act in writing.afterwards:
            act()

    @contextlib.contextmanager
    def setting_up(self) -> Iterator[Connection]:
        """The same for tables, and for what every replica writes when it starts: one at a time."""
        with self.writing() as connection:
            if self.is_shared:
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _SET_UP})
            yield connection

    @contextlib.contextmanager
    def _here(self) -> Iterator[None]:
        """Tell a server that is away from a statement that is wrong; SQLite is never away."""
        try:
            yield
        except DBAPIError as error:
            if not self.is_shared or not _is_away(error):
                raise
            raise DatabaseAway(str(error.orig)) from error

    def close(self) -> None:
        """Give the connections back to the system."""
        self.engine.dispose()


def _is_away(error: DBAPIError) -> bool:
    """A standby that is not the primary yet refuses to write, with a state of its own."""
    gone = error.connection_invalidated or isinstance(error, OperationalError | InterfaceError)
    return gone or getattr(error.orig, "sqlstate", None) == _READ_ONLY
