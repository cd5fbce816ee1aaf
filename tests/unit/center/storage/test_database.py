import stat
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text, update

from sekisho.center.storage.database import Database
from sekisho.center.storage.opening import open_database
from sekisho.center.storage.tables import REVISION, alembic_version, groups
from sekisho.errors import DatabaseRefused


@pytest.fixture(params=["", "center.sqlite3"])
def database(
    request: pytest.FixtureRequest, database_for: Callable[[str], str]
) -> Iterator[Database]:
    database = open_database(database_for(request.param))
    yield database
    database.close()


def test_an_empty_database_gets_its_tables_and_their_version(database: Database) -> None:
    with database.reading() as connection:
        assert connection.execute(select(alembic_version.c.version_num)).scalar() == REVISION


def test_an_exception_undoes_what_was_written(database: Database) -> None:
    def write_and_fail() -> None:
        with database.writing() as connection:
            connection.execute(insert(groups).values(id="1", name="engineers"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_and_fail()

    with database.reading() as connection:
        assert connection.execute(select(groups)).all() == []


def test_writers_at_once_take_turns_and_lose_nothing(database: Database) -> None:
    with database.writing() as connection:
        connection.execute(insert(groups).values(id="counter", name="0"))

    def count() -> None:
        for _ in range(10):
            with database.writing() as connection:
                query = select(groups.c.name).with_for_update()
                name = connection.execute(query).scalar_one()
                connection.execute(update(groups).values(name=str(int(name) + 1)))

    threads = [threading.Thread(target=count) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with database.reading() as connection:
        assert connection.execute(select(groups.c.name)).scalar() == "80"


def test_the_file_and_what_lies_beside_it_are_private(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'new' / 'center.sqlite3'}")
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "new").iterdir()}
    database.close()

    assert modes == {0o600}


def test_what_was_written_is_there_after_a_restart(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'center.sqlite3'}"
    first = open_database(url)
    with first.writing() as connection:
        connection.execute(insert(groups).values(id="1", name="engineers"))
    first.close()
    second = open_database(url)
    with second.reading() as connection:
        names = connection.execute(select(groups.c.name)).scalars().all()
    second.close()

    assert names == ["engineers"]


def _refused(url: str) -> str:
    with pytest.raises(DatabaseRefused) as refused:
        open_database(url)
    return refused.value.what


def test_tables_of_a_newer_version_are_refused(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'center.sqlite3'}"
    newer = open_database(url)
    with newer.writing() as connection:
        connection.execute(update(alembic_version).values(version_num="9999"))
    newer.close()

    assert f"its tables are of revision 9999, and this sekisho knows {REVISION}" in _refused(url)


def test_somebody_elses_database_is_refused(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'center.sqlite3'}"
    other = open_database(url)
    with other.writing() as connection:
        connection.execute(text("DROP TABLE alembic_version"))
    other.close()

    assert "they are not the center's" in _refused(url)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "center.sqlite3").write_bytes(b"not a database, but long enough to look at" * 30)

    assert "not a database" in _refused(f"sqlite:///{tmp_path / 'center.sqlite3'}")


def test_a_url_that_is_none_is_refused() -> None:
    assert "it is not a database URL" in _refused("center.sqlite3")


@pytest.mark.parametrize(
    "url",
    [
        "postgresql:/me:fake-password@db.example.com/center",
        "postgresql://me:fake-password@db.example.com:port/center",
        "sqlite://me:fake-password@db.example.com/center",
    ],
)
def test_a_url_with_a_fault_in_it_is_refused_without_showing_its_password(url: str) -> None:
    what = _refused(url)

    assert url.partition(":")[0] in what
    assert "fake-password" not in what


def test_another_kind_of_database_is_refused_without_showing_its_password() -> None:
    what = _refused("mysql://me:fake-password@db.example.com/center")

    assert "SQLite" in what
    assert "fake-password" not in what


def test_postgresql_by_another_driver_is_refused_without_showing_its_password() -> None:
    what = _refused("postgresql+asyncpg://me:fake-password@db.example.com/center")

    assert "postgresql+psycopg://" in what
    assert "fake-password" not in what


def test_a_postgresql_that_does_not_answer_is_refused_without_showing_its_password(
    tmp_path: Path,
) -> None:
    what = _refused(f"postgresql+psycopg://me:fake-password@/center?host={tmp_path}")

    assert "failed" in what
    assert "fake-password" not in what
