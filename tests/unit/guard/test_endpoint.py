"""The credentials endpoint: whom it answers, and what."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from sekisho.errors import (
    ProfileNotFound,
    RoleNotAssigned,
    SekishoError,
    TokenExpired,
    Unreachable,
)
from sekisho.guard.endpoint import CredentialsEndpoint
from sekisho.model import AccountId, Role, RoleCredentials, RoleName
from sekisho.secret import Secret
from sekisho.wire.http import Headers, Request, Response

TOKEN = "FAKE-TOKEN-OF-A-RUN"
OURS = {"Host": "127.0.0.1:41234", "Authorization": TOKEN}
LOGIN = "sekisho login --profile dev"


@dataclass
class FakeSource:
    trouble: SekishoError | None = None
    calls: int = 0

    def fetch(self) -> RoleCredentials:
        self.calls += 1
        if self.trouble is not None:
            raise self.trouble
        return RoleCredentials(
            access_key_id="FAKEKEY",
            secret_access_key=Secret("FAKESECRET"),
            session_token=Secret("FAKESESSION"),
            expires_at=datetime(2026, 11, 22, 10, 0, tzinfo=UTC),
            role=Role(AccountId("123456789012"), RoleName("ReadOnlyAccess")),
        )


@dataclass
class Scene:
    source: FakeSource = field(default_factory=FakeSource)
    told: list[SekishoError] = field(default_factory=list)

    def ask(
        self,
        headers: dict[str, str] | tuple[tuple[str, str], ...] = OURS,
        *,
        method: str = "GET",
        path: str = "/",
    ) -> Response:
        endpoint = CredentialsEndpoint(self.source, Secret(TOKEN), self.told.append)
        url = f"http://127.0.0.1:41234{path}"
        return endpoint.answer(Request(method, url, Headers(headers)))


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_who_has_the_token_gets_the_credentials_in_the_form_of_a_container(scene: Scene) -> None:
    response = scene.ask()

    assert (response.status, response.headers["Cache-Control"]) == (200, "no-store")
    assert response.json() == {
        "AccessKeyId": "FAKEKEY",
        "SecretAccessKey": "FAKESECRET",
        "Token": "FAKESESSION",
        "Expiration": "2026-11-22T10:00:00Z",
        "AccountId": "123456789012",
    }


@pytest.mark.parametrize("host", ["localhost:41234", "127.0.0.1:41234"])
def test_it_answers_to_both_names_of_the_loopback(scene: Scene, host: str) -> None:
    assert scene.ask({**OURS, "Host": host}).status == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:41234", "127.0.0.1", "127.0.0.1:1", "[::1]:41234", ""]
)
def test_a_name_that_was_bent_to_the_loopback_is_refused(scene: Scene, host: str) -> None:
    response = scene.ask({**OURS, "Host": host})

    assert (response.status, response.body, scene.source.calls) == (421, b"", 0)


def test_a_request_without_a_host_or_with_two_is_refused(scene: Scene) -> None:
    twice = (("Host", "127.0.0.1:41234"), *OURS.items())

    assert scene.ask({"Authorization": TOKEN}).status == 421
    assert scene.ask(twice).status == 421


@pytest.mark.parametrize(
    "token", ["", "FAKE", f"{TOKEN}x", f"Bearer {TOKEN}", TOKEN.lower(), f" {TOKEN}", "\xff"]
)
def test_another_token_is_refused_without_a_word(scene: Scene, token: str) -> None:
    response = scene.ask({**OURS, "Authorization": token})

    assert (response.status, response.body, scene.source.calls) == (401, b"", 0)


def test_no_token_or_two_is_refused(scene: Scene) -> None:
    assert scene.ask({"Host": OURS["Host"]}).status == 401
    assert scene.ask((*OURS.items(), ("Authorization", TOKEN))).status == 401


@pytest.mark.parametrize("method", ["GET", "POST", "BREW"])
@pytest.mark.parametrize("path", ["/", "/role", "/../"])
def test_who_has_no_token_learns_neither_paths_nor_methods(
    scene: Scene, method: str, path: str
) -> None:
    assert scene.ask({"Host": OURS["Host"]}, method=method, path=path).status == 401


@pytest.mark.parametrize("path", ["/role", "//", "/index.html", "/%2F"])
def test_there_is_one_path(scene: Scene, path: str) -> None:
    assert (scene.ask(path=path).status, scene.source.calls) == (404, 0)


@pytest.mark.parametrize("method", ["HEAD", "POST", "PUT", "DELETE", "OPTIONS"])
def test_there_is_one_method(scene: Scene, method: str) -> None:
    response = scene.ask(method=method)

    assert (response.status, response.headers["Allow"], scene.source.calls) == (405, "GET", 0)


@pytest.mark.parametrize(
    "trouble, status",
    [
        (TokenExpired("hoge-dev", login=LOGIN), 403),
        (RoleNotAssigned(profile="dev", account="1", role="R", answer="ForbiddenException"), 403),
        (Unreachable("http://127.0.0.1", "nobody there"), 503),
        (ProfileNotFound("dev"), 500),
    ],
    ids=lambda case: type(case).__name__,
)
def test_where_there_are_none_the_status_says_whether_to_try_again(
    scene: Scene, trouble: SekishoError, status: int
) -> None:
    scene.source.trouble = trouble

    assert scene.ask().status == status


def test_what_to_do_is_in_the_answer_under_every_name_that_sdks_read(scene: Scene) -> None:
    scene.source.trouble = TokenExpired("hoge-dev", login=LOGIN)
    said = json.loads(scene.ask().body)

    assert said["code"] == said["Code"] == "TokenExpired"
    assert said["message"] == said["Message"]
    assert said["message"].endswith(f"\ndo: {LOGIN}")


def test_whoever_runs_the_command_is_told_why_there_were_none(scene: Scene) -> None:
    scene.source.trouble = TokenExpired("hoge-dev", login=LOGIN)
    scene.ask()

    assert scene.told == [scene.source.trouble]


def test_nobody_is_told_of_what_was_refused_at_the_door(scene: Scene) -> None:
    scene.source.trouble = TokenExpired("hoge-dev", login=LOGIN)
    scene.ask({"Host": OURS["Host"]})

    assert not scene.told
