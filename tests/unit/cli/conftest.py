"""The command line in this process: a scratch home, and a service that says what a test wants."""

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from sekisho.adapters.clock import SystemClock
from sekisho.cli.main import main
from sekisho.model import Form, Region, Role, RoleCredentials, StartUrl, TokenKey
from sekisho.secret import Secret
from sekisho.store.interface import CachedToken, TokenRecord
from sekisho.store.keys import sha256_hex
from sekisho.store.native import NativeStore

START_URL = StartUrl("https://hoge.awsapps.com/start")
REGION = Region("us-east-1")
TOKEN = "fake-access-token"
CONFIG = """\
[profile dev]
sso_session = hoge-dev
sso_account_id = 123456789011
sso_role_name = AdministratorAccess
region = ap-northeast-1

[sso-session hoge-dev]
sso_region = us-east-1
sso_start_url = https://hoge.awsapps.com/start
sso_registration_scopes = sso:account:access
"""


@dataclass(frozen=True)
class Run:
    """What a command left behind."""

    status: int
    out: str
    err: str


@dataclass
class Service:
    """A service on loopback that answers every request alike."""

    url: str
    status: int = 500
    error: str = ""
    body: bytes = b"{}"
    asked: list[str] = field(default_factory=list)
    """Method and path of each request, without the query."""


class CommandLine:
    """Runs sekisho in a scratch home."""

    def __init__(self, home: Path, capture: pytest.CaptureFixture[str]) -> None:
        self.home = home
        self._capture = capture

    @property
    def config(self) -> Path:
        return self.home / ".aws" / "config"

    @property
    def store(self) -> NativeStore:
        return NativeStore(home=self.home, state=self.home / "state/sekisho", clock=SystemClock())

    def write_config(self, text: str | bytes) -> None:
        self.config.parent.mkdir(exist_ok=True)
        self.config.write_bytes(text.encode() if isinstance(text, str) else text)

    def __call__(self, *arguments: str) -> Run:
        self._capture.readouterr()
        status = main(arguments)
        out, err = self._capture.readouterr()
        return Run(status, out, err)

    def sign_in(self, session: str, endpoint: str, *, minutes: int = 60) -> None:
        """Put a token there, as a sign-in at `endpoint` would have; it cannot be refreshed."""
        key = TokenKey(Form.SSO_SESSION, session)
        expires = datetime.now(UTC) + timedelta(minutes=minutes)
        token = CachedToken(START_URL, REGION, Secret(TOKEN), expires, None, None, None, None)
        record = TokenRecord(
            sha256_hex(TOKEN), START_URL, REGION, endpoint, endpoint, "hoge@hoge.com", ()
        )
        self.store.put_token(key, token, record)

    def cache_credentials(self, session: str, role: Role) -> None:
        """Put good role credentials there, as fetched with the token of `sign_in`."""
        expires = datetime.now(UTC) + timedelta(minutes=60)
        keys = RoleCredentials("ASIAFAKEFAKEFAKEFAKE", Secret("k"), Secret("s"), expires, role)
        self.store.put_issued(TokenKey(Form.SSO_SESSION, session), sha256_hex(TOKEN), keys)


@pytest.fixture
def sekisho(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> CommandLine:
    """The command line, with a home of its own and the config of one signed-out profile."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.delenv("COLUMNS", raising=False)  # xdist sets it, and lines would break at it
    line = CommandLine(tmp_path, capsys)
    line.write_config(CONFIG)
    return line


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    """A service in trouble, which every endpoint variable points at."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(lambda: answers))
    answers = Service(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    for name in ("SSO", "SSO_OIDC", "STS"):
        monkeypatch.setenv(f"AWS_ENDPOINT_URL_{name}", answers.url)

    yield answers

    server.shutdown()
    thread.join()
    server.server_close()


def _handler(answers: Callable[[], Service]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            service = answers()
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            service.asked.append(f"{self.command} {self.path.partition('?')[0]}")
            self.send_response(service.status)
            self.send_header("Content-Length", str(len(service.body)))
            if service.error:
                self.send_header("x-amzn-ErrorType", service.error)
            self.end_headers()
            self.wfile.write(service.body)

        do_GET = do_POST = _answer  # noqa: N815  # the base's names

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base's name
            """Say nothing."""

    return Handler


def error_body(message: str) -> bytes:
    """Make the body of an AWS error."""
    return json.dumps({"message": message}).encode()
