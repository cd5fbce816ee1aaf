"""The machine's clock is an hour off: a sign-in is good, and says what could not be checked."""

import pytest

from sekisho.testing.clock import FakeClock
from tests.flow.world import PERSON, SESSION, World


@pytest.fixture(params=[3600, -3600], ids=["slow", "fast"])
def world_with_clock_off(world: World, request: pytest.FixtureRequest) -> World:
    world.clock = FakeClock()  # the machine's alone: the center keeps the right one
    world.clock.set_back(request.param)
    return world


def test_the_sign_in_is_stored_and_the_person_stays_unknown(world_with_clock_off: World) -> None:
    world = world_with_clock_off

    result = world.sign_in(world.comes_back())

    assert result.record.person is None
    assert result.note.startswith("this machine's clock is off: Signature ")
    assert world.store.token(SESSION.token_key) == result.token


def test_the_token_is_good_for_as_long_as_the_service_said(world_with_clock_off: World) -> None:
    world = world_with_clock_off
    signed_in = world.sign_in(world.comes_back())

    token, _ = world.fresh_token()

    assert token.access_token == signed_in.token.access_token
    assert token.expires_at > world.clock.now()


def test_with_the_clock_put_right_the_next_sign_in_knows_the_person(
    world_with_clock_off: World,
) -> None:
    world = world_with_clock_off
    world.sign_in(world.comes_back())

    world.clock = FakeClock()

    assert world.sign_in(world.comes_back()).record.person == PERSON
