"""Three replicas behind a balancer that takes turns: every step of a sign-in lands on another one."""

import threading
from itertools import cycle
from typing import Any
from urllib.parse import urlencode

import pytest

from sekisho.center.directory import people
from sekisho.center.limits import PORTAL
from sekisho.center.lockouts import LockedOut
from sekisho.ports import Http
from sekisho.secret import Secret
from sekisho.testing.visitor import Visitor, sign_in_through_pages
from sekisho.wire.http import Headers, Request, Response
from tests.unit.center.scene import (
    CALLBACK,
    DEV,
    ORIGIN,
    PASSWORD,
    PERSON,
    VERIFIER,
    VIEW,
    Build,
    World,
    challenge_of,
    query_of,
    refusal,
)


@pytest.fixture
def backend() -> str:
    return "postgresql"


@pytest.fixture
def replicas(build: Build) -> list[World]:
    return [build(in_memory=False) for _ in range(3)]


class Balancer:
    """Hands each request to the next replica."""

    def __init__(self, replicas: list[World]) -> None:
        self._next = cycle(enumerate(replicas))
        self.asked: list[int] = []

    def send(self, request: Request) -> Response:
        number, replica = next(self._next)
        self.asked.append(number)
        return replica.http.send(request)


class Behind(World):
    """What people and programs do, with a balancer in between."""

    def __init__(self, replicas: list[World]) -> None:
        self.clock = replicas[0].clock
        self.app = replicas[0].app
        self.balancer = Balancer(replicas)
        self.http: Http = self.balancer


@pytest.fixture
def behind(replicas: list[World]) -> Behind:
    return Behind(replicas)


def accounts(world: World, token: str) -> Response:
    return world.portal("/assignment/accounts", token)


def test_a_sign_in_with_a_code_may_take_every_step_at_another_replica(behind: Behind) -> None:
    client = behind.device_client()
    started = behind.start_device(client)
    visitor = Visitor(behind.http)
    sign_in_through_pages(visitor, started["verificationUriComplete"], PERSON, PASSWORD)
    token = behind.poll(client, started["deviceCode"]).json()
    refreshed = behind.refresh(client, token["refreshToken"]).json()
    role = behind.portal(
        f"/federation/credentials?account_id={DEV}&role_name={VIEW}", refreshed["accessToken"]
    )

    assert role.status == 200
    assert set(behind.balancer.asked) == {0, 1, 2}


def test_a_sign_in_with_a_browser_may_take_every_step_at_another_replica(behind: Behind) -> None:
    client = behind.pkce_client()
    came_back: list[str] = []

    def deliver(request: Request) -> Response:
        came_back.append(request.url)
        return Response(200, Headers({"Content-Type": "text/html"}), b"<title>done</title>")

    query = {
        "response_type": "code",
        "client_id": client.client_id,
        "redirect_uri": CALLBACK,
        "state": "the-state",
        "code_challenge_method": "S256",
        "scopes": "sso:account:access",
        "code_challenge": challenge_of(VERIFIER),
    }
    visitor = Visitor(behind.http, deliver=deliver)
    sign_in_through_pages(visitor, f"{ORIGIN}/authorize?{urlencode(query)}", PERSON, PASSWORD)
    token = behind.redeem(client, query_of(came_back[0])["code"]).json()

    assert accounts(behind, token["accessToken"]).status == 200
    assert set(behind.balancer.asked) == {0, 1, 2}


def test_who_signs_out_at_one_is_out_at_all(replicas: list[World]) -> None:
    one, two, three = replicas
    token = one.token_by_device(one.device_client())["accessToken"]
    before = accounts(two, token).status
    two.portal("/logout", token, method="POST")

    assert before == 200
    assert accounts(one, token).status == accounts(three, token).status == 401


def test_wrong_passwords_are_counted_together(replicas: list[World]) -> None:
    wrong = Secret("obviously-wrong")
    for number in range(6):
        people.authenticate(replicas[number % 3].center, PERSON, wrong, address="192.0.2.1")

    for replica in replicas:
        found = people.authenticate(replica.center, PERSON, PASSWORD, address="192.0.2.1")
        assert isinstance(found, LockedOut)


def test_rates_are_counted_together(replicas: list[World]) -> None:
    token = replicas[0].token_by_device(replicas[0].device_client())["accessToken"]
    statuses = [accounts(replicas[turn % 3], token).status for turn in range(PORTAL.burst + 3)]

    assert statuses.count(200) == PORTAL.burst
    assert statuses[-3:] == [429] * 3


def test_one_refresh_token_at_two_replicas_at_once_yields_the_same_successor(
    replicas: list[World],
) -> None:
    client = replicas[0].device_client()
    token = replicas[0].token_by_device(client)["refreshToken"]
    answers: list[Any] = []

    def refresh(replica: World) -> None:
        answers.append(replica.refresh(client, token).json())

    at_once([lambda replica=replica: refresh(replica) for replica in replicas * 2])

    assert len(answers) == 6
    assert len({answer["accessToken"] for answer in answers}) == 1
    assert len({answer["refreshToken"] for answer in answers}) == 1


def test_one_code_at_two_replicas_at_once_is_redeemed_once(replicas: list[World]) -> None:
    client = replicas[0].pkce_client()
    code = replicas[0].code_for(client)
    answers: list[Response] = []

    def redeem(replica: World) -> None:
        answers.append(replica.redeem(client, code))

    at_once([lambda replica=replica: redeem(replica) for replica in replicas])
    granted = [answer for answer in answers if answer.status == 200]

    assert len(granted) == 1
    assert {refusal(each).error for each in answers if each.status != 200} == {
        "InvalidGrantException"
    }


def at_once(acts: list[Any]) -> None:
    ready = threading.Barrier(len(acts))

    def act(one: Any) -> None:
        ready.wait()
        one()

    threads = [threading.Thread(target=act, args=(one,)) for one in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
