"""A center with a clock that stands still: once over SQLite, and once over PostgreSQL."""

import contextlib
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.pool import NullPool

from sekisho.center.storage.opening import open_database
from sekisho.center.storage.tables import METADATA, alembic_version
from sekisho.testing.clock import FakeClock
from tests.postgresql import Server
from tests.unit.center.scene import Build, World, settings_in

_EMPTYING = "TRUNCATE " + ", ".join(
    f'"{name}"' for name in METADATA.tables if name != alembic_version.name
)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


class Databases:
    """Databases of one server: emptied, and given again."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._free: list[str] = []

    def take(self) -> str:
        if self._free:
            return self._free.pop()
        name = f"center_{uuid.uuid4().hex}"
        self._server.execute(f"CREATE DATABASE {name}")
        url = self._server.url(name)
        open_database(url).close()
        return url

    def give_back(self, url: str) -> None:
        engine = create_engine(url, poolclass=NullPool)
        with contextlib.suppress(ProgrammingError), engine.begin() as connection:
            connection.execute(text(_EMPTYING))
            self._free.append(url)  # a test may have broken it
        engine.dispose()


@pytest.fixture(scope="session")
def databases(postgresql: Server) -> Databases:
    return Databases(postgresql)


@pytest.fixture(params=["sqlite", "postgresql"])
def backend(request: pytest.FixtureRequest) -> str:
    """What a center keeps its data in."""
    return str(request.param)


@pytest.fixture
def database_for(
    backend: str, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[Callable[[str], str]]:
    """Give the URL of a database: the same one for the same word, its own for an empty one."""
    if backend == "sqlite":
        yield lambda word: f"sqlite:///{tmp_path / word}" if word else "sqlite://"
        return
    databases: Databases = request.getfixturevalue("databases")
    taken: dict[str, str] = {}

    def take(word: str) -> str:
        return taken.setdefault(word or uuid.uuid4().hex, databases.take())

    yield take

    for url in taken.values():
        databases.give_back(url)


@pytest.fixture
def build(tmp_path: Path, clock: FakeClock, database_for: Callable[[str], str]) -> Iterator[Build]:
    built: list[World] = []

    def one_more(*, in_memory: bool = True, folder: str = ".", **more: Any) -> World:
        place = tmp_path / folder
        place.mkdir(exist_ok=True)
        url = database_for("" if in_memory else f"{folder}/center.sqlite3")
        built.append(World(settings_in(place, **{"database": url, **more}), clock))
        return built[-1]

    yield one_more

    for world in built:
        world.center.database.close()


@pytest.fixture
def world(build: Build) -> World:
    return build()
