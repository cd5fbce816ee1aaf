from datetime import timedelta

import pytest

from sekisho.center import own_sessions, sessions
from sekisho.center.grants import device_code
from sekisho.center.sessions import Session
from tests.unit.center.scene import OTHER, PERSON, World


def browser(world: World, name: str = PERSON, address: str = "192.0.2.1") -> Session:
    user = world.signed_in(name).user
    cookie = sessions.start_session(
        world.center, user, address=address, user_agent="a-browser/1.0 " + "x" * 300
    )
    found = sessions.session_of(world.center, cookie)
    assert found
    return found


def test_a_browser_session_is_known_by_address_and_name(world: World) -> None:
    here = browser(world)

    (found,) = [each for each in own_sessions.browser_sessions(world.center, here) if each.address]
    assert (found.id, found.address) == (here.id, "192.0.2.1")
    assert found.user_agent.startswith("a-browser/1.0 x")
    assert len(found.user_agent) == 256
    assert found.expires_at - found.started_at == timedelta(hours=8)


def test_nobody_sees_another_persons_sessions(world: World) -> None:
    theirs = browser(world, OTHER)

    seen = own_sessions.browser_sessions(world.center, browser(world))

    assert theirs.id not in {each.id for each in seen}


def test_a_session_that_is_over_is_not_shown(world: World) -> None:
    browser(world)
    world.clock.advance(8 * 3600)

    here = browser(world)

    assert {each.started_at for each in own_sessions.browser_sessions(world.center, here)} == {
        here.started_at
    }


def test_a_device_that_was_let_in_shows_where_it_asked_from(world: World) -> None:
    here, client = browser(world), world.device_client()
    started = world.start_device(client)
    device_code.approve(world.center, started["userCode"], here)
    world.poll(client, started["deviceCode"])

    (found,) = own_sessions.command_line_sign_ins(world.center, here)

    assert (found.client_name, found.asked_from) == ("a-tool", "127.0.0.1")


def test_an_application_on_the_browsers_machine_shows_the_browsers_address(world: World) -> None:
    here, client = browser(world), world.pkce_client()
    world.redeem(client, world.code_for(client, here))

    (found,) = own_sessions.command_line_sign_ins(world.center, here)

    assert found.asked_from == "192.0.2.1"
    assert found.expires_at == here.expires_at


def test_a_legacy_sign_in_is_shown_until_its_token_is_over(world: World) -> None:
    first = browser(world)
    world.clock.advance(4 * 3600)
    world.token_by_device(world.legacy_client(), first)
    world.clock.advance(5 * 3600)  # the session is over, the token lives its eight hours

    (found,) = own_sessions.command_line_sign_ins(world.center, browser(world))

    assert found.expires_at - found.started_at == timedelta(hours=8)
    world.clock.advance(3 * 3600)
    assert own_sessions.command_line_sign_ins(world.center, browser(world)) == ()


def test_ending_a_sign_in_ends_its_token_and_no_other(world: World) -> None:
    here, client = browser(world), world.device_client()
    one, other = (world.token_by_device(client, here)["accessToken"] for _ in range(2))
    signed_in = own_sessions.command_line_sign_ins(world.center, here)

    assert own_sessions.end_sign_in(world.center, here, signed_in[0].id)

    statuses = [world.portal("/assignment/accounts", token).status for token in (one, other)]
    assert sorted(statuses) == [200, 401]
    assert len(own_sessions.command_line_sign_ins(world.center, here)) == 1


def test_ending_another_browsers_session_ends_what_it_let_in(world: World) -> None:
    here, there = browser(world), browser(world)
    token = world.token_by_device(world.device_client(), there)["accessToken"]

    assert own_sessions.end_browser_session(world.center, here, there.id)

    assert world.portal("/assignment/accounts", token).status == 401
    assert not own_sessions.end_browser_session(world.center, here, there.id)


def test_nobody_ends_what_is_another_persons(world: World) -> None:
    here, theirs = browser(world), browser(world, OTHER)
    token = world.token_by_device(world.device_client(), theirs)["accessToken"]
    (sign_in,) = own_sessions.command_line_sign_ins(world.center, theirs)

    assert not own_sessions.end_browser_session(world.center, here, theirs.id)
    assert not own_sessions.end_sign_in(world.center, here, sign_in.id)
    own_sessions.end_everything_else(world.center, here)

    assert world.portal("/assignment/accounts", token).status == 200


@pytest.mark.parametrize("where", ["here", "there"])
def test_ending_everything_else_leaves_this_browser_alone(world: World, where: str) -> None:
    here, there = browser(world), browser(world)
    allowed_in = here if where == "here" else there
    token = world.token_by_device(world.device_client(), allowed_in)["accessToken"]

    own_sessions.end_everything_else(world.center, here)

    assert [each.id for each in own_sessions.browser_sessions(world.center, here)] == [here.id]
    assert own_sessions.command_line_sign_ins(world.center, here) == ()
    assert world.portal("/assignment/accounts", token).status == 401
