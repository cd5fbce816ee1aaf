import json
import sqlite3
import stat
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Connection, select, text

from sekisho.center.storage import migrating
from sekisho.center.storage.alone import alone
from sekisho.center.storage.migrating import migrate
from sekisho.center.storage.opening import connect, open_database
from sekisho.center.storage.tables import METADATA, REVISION, users
from sekisho.errors import DatabaseRefused, FileLocked
from sekisho.testing.clock import FakeClock
from tests.unit.center.scene import START_URL, World, settings_in

RELEASED = Path(__file__).parent / "released_0_1"


@pytest.fixture
def old(tmp_path: Path) -> str:
    """A database that 0.1 made, with a sign-in in it."""
    path = tmp_path / "center.sqlite3"
    with sqlite3.connect(path) as made:
        made.executescript((RELEASED / "center.sql").read_text(encoding="utf-8"))
    made.close()
    return f"sqlite:///{path}"


@pytest.fixture
def empty(database_for: Callable[[str], str], backend: str) -> Iterator[str]:
    url = database_for("center.sqlite3")
    if backend == "postgresql":
        database, _ = connect(url)
        with database.writing() as connection:
            METADATA.drop_all(connection)
        database.close()
    yield url
    if backend == "postgresql":
        database, _ = connect(url)
        with database.writing() as connection:
            METADATA.drop_all(connection)
        database.close()
        open_database(url).close()


def schema(connection: Connection) -> list[object]:
    """How the tables differ from what the code says.

    Indexes of expressions cannot be read back (SQLite) or are spelt otherwise (PostgreSQL): of those it
    is their names.
    """
    by_expression = {
        str(index.name)
        for table in METADATA.tables.values()
        for index in table.indexes
        if not all(isinstance(each, Column) for each in index.expressions)
    }
    options = {"include_object": lambda _object, name, *_: name not in by_expression}
    names = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'index'",
        "postgresql": "SELECT indexname FROM pg_indexes WHERE schemaname = current_schema()",
    }[connection.dialect.name]
    there = set(connection.execute(text(names)).scalars())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        context = MigrationContext.configure(connection, opts=options)
        return [*compare_metadata(context, METADATA), *(by_expression - there)]


def test_the_newest_version_is_the_revision_of_the_tables() -> None:
    folder = Path(migrating.__file__).parent / "migrations"

    assert ScriptDirectory(str(folder)).get_heads() == [REVISION]


def test_an_empty_database_that_is_migrated_has_the_tables_of_the_code(empty: str) -> None:
    done = migrate(empty)
    database, _ = connect(empty)
    with database.reading() as connection:
        difference = schema(connection)
    database.close()

    assert (done.before, done.after) == (None, REVISION)
    assert difference == []


def test_an_old_database_is_not_touched_before_somebody_asks(old: str) -> None:
    with pytest.raises(DatabaseRefused) as refused:
        open_database(old)

    assert "its tables are of revision 0004" in refused.value.what
    assert f"sekisho center migrate --database {old}" in refused.value.do


def test_an_old_database_gets_the_tables_of_the_code(old: str) -> None:
    done = migrate(old)
    database = open_database(old)
    with database.reading() as connection:
        difference = schema(connection)
        names = connection.execute(select(users.c.name)).scalars().all()
    database.close()

    assert (done.before, done.changed) == ("0004", True)
    assert difference == []
    assert len(names) == 3


def test_migrating_again_changes_nothing(old: str) -> None:
    migrate(old)

    assert not migrate(old).changed


def test_a_sign_in_of_the_last_release_goes_on(old: str, tmp_path: Path) -> None:
    migrate(old)
    (tmp_path / "keys.json").write_bytes((RELEASED / "keys.json").read_bytes())
    issued = json.loads((RELEASED / "issued.json").read_text(encoding="utf-8"))
    world = World(settings_in(tmp_path, database=old), FakeClock())

    refreshed = world.post(
        "/token",
        clientId=issued["clientId"],
        clientSecret=issued["clientSecret"],
        grantType="refresh_token",
        refreshToken=issued["refreshToken"],
    )
    accounts = world.portal("/assignment/accounts", issued["accessToken"])
    world.center.database.close()

    assert refreshed.status == 200
    assert accounts.status == 200
    assert START_URL in world.center.instance.start_urls


def test_what_the_file_held_before_is_kept_and_never_overwritten(old: str, tmp_path: Path) -> None:
    (tmp_path / "center.sqlite3.0004.1").write_bytes(b"an earlier copy")

    copy = migrate(old).copy

    assert copy == tmp_path / "center.sqlite3.0004.2"
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert (tmp_path / "center.sqlite3.0004.1").read_bytes() == b"an earlier copy"
    assert migrate(f"sqlite:///{copy}").before == "0004"


def test_a_file_that_a_center_serves_is_not_migrated(old: str) -> None:
    with alone(old), pytest.raises(FileLocked):
        migrate(old)


def test_a_migration_that_fails_changes_nothing(old: str) -> None:
    database, _ = connect(old)
    with database.writing() as connection:
        connection.execute(text("CREATE TABLE rate_buckets (mine INTEGER)"))
    database.close()

    with pytest.raises(DatabaseRefused):
        migrate(old)

    with pytest.raises(DatabaseRefused, match="revision 0004"):
        open_database(old)


def test_a_revision_that_nobody_knows_is_refused(old: str) -> None:
    database, _ = connect(old)
    with database.writing() as connection:
        connection.execute(text("UPDATE schema_version SET version = 3"))
    database.close()

    with pytest.raises(DatabaseRefused, match="which no migration begins at"):
        migrate(old)
