"""A machine that is signed in to the center of `single_use_center`, and whose token runs out.

The center is a process of its own, and so is whoever wants a token; the person's sign-ins happen
in the test's process, through the center's pages.
"""

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sekisho.adapters.clock import SystemClock
from sekisho.adapters.http import NetworkHttp
from sekisho.aws.endpoint import Endpoint
from sekisho.aws.portal import Account, Portal
from sekisho.login.choose import Surroundings
from sekisho.login.interface import SignInOptions, SignInPorts, SignInRoute
from sekisho.login.refresh import fresh_token
from sekisho.login.sign_in import sign_in
from sekisho.model import AccountId, Region, Role, RoleName, SessionName, SignInTarget, StartUrl
from sekisho.ports import Clock, Http
from sekisho.secret import Secret
from sekisho.store import keys
from sekisho.store.interface import CachedToken, TokenRecord
from sekisho.store.native import NativeStore
from sekisho.testing.browser import FakeBrowser
from sekisho.testing.clock import FakeClock
from sekisho.testing.loopback import FakeLoopback
from sekisho.testing.progress import NotedProgress
from sekisho.testing.visitor import Visitor, sign_in_through_pages
from sekisho.wire.http import Request
from sekisho.wire.rejection import Rejection

__all__ = ["DEV", "LOGIN", "TARGET", "RefreshMachine", "serving"]

PERSON, PASSWORD = "hoge@hoge.com", "correct horse battery staple"
LOGIN = "sekisho login --profile dev"
TARGET = SignInTarget(
    StartUrl("https://hoge.awsapps.com/start"),
    Region("us-east-1"),
    SessionName("hoge-dev"),
    ("sso:account:access",),
)
DEV = Role(AccountId("1234567891011"), RoleName("AdministratorAccess"))
CONFIG = """\
[sso-session hoge-dev]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
sso_registration_scopes = sso:account:access

[profile dev]
sso_session = hoge-dev
sso_account_id = 1234567891011
sso_role_name = AdministratorAccess
region = ap-northeast-1
"""


@contextlib.contextmanager
def serving(folder: Path, module: str = "tests.e2e.single_use_center") -> Iterator[str]:
    """Run the center's `module` in a process of its own, in `folder`; yield its URL."""
    folder.mkdir(parents=True, exist_ok=True)
    path = os.pathsep.join(entry for entry in sys.path if entry)
    with (
        (folder / "log").open("wb") as log,
        subprocess.Popen(
            [sys.executable, "-m", module, str(folder)],
            cwd=Path(__file__).parents[2],
            env={"PATH": os.environ["PATH"], "HOME": str(folder), "PYTHONPATH": path},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            encoding="utf-8",
        ) as process,
    ):
        try:
            first = process.stdout.readline() if process.stdout else ""
            assert first.startswith("center ready: "), (folder / "log").read_text()
            yield first.removeprefix("center ready: ").strip()
        finally:
            process.terminate()


@dataclass(frozen=True)
class RefreshMachine:
    """One person's home. It is handed to processes, so nothing open is in it."""

    home: Path
    url: str
    """The center's."""

    def __post_init__(self) -> None:
        config = self.home / ".aws" / "config"
        if not config.exists():
            config.parent.mkdir(parents=True)
            config.write_text(CONFIG)

    @property
    def state(self) -> Path:
        return self.home / "state" / "sekisho"

    @property
    def environ(self) -> dict[str, str]:
        """What commands of this machine are run with."""
        endpoints = ("AWS_ENDPOINT_URL_SSO_OIDC", "AWS_ENDPOINT_URL_SSO", "AWS_ENDPOINT_URL_STS")
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            "XDG_STATE_HOME": str(self.home / "state"),
            "AWS_EC2_METADATA_DISABLED": "true",
            "NO_PROXY": "127.0.0.1",
            **dict.fromkeys(endpoints, self.url),
        }

    @property
    def store(self) -> NativeStore:
        return NativeStore(self.home, self.state, SystemClock())

    @property
    def endpoint(self) -> Endpoint:
        return Endpoint(self.url, TARGET.region, overridden=True, source="AWS_ENDPOINT_URL")

    @property
    def token_file(self) -> Path:
        return keys.token_file(self.home, TARGET.token_key)

    def http(self) -> Http:
        return NetworkHttp({})

    def sign_in(self, role: Role | None = None) -> None:
        """Sign in by device code, through the center's pages; with `role` also have it issued."""
        clock, progress, http = FakeClock(datetime.now(UTC)), NotedProgress(), self.http()
        ports = SignInPorts(http, clock, FakeBrowser(), FakeLoopback(clock), progress)
        visitor = Visitor(http, origins={self.url})
        password = Secret(PASSWORD)
        clock.at(0.5, lambda: sign_in_through_pages(visitor, progress.urls[-1], PERSON, password))
        route = SignInRoute(TARGET, role, self.endpoint, self.endpoint, None)
        surroundings = Surroundings("darwin", {}, in_container=False)
        options = SignInOptions(use_device_code=True, login=LOGIN)
        sign_in(route, options, ports, self.store, surroundings)

    def expire(self) -> None:
        """Let the token have been good until a minute ago."""
        key, store = TARGET.token_key, self.store
        token, record = store.token(key), store.record(key)
        assert token is not None
        assert record is not None
        past = store.clock.now() - timedelta(minutes=1)
        store.put_token(key, replace(token, expires_at=past), record)

    def take(
        self, http: Http | None = None, clock: Clock | None = None
    ) -> tuple[CachedToken, TokenRecord | None]:
        """Take a token that is good, as every command of sekisho does."""
        return fresh_token(
            target=TARGET,
            oidc=self.endpoint,
            portal=self.endpoint,
            store=self.store,
            http=http or self.http(),
            clock=clock or SystemClock(),
            lock_folder=self.state / "locks",
            login=LOGIN,
        )

    def calls(self) -> list[int]:
        """The statuses of all CreateTokens so far, once the center has none under way."""
        while True:
            answer = self.http().send(Request("GET", f"{self.url}/calls"))
            said = json.loads(answer.body)
            statuses: list[int] = said["statuses"]
            if said["begun"] == len(statuses):
                return statuses

    def accounts_with(self, token: CachedToken) -> tuple[Account, ...] | Rejection:
        """Ask the portal by `token`."""
        return Portal(self.http(), self.endpoint).list_accounts(token.access_token)
