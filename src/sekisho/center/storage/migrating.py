"""Bringing an older database up to date: only when somebody asks for it."""

import contextlib
import sqlite3
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from sekisho import files
from sekisho.center.storage.alone import alone, sqlite_file
from sekisho.center.storage.database import DatabaseAway
from sekisho.center.storage.opening import connect, revision_of
from sekisho.center.storage.tables import REVISION, alembic_version
from sekisho.errors import DatabaseRefused

__all__ = ["Migration", "migrate"]


@dataclass(frozen=True, slots=True)
class Migration:
    """What was done to a database."""

    before: str | None
    """The revision of its tables; `None`: it had none."""
    after: str
    copy: Path | None
    """What the file held before; `None`: there is no file, or nothing was done."""

    @property
    def changed(self) -> bool:
        """Whether anything was done."""
        return self.before != self.after


def migrate(url: str) -> Migration:
    """Bring the tables of the database at `url` up to date, in one transaction; block for that.

    An empty database gets its tables. A file of SQLite's is copied first, and no center may serve
    it meanwhile; of PostgreSQL nobody can know who uses it. Raises `errors.DatabaseRefused` for a
    database that cannot be migrated, which is as it was then; `errors.FileLocked`; `errors.FileError`.
    """
    with alone(url):
        return _migrate(url)


def _migrate(url: str) -> Migration:
    database, shown = connect(url)
    try:
        with database.setting_up() as connection:
            before = revision_of(connection, shown)
            copy = _copied(url, before) if before not in (None, REVISION) else None
            _walk(connection, before, shown)
    except DBAPIError as error:
        raise DatabaseRefused(shown, str(error.orig).strip()) from error
    except DatabaseAway as away:
        raise DatabaseRefused(shown, str(away).strip()) from away
    finally:
        database.close()
    return Migration(before, REVISION, copy)


def _copied(url: str, revision: str | None) -> Path | None:
    """Copy a file of SQLite's, with what lies in its log, under a name that nothing has yet."""
    file = sqlite_file(url)
    if file is None:
        return None
    numbers = (file.with_name(f"{file.name}.{revision}.{number}") for number in count(1))
    copy = next(path for path in numbers if not path.exists())
    files.write_private(copy, b"")
    with (
        contextlib.closing(sqlite3.connect(file)) as old,
        contextlib.closing(sqlite3.connect(copy)) as new,
    ):
        old.backup(new)
    return copy


def _walk(connection: Connection, before: str | None, shown: str) -> None:
    steps = Config()
    steps.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    steps.attributes["connection"] = connection
    if before is not None:
        _check_known(steps, before, shown)
        alembic_version.create(connection, checkfirst=True)
        command.stamp(steps, before)
    command.upgrade(steps, "head")


def _check_known(steps: Config, before: str, shown: str) -> None:
    try:
        ScriptDirectory.from_config(steps).get_revision(before)
    except CommandError as error:
        raise DatabaseRefused(
            shown, f"its tables are of revision {before}, which no migration begins at"
        ) from error
