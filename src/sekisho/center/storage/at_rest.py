"""The database for whoever is not the serving process: the commands of its own machine.

Beside a center that serves the same SQLite file, too: SQLite lets one process write at a time and
the others wait, and the center keeps nothing of it in memory but the instance.
"""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, OperationalError

from sekisho.center.audit import OPERATOR, acting
from sekisho.center.storage.database import Database, DatabaseAway
from sekisho.center.storage.opening import open_database
from sekisho.errors import CenterError, UsageError

__all__ = ["database_at_rest"]


@contextlib.contextmanager
def database_at_rest(url: str, *, make: bool = False) -> Iterator[Database]:
    """Open the database for the operator and the block; with `make`, also one that is not there yet.

    Raises `errors.DatabaseRefused`, `errors.UsageError` for one in memory, which is its own
    process's alone, and `errors.CenterError` for a file that is not there, or in which another
    process writes for so long that there is no turn: then nothing was changed.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        parsed = None  # `open_database` says what is wrong with it
    if parsed is not None and parsed.get_backend_name() == "sqlite":
        _check_file(parsed.database, make=make)
    database = open_database(url)
    try:
        with acting(OPERATOR):
            yield database
    except DatabaseAway as away:
        raise CenterError(
            f"the database cannot be used now, and nothing was changed: {away}",
            do="run the command again",
        ) from away
    except OperationalError as error:
        raise CenterError(
            f"the database cannot be used now, and nothing was changed: {error.orig}",
            do="run the command again",
        ) from error
    finally:
        database.close()


def _check_file(file: str | None, *, make: bool) -> None:
    if file in (None, "", ":memory:"):
        raise UsageError(
            "a database in memory belongs to the center that has it, and nobody else sees it",
            do="name a file: --database sqlite:///FILE",
        )
    if not make and not Path(file or "").exists():
        raise CenterError(
            f"there is no center's database at {file}",
            do="name it: --database sqlite:///FILE (`sekisho center serve` makes one)",
        )
