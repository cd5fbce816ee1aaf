"""A center in memory with a clock that stands still."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sekisho.testing.clock import FakeClock
from tests.unit.center.scene import Build, World, settings_in


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def build(tmp_path: Path, clock: FakeClock) -> Iterator[Build]:
    built: list[World] = []

    def one_more(*, in_memory: bool = True, folder: str = ".", **more: Any) -> World:
        place = tmp_path / folder
        place.mkdir(exist_ok=True)
        if not in_memory:
            more["database"] = f"sqlite:///{place / 'center.sqlite3'}"
        built.append(World(settings_in(place, **more), clock))
        return built[-1]

    yield one_more

    for world in built:
        world.center.database.close()


@pytest.fixture
def world(build: Build) -> World:
    return build()
