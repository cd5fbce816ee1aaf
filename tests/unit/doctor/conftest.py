"""A healthy machine in a scratch home, for checks to look at; a test makes it ill."""

import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from sekisho.aws.endpoint import Endpoint, Service, resolve
from sekisho.awsconfig.locate import locate
from sekisho.awsconfig.profiles import AwsConfig
from sekisho.credentials.interface import Route
from sekisho.doctor.check import Check, Gravity, Result
from sekisho.doctor.engine import examine
from sekisho.doctor.subject import Surroundings
from sekisho.errors import ProfileNotFound
from sekisho.guard.answers import State
from sekisho.model import Form, ProfileName, Region, StartUrl, TokenKey
from sekisho.ports import Finished
from sekisho.secret import Secret
from sekisho.status import Status, status
from sekisho.store.interface import CachedToken, TokenRecord
from sekisho.store.keys import sha256_hex, token_folder
from sekisho.store.native import NativeStore
from sekisho.testing.clock import FakeClock
from sekisho.testing.http import InterposedHttp, ScriptedHttp
from sekisho.testing.programs import ScriptedPrograms
from sekisho.wire.http import Headers, Request, Response

START_URL = StartUrl("https://hoge.awsapps.com/start")
REGION = Region("us-east-1")
KEY = TokenKey(Form.SSO_SESSION, "hoge-dev")
TOKEN, REFRESH = "fake-access-token", "fake-refresh-token"
CONFIG = """\
[profile dev]
sso_session = hoge-dev
sso_account_id = 123456789011
sso_role_name = AdministratorAccess
region = us-east-1

[sso-session hoge-dev]
sso_region = us-east-1
sso_start_url = https://hoge.awsapps.com/start
sso_registration_scopes = sso:account:access
"""
_SIGN_IN = (Service.SSO_OIDC, Service.SSO)
PYTHON = "/usr/bin/python"
AWS = "/usr/bin/aws"


class Patient:
    """A machine on which everything is as it should be, until a test changes it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.state = home / "state"
        self.clock = FakeClock()
        self.environ: dict[str, str] = {}
        self.programs: dict[str, Finished | None] = {
            AWS: Finished(0, "aws-cli/2.36.7 Python/3.13.7 Linux/6.8 exe/x86_64\n"),
            PYTHON: Finished(0, "keyring: keyring.backends.SecretService.Keyring\n"),
        }
        self.answer: Callable[[Request], Response | Exception] = lambda _: self.dated()
        self.asked: list[Request] = []
        self.browser: str | None = "/usr/bin/xdg-open"
        self.proxy: Callable[[str], str | None] = lambda _: None
        self.ca_bundle: Path | None = None
        self.trust: Callable[[], object] = lambda: None
        self.agent: Callable[[], State | None] = lambda: None
        self.offline = False
        self.profile = "dev"
        self.write_config(CONFIG)

    def dated(self, ahead: timedelta = timedelta(0)) -> Response:
        """An answer of a service whose clock is `ahead` of this machine's."""
        date = format_datetime(self.clock.now() + ahead, usegmt=True)
        return Response(404, Headers({"Date": date}))

    def write_config(self, text: str) -> None:
        path = self.home / ".aws" / "config"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        path.chmod(0o600)

    def write_token_file(self, name: str, fields: Mapping[str, object] | str) -> Path:
        """Put a file among the tokens, as another tool does."""
        path = token_folder(self.home) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(fields if isinstance(fields, str) else json.dumps(fields))
        path.chmod(0o600)
        return path

    def sign_in(
        self, *, lasts: timedelta = timedelta(hours=8), registered: timedelta = timedelta(days=80)
    ) -> CachedToken:
        """Sign in to `hoge-dev`, by sekisho, with a token that refreshes."""
        token = self.token(lasts=lasts, registered=registered)
        record = TokenRecord(
            token_sha256=sha256_hex(TOKEN),
            start_url=START_URL,
            region=REGION,
            oidc_endpoint="https://oidc.us-east-1.amazonaws.com",
            portal_endpoint="https://portal.sso.us-east-1.amazonaws.com",
            person="hoge@hoge.com",
            issued=(),
        )
        self.store.put_token(KEY, token, record)
        return token

    def token(self, *, lasts: timedelta, registered: timedelta) -> CachedToken:
        now = self.clock.now()
        return CachedToken(
            start_url=START_URL,
            region=REGION,
            access_token=Secret(TOKEN),
            expires_at=now + lasts,
            client_id="fake-client",
            client_secret=Secret("fake-client-secret"),
            registration_expires_at=now + registered,
            refresh_token=Secret(REFRESH),
        )

    @property
    def store(self) -> NativeStore:
        return NativeStore(self.home, self.state, self.clock)

    def look(self, check: Check) -> tuple[Result, ...]:
        """What one check says; nothing where it did not look."""
        return examine(self.surroundings(), (check,))[0].results or ()

    def ill(self, check: Check) -> tuple[Result, ...]:
        """The same, without what is as it should be."""
        return tuple(each for each in self.look(check) if each.gravity is not Gravity.OK)

    def surroundings(self) -> Surroundings:
        return Surroundings(
            environ=self.environ,
            home=self.home,
            state=self.state,
            files=locate(self.environ, self.home),
            config_folder=self.home,
            profile=self.environ.get("AWS_PROFILE", self.profile),
            clock=self.clock,
            programs=ScriptedPrograms(self.programs),
            python=PYTHON,
            has_program=lambda _: True,
            browser=lambda: self.browser,
            proxy=self.proxy,
            ca_bundle=self.ca_bundle,
            trust=self.trust,
            http=None if self.offline else self._http,
            status=self._status,
            agent=self.agent,
        )

    def _http(self) -> InterposedHttp:
        def rule(request: Request) -> Response | Exception:
            self.asked.append(request)
            return self.answer(request)

        return InterposedHttp(ScriptedHttp(), rule)

    def _status(self, config: AwsConfig) -> Status:
        def endpoints(_: ProfileName | None, region: Region) -> tuple[Endpoint, Endpoint]:
            oidc, portal = (resolve(each, region, environ={}, overrides={}) for each in _SIGN_IN)
            return oidc, portal

        def route(name: ProfileName) -> Route:
            raise ProfileNotFound(name)  # only a role chain's is asked for

        return status(
            config, stores=lambda _: self.store, clock=self.clock, endpoints=endpoints, route=route
        )


@pytest.fixture
def machine(tmp_path: Path) -> Patient:
    """A healthy machine, where somebody has signed in."""
    patient = Patient(tmp_path)
    patient.sign_in()
    return patient
