from datetime import timedelta
from pathlib import Path

import pytest

from sekisho.center.settings import Lifetimes
from sekisho.errors import SignInDenied, SignInTimedOut, Unreachable
from sekisho.login.interface import Flow
from sekisho.testing.clock import START
from sekisho.testing.http import InterposedHttp
from sekisho.wire.http import Request, Response
from tests.flow.world import BY_CODE, LEGACY, PERSON, SESSION, World, build_world


def test_the_person_allows_while_it_is_polled_for(world: World) -> None:
    world.after(4.5, world.person)
    result = world.sign_in(options=BY_CODE)

    assert result.flow is Flow.DEVICE_CODE
    assert result.record.person == PERSON
    assert world.clock.slept == [1, 1, 1, 1, 1]


def test_the_code_that_is_shown_is_the_one_on_the_page(world: World) -> None:
    world.after(1, world.person)
    world.sign_in(options=BY_CODE)
    user_code, url, host, region = world.progress.codes[0]

    assert world.browser.opened == [f"{url}?user_code={user_code}"]
    assert (host, region) == ("127.0.0.1", "us-east-1")


def test_an_impatient_copy_makes_the_service_say_slow_down_and_the_sign_in_slows(
    world: World,
) -> None:
    polls: list[int] = []

    def impatient(request: Request) -> Response | None:
        if not request.url.endswith("/token"):
            return None
        polls.append(1)
        if len(polls) == 1:
            for _ in range(3):
                answer = world.center.send(request)
            return answer
        return None

    world.http = InterposedHttp(world.center, impatient)
    world.after(10, world.person)
    result = world.sign_in(options=BY_CODE)

    assert result.record.person == PERSON
    assert world.clock.slept == [1, 6, 6]


def test_the_persons_deny_ends_it(world: World) -> None:
    world.after(2, lambda: world.person(press="Deny"))

    with pytest.raises(SignInDenied, match="The sign-in was denied"):
        world.sign_in(options=BY_CODE)
    assert world.stored_files == []


def test_nobody_comes_and_the_code_expires(tmp_path: Path) -> None:
    world = build_world(tmp_path, lifetimes=Lifetimes(device_code=30))

    with pytest.raises(SignInTimedOut, match="within 0.5 minutes"):
        world.sign_in(options=BY_CODE)
    assert world.clock.monotonic() == 30
    assert world.stored_files == []


def test_a_service_that_is_away_for_a_while_is_polled_less_often(world: World) -> None:
    down = [Unreachable("http://127.0.0.1:8765/token", "refused")] * 9

    def away(request: Request) -> Exception | None:
        return down.pop() if request.url.endswith("/token") and down else None

    world.http = InterposedHttp(world.center, away)
    world.after(5, world.person)
    result = world.sign_in(options=BY_CODE)

    assert result.record.person == PERSON
    assert [slept for slept in world.clock.slept if slept >= 1] == [1, 2, 4, 8]
    assert len(world.progress.troubles) == 3


def test_the_legacy_form_has_a_token_of_eight_hours_that_never_refreshes(world: World) -> None:
    world.after(1, world.person)
    token = world.sign_in(target=LEGACY).token

    assert token.refresh_token is None
    assert token.expires_at > START + timedelta(hours=7, minutes=59)


def test_ctrl_c_stores_nothing(world: World) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    world.after(3, interrupt)

    with pytest.raises(KeyboardInterrupt):
        world.sign_in(options=BY_CODE)
    assert world.stored_files == []


def test_the_flows_do_not_take_each_others_registration(world: World) -> None:
    world.sign_in(world.comes_back())
    world.after(1, world.person)
    world.sign_in(options=BY_CODE)

    assert world.operations().count("/client/register") == 2
    registration = world.store.registration(SESSION)
    assert registration is not None
    assert registration.grant_types is None
