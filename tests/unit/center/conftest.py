"""A center in memory with a clock that stands still."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sekisho.testing.clock import FakeClock
from tests.unit.center.scene import World, settings_in


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def world(tmp_path: Path, clock: FakeClock) -> Iterator[World]:
    world = World(settings_in(tmp_path), clock)
    yield world
    world.center.database.close()
