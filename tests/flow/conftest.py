from pathlib import Path

import pytest

from tests.flow.world import World, build_world


@pytest.fixture
def world(tmp_path: Path) -> World:
    return build_world(tmp_path)
