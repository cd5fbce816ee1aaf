"""A house for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sekisho.testing.identity_center import open_identity_center
from tests.adversary.house import DIRECTORY, House
from tests.adversary.user import User, somebody


@pytest.fixture
def user() -> Iterator[User]:
    """Who is attacked, and who attacks."""
    with somebody() as found:
        yield found


@pytest.fixture
def house(user: User, tmp_path: Path) -> Iterator[House]:
    """A home with guarded profiles; nobody has signed in yet."""
    with open_identity_center(tmp_path, directory=DIRECTORY) as center:
        found = House(user, center, center.person())
        yield found
        found.end()
