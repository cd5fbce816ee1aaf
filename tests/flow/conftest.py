from pathlib import Path

import pytest

from tests.flow.agent_world import AgentScene
from tests.flow.world import World, build_world


@pytest.fixture
def world(tmp_path: Path) -> World:
    return build_world(tmp_path)


@pytest.fixture
def scene(world: World, tmp_path: Path) -> AgentScene:
    return AgentScene(world, tmp_path)
