"""The contract of `center serve --test-controls`, over HTTP (design §3)."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sekisho.center.app import build_app
from sekisho.center.controls import Controls
from sekisho.secret import Secret
from sekisho.testing.clock import FakeClock
from sekisho.testing.memory import MemoryHttp
from sekisho.wire.http import Headers, Request, Response
from tests.unit.center.scene import ADMIN, DEV, ORIGIN, World, refusal, settings_in

TOKEN = "obviously-not-a-real-token"
UNDER_TEST = {"Authorization": f"Bearer {TOKEN}"}
CONTROLS = [
    ("POST", "/_test/clock"),
    ("POST", "/_test/faults"),
    ("DELETE", "/_test/faults"),
    ("POST", "/_test/refresh"),
    ("GET", "/_test/calls"),
]


class WorldUnderTest(World):
    """A world whose center has test controls."""

    def __init__(self, folder: Path, **more: Any) -> None:
        self.clock = FakeClock()
        self.controls = Controls(self.clock, Secret(TOKEN))
        self.app = build_app(settings_in(folder, **more), clock=self.clock, controls=self.controls)
        self.http = MemoryHttp(self.app)

    def control(self, method: str, path: str, fields: object = None) -> Response:
        body = b"" if fields is None else json.dumps(fields).encode()
        return self.send(method, path, body, **UNDER_TEST)

    def advance(self, seconds: float) -> None:
        assert self.control("POST", "/_test/clock", {"advance_seconds": seconds}).status == 200

    def inject(self, operation: str, **fields: object) -> None:
        answer = self.control("POST", "/_test/faults", {"operation": operation, **fields})
        assert answer.status == 200, answer.body

    def role_credentials(self, token: str) -> Response:
        return self.portal(f"/federation/credentials?account_id={DEV}&role_name={ADMIN}", token)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[WorldUnderTest]:
    world = WorldUnderTest(tmp_path)
    yield world
    world.center.database.close()


# --- what they do --------------------------------------------------------------------------------


def test_an_hour_later_the_access_token_has_expired_and_can_be_refreshed(
    world: WorldUnderTest,
) -> None:
    client = world.device_client()
    token = world.token_by_device(client)
    assert world.role_credentials(token["accessToken"]).status == 200
    world.advance(3600)

    assert refusal(world.role_credentials(token["accessToken"])).error == "UnauthorizedException"
    fresh = world.refresh(client, token["refreshToken"]).json()
    assert world.role_credentials(fresh["accessToken"]).status == 200


def test_a_device_code_ages_too(world: WorldUnderTest) -> None:
    client = world.device_client()
    started = world.start_device(client)
    world.advance(started["expiresIn"])

    assert refusal(world.poll(client, started["deviceCode"])).error == "ExpiredTokenException"


def test_a_fault_is_answered_in_the_form_of_its_service_and_then_no_more(
    world: WorldUnderTest,
) -> None:
    token = world.token_by_device(world.device_client())["accessToken"]
    world.inject("GetRoleCredentials", status=429, error="TooManyRequestsException", count=2)
    answers = [world.role_credentials(token) for _ in range(3)]

    assert [answer.status for answer in answers] == [429, 429, 200]
    assert answers[0].headers["x-amzn-ErrorType"] == "TooManyRequestsException"


def test_the_status_of_an_exception_that_the_model_has_need_not_be_said(
    world: WorldUnderTest,
) -> None:
    world.inject("CreateToken", error="SlowDownException")
    answer = world.poll(world.device_client(), "any-code")

    assert answer.status == 400
    assert answer.json()["error"] == "slow_down"


def test_a_fault_of_sts_is_xml(world: WorldUnderTest) -> None:
    world.inject("GetCallerIdentity", status=503)
    form = b"Action=GetCallerIdentity&Version=2011-06-15"
    answer = world.send("POST", "/", form, **{"Content-Type": "application/x-www-form-urlencoded"})

    assert answer.status == 503
    assert b"<Code>ServiceUnavailable</Code>" in answer.body


def test_deleted_faults_do_not_happen(world: WorldUnderTest) -> None:
    token = world.token_by_device(world.device_client())["accessToken"]
    world.inject("GetRoleCredentials", status=500, count=99)
    cleared = world.control("DELETE", "/_test/faults")

    assert cleared.json() == {"faults": []}
    assert world.role_credentials(token).status == 200


def test_a_refresh_token_for_one_use_ends_the_sign_in_when_it_comes_again(
    world: WorldUnderTest,
) -> None:
    world.control("POST", "/_test/refresh", {"single_use": True, "grace_seconds": 0})
    client = world.device_client()
    first = world.token_by_device(client)
    second = world.refresh(client, first["refreshToken"]).json()

    assert refusal(world.refresh(client, first["refreshToken"])).error == "InvalidGrantException"
    assert world.role_credentials(second["accessToken"]).status == 401


@pytest.mark.parametrize(
    "rule, status",
    [
        ({"single_use": True, "grace_seconds": 600}, 200),
        ({"single_use": True, "grace_seconds": 599}, 400),
        ({"single_use": False}, 200),
        (None, 400),
    ],
)
def test_how_long_a_used_refresh_token_answers_can_be_chosen(
    world: WorldUnderTest, rule: object, status: int
) -> None:
    if rule is not None:
        world.control("POST", "/_test/refresh", rule)
    client = world.device_client()
    first = world.token_by_device(client)
    world.refresh(client, first["refreshToken"])
    world.advance(600)

    assert world.refresh(client, first["refreshToken"]).status == status


def test_calls_are_counted_by_operation_faults_included(world: WorldUnderTest) -> None:
    world.inject("GetRoleCredentials", status=429)
    token = world.token_by_device(world.device_client())["accessToken"]
    for _ in range(3):
        world.role_credentials(token)

    assert world.control("GET", "/_test/calls").json() == {
        "RegisterClient": 1,
        "StartDeviceAuthorization": 1,
        "CreateToken": 1,
        "GetRoleCredentials": 3,
    }


# --- who may -------------------------------------------------------------------------------------


@pytest.mark.parametrize("method, path", CONTROLS)
@pytest.mark.parametrize(
    "said", [None, "", "Bearer", f"Basic {TOKEN}", "Bearer another", f"Bearer {TOKEN}x"]
)
def test_whoever_lacks_the_token_is_told_how_to_send_it(
    world: WorldUnderTest, method: str, path: str, said: str | None
) -> None:
    headers = {} if said is None else {"Authorization": said}
    answer = world.send(method, path, b'{"advance_seconds": 1}', **headers)

    assert answer.status == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert "Authorization: Bearer TOKEN" in answer.json()["error"]
    assert world.controls.clock.ahead == 0


@pytest.mark.parametrize("method, path", CONTROLS)
def test_a_center_that_is_not_under_test_has_no_controls(
    tmp_path: Path, method: str, path: str
) -> None:
    plain = World(settings_in(tmp_path), FakeClock())
    answer = plain.send(method, path, b"{}", **UNDER_TEST)
    plain.center.database.close()

    assert answer.status == 404


def test_other_machines_are_refused(world: WorldUnderTest) -> None:
    elsewhere = MemoryHttp(world.app, client="192.0.2.1")
    answer = elsewhere.send(Request("GET", f"{ORIGIN}/_test/calls", Headers(UNDER_TEST)))

    assert answer.status == 403
    assert "this machine only" in answer.json()["error"]


def test_the_public_name_of_a_center_does_not_reach_its_controls(tmp_path: Path) -> None:
    public = "https://center.example.com"
    world = WorldUnderTest(tmp_path, public_url=public)
    ask = Request("GET", f"{public}/_test/calls", Headers(UNDER_TEST))
    answer, healthy = world.http.send(ask), world.http.send(Request("GET", f"{public}/healthz"))
    world.center.database.close()

    assert healthy.status == 200
    assert answer.status == 421
    assert "127.0.0.1" in answer.json()["error"]


# --- what is wrong with a request ----------------------------------------------------------------


@pytest.mark.parametrize(
    "path, fields, complaint",
    [
        ("clock", {}, "advance_seconds has to be a number"),
        ("clock", {"advance_seconds": True}, "advance_seconds has to be a number"),
        ("clock", {"advance_seconds": "3600"}, "advance_seconds has to be a number"),
        ("clock", {"advance_seconds": -1}, "0 or more"),
        ("clock", {"advance_seconds": 1e300}, "a hundred years"),
        ("clock", {"advance_seconds": 10**400}, "a hundred years"),
        ("clock", {"advance_seconds": 1, "sceonds": 2}, "unknown: sceonds; known: advance_seconds"),
        ("faults", {"status": 429}, "operation has to be one of AssumeRole, "),
        ("faults", {"operation": "GetRoleCredential", "status": 429}, "GetRoleCredentials"),
        ("faults", {"operation": ["ListAccounts"], "status": 429}, "operation has to be one of"),
        ("faults", {"operation": "ListAccounts"}, "a status, an error, or a latency_ms"),
        ("faults", {"operation": "ListAccounts", "status": 200}, "from 400 to 599"),
        ("faults", {"operation": "ListAccounts", "status": 429.5}, "status has to be a whole"),
        ("faults", {"operation": "ListAccounts", "error": "a b"}, "the name of an exception"),
        ("faults", {"operation": "ListAccounts", "latency_ms": -1}, "latency_ms has to be a whole"),
        ("faults", {"operation": "ListAccounts", "status": 429, "count": 0}, "count has to be"),
        ("faults", {"operation": "ListAccounts", "times": 2}, "unknown: times"),
        ("refresh", {}, "single_use has to be true or false"),
        ("refresh", {"single_use": 1}, "single_use has to be true or false"),
        ("refresh", {"single_use": True, "grace_seconds": -1}, "grace_seconds has to be a whole"),
        ("refresh", ["single_use"], "a JSON object"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_done(
    world: WorldUnderTest, path: str, fields: object, complaint: str
) -> None:
    answer = world.control("POST", f"/_test/{path}", fields)

    assert answer.status == 400
    assert complaint in answer.json()["error"]
    assert (world.controls.clock.ahead, world.controls.faults) == (0, ())
    assert world.controls.refresh_grace is None


@pytest.mark.parametrize(
    "body, status",
    [(b"", 400), (b"{", 400), (b"\xff", 400), (b"[" * 9999, 400), (b" " * 20_000, 413)],
)
def test_a_body_that_is_no_json_or_too_large_is_refused(
    world: WorldUnderTest, body: bytes, status: int
) -> None:
    answer = world.send("POST", "/_test/clock", body, **UNDER_TEST)

    assert answer.status == status
    assert "the body" in answer.json()["error"]
