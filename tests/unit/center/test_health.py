import pytest

from sekisho.center.health import Drain, Health
from sekisho.testing.clock import FakeClock
from tests.unit.center.scene import World


@pytest.fixture
def backend() -> str:
    return "sqlite"


@pytest.fixture
def drain(clock: FakeClock) -> Drain:
    return Drain(Health(), clock, 3)


def test_a_center_that_is_stopping_says_so_and_still_answers(world: World) -> None:
    world.app.state.health.stopping = True
    health = world.send("GET", "/healthz")

    assert (health.status, health.body) == (503, b"stopping\n")
    assert world.send("GET", "/signin").status == 200


def test_before_it_is_told_nothing_is_over(drain: Drain) -> None:
    assert (drain.health.stopping, drain.is_over()) == (False, False)


def test_told_to_stop_it_says_so_at_once_and_stops_later(drain: Drain, clock: FakeClock) -> None:
    drain.begin()
    clock.advance(2)
    early = drain.is_over()
    clock.advance(1)

    assert (drain.health.stopping, early, drain.is_over()) == (True, False, True)


def test_told_twice_it_stops_at_once(drain: Drain) -> None:
    drain.begin()
    drain.begin()

    assert drain.is_over()
