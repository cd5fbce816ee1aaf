"""What AWS's own clients were recorded to ask for, asked of the center in memory.

A file of `recorded` is one recording: the requests as they came over the wire, and what the
client took from the answer. What a service issues is named by its step, `{3.accessToken}`. The
person acts through the pages, where the recording had a stand-in.
"""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit
from xml.etree import ElementTree as ET

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from sekisho.center.app import build_app
from sekisho.center.settings import CenterSettings, PasswordCost
from sekisho.secret import Secret
from sekisho.testing.clock import FakeClock
from sekisho.testing.memory import MemoryHttp
from sekisho.testing.visitor import Visitor, sign_in_through_pages
from sekisho.wire.http import Headers, Request, Response

ORIGIN = "http://127.0.0.1:18765"
RECORDED = sorted((Path(__file__).parent / "recorded").glob("*.json"))
PASSWORD = Secret("not a real password")
DIRECTORY = f"""
instance: {{start_urls: ["https://hoge.awsapps.com/start"], region: us-east-1, account_ids: any}}
accounts:
  - {{id: "1234567891011", name: hoge-dev, email: dev@example.com}}
  - {{id: "1234567891012", name: hoge-stg, email: stg@example.com}}
  - {{id: "1234567891013", name: hoge-prod, email: prod@example.com}}
permission_sets: [{{name: AdministratorAccess}}, {{name: ReadOnlyAccess}}]
users:
  - {{name: hoge@hoge.com, password: "{PASSWORD.reveal()}"}}
  - {{name: guest@hoge.com, password: "{PASSWORD.reveal()}"}}
assignments:
  - {{user: hoge@hoge.com, accounts: [hoge-dev, hoge-stg], permission_set: AdministratorAccess}}
  - {{user: hoge@hoge.com, accounts: [hoge-prod], permission_set: ReadOnlyAccess}}
"""
OAUTH_ERRORS = {
    "AuthorizationPendingException": "authorization_pending",
    "AccessDeniedException": "access_denied",
    "ExpiredTokenException": "expired_token",
    "InvalidGrantException": "invalid_grant",
}
SIGNED = "Authorization"


class Replay:
    """A center, and what it has answered so far."""

    def __init__(self, folder: Path, person: str) -> None:
        (folder / "directory.yaml").write_text(DIRECTORY)
        settings = CenterSettings(
            database="sqlite://",
            keys=folder / "keys",
            directory=folder / "directory.yaml",
            password_cost=PasswordCost(rounds=1, memory_kib=8, lanes=1),
        )
        self.clock = FakeClock(datetime.now(UTC))  # botocore signs by the machine's clock
        self.http = MemoryHttp(build_app(settings, clock=self.clock))
        self.person = person
        self.issued: dict[str, str] = {}

    def step(self, number: int, step: dict[str, Any]) -> Response | None:
        """Take one step; return the answer that a client got."""
        match step:
            case {"meanwhile": length}:
                self.clock.advance(timedelta(**length).total_seconds())
            case {"person": button, "opens": url}:
                self._visit(number, button, url)
            case _:
                return self._send(number, step)
        return None

    def _visit(self, number: int, button: str, url: str) -> None:
        caught: list[str] = []

        def listen(request: Request) -> Response:
            caught.append(request.url)
            return Response(200, Headers(()), b"")

        visitor = Visitor(self.http, origins={ORIGIN}, deliver=listen)
        filled = self._filled(url, quoting=url.startswith("/"))
        opened = f"{ORIGIN}{filled}" if filled.startswith("/") else filled
        sign_in_through_pages(visitor, opened, self.person, PASSWORD, press=button)
        if caught:
            came, asked = (parse_qs(urlsplit(each).query) for each in (caught[0], opened))
            assert caught[0].startswith(f"{asked['redirect_uri'][0]}?")
            assert came["state"] == asked["state"]
            self.issued[f"{number}.code"] = came["code"][0]

    def _send(self, number: int, step: dict[str, Any]) -> Response:
        method, _, target = step["send"].partition(" ")
        url = f"{ORIGIN}{self._filled(target, quoting=True)}"
        headers = {name: self._filled(value) for name, value in step["headers"].items()}
        body = self._filled(step["body"]).encode()
        if SIGNED in headers:
            headers = self._signed(url, headers, body)
        response = self.http.send(Request(method, url, Headers(tuple(headers.items())), body))
        for path, value in _texts(response):
            self.issued[f"{number}.{path}"] = value
        return response

    def _signed(self, url: str, recorded: dict[str, str], body: bytes) -> dict[str, str]:
        """Sign as botocore does; whoever was recorded signed the same headers, for the same scope."""
        key, _, scope = recorded[SIGNED].partition("Credential=")[2].partition("/")
        _, region, service = scope.split("/")[:3]
        secret = self.issued[f"{self._step_of(key)}.roleCredentials.secretAccessKey"]
        credentials = Credentials(key, secret, recorded["X-Amz-Security-Token"])
        content_type = {"Content-Type": recorded["Content-Type"]}
        request = AWSRequest("POST", url, headers=content_type, data=body)
        SigV4Auth(credentials, service, region).add_auth(request)
        signed = dict(request.headers.items())
        names = re.compile("SignedHeaders=[^,]+")
        assert names.findall(signed[SIGNED]) == names.findall(recorded[SIGNED])
        assert signed.keys() == recorded.keys()
        return signed

    def _step_of(self, key: str) -> str:
        return next(name for name, value in self.issued.items() if value == key).partition(".")[0]

    def _filled(self, text: str, *, quoting: bool = False) -> str:
        def value(match: re.Match[str]) -> str:
            found = self.issued[match[1]]
            return quote(found, safe="") if quoting else found

        return re.sub(r"\{(\d+\.[\w.]+)\}", value, text)


def _texts(response: Response) -> Iterator[tuple[str, str]]:
    """Every text of a JSON answer, by its path."""
    if response.body.startswith(b"{"):
        for name, value in json.loads(response.body).items():
            inner = value.items() if isinstance(value, dict) else ()
            found = [(name, value), *((f"{name}.{each}", held) for each, held in inner)]
            yield from ((path, text) for path, text in found if isinstance(text, str))


def _at(answer: Any, path: str) -> Any:
    """The member at `path`: `a.b`, or `a[].b` for that of the first of a list."""
    for part in path.replace("[]", ".0").split("."):
        answer = answer[int(part)] if part.isdecimal() else answer[part]
    return answer


def assert_has(response: Response, step: dict[str, Any], now: datetime) -> None:
    """The answer has the members that the recorded client took, in the units that it took."""
    if response.body.startswith(b"<"):
        tree = ET.fromstring(response.body)
        namespace = "{https://sts.amazonaws.com/doc/2011-06-15/}"
        assert all(tree.findtext(f".//{namespace}{member}") for member in step["members"])
        return
    answer = json.loads(response.body)
    for member in step["members"]:
        value = _at(answer, member)
        match member.rpartition(".")[2]:
            case "clientSecretExpiresAt":
                ahead = datetime.fromtimestamp(value, UTC) - now
                assert timedelta(days=1) < ahead < timedelta(days=100)
            case "expiration":
                ahead = datetime.fromtimestamp(value / 1000, UTC) - now
                assert timedelta(minutes=15) < ahead <= timedelta(hours=12)
            case "expiresIn" | "interval":
                assert isinstance(value, int)
                assert 0 < value <= timedelta(hours=8).total_seconds()
            case _:
                assert isinstance(value, str)
                assert value
    if "accessToken" in step["members"]:
        assert ("refreshToken" in answer) == ("refreshToken" in step["members"])


def test_there_are_recordings_of_each_flow() -> None:
    assert {path.stem for path in RECORDED} == {
        "device-code-refused",
        "legacy-form",
        "logout-and-reuse",
        "refresh-after-the-session",
        "refresh-by-three-clients",
        "role-not-assigned",
        "two-sso-sessions",
        "wizard-by-browser",
        "wizard-by-device-code",
    }


@pytest.mark.parametrize("recording", RECORDED, ids=lambda path: path.stem)
def test_the_center_answers_what_was_recorded(recording: Path, tmp_path: Path) -> None:
    recorded = json.loads(recording.read_text(encoding="utf-8"))
    replay = Replay(tmp_path, recorded["person"])

    for number, step in enumerate(recorded["steps"], start=1):
        response = replay.step(number, step)
        if response is None:
            continue
        where = f"step {number}: {step['send']}"
        error = step.get("error")
        assert (response.status, response.headers.get("x-amzn-ErrorType")) == (
            step["status"],
            error,
        ), where
        if step.get("members"):
            assert_has(response, step, replay.clock.now())
        if "error" in step.get("members", ()):
            assert json.loads(response.body)["error"] == OAUTH_ERRORS[error], where
