"""A machine to try the short way on: one person's home, and the long way through it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from sekisho import quick
from sekisho.aws.endpoint import Service, resolve
from sekisho.awsconfig.locate import locate
from sekisho.awsconfig.profiles import endpoint_overrides, read, sso_profile
from sekisho.credentials.formats import process_json
from sekisho.credentials.plan import Route, plan
from sekisho.errors import SekishoError
from sekisho.model import RoleCredentials
from sekisho.ports import Clock
from sekisho.secret import Secret
from sekisho.store import keys
from sekisho.store.interface import CachedToken, TokenRecord
from sekisho.store.keys import sha256_hex
from sekisho.store.native import NativeStore
from sekisho.testing.clock import FakeClock
from sekisho.testing.http import ScriptedHttp

__all__ = ["CHANGES", "CONFIG", "Machine", "patch", "record_file", "role_file", "token_file"]

CONFIG = """\
[sso-session hoge-dev]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1

[profile dev]
sso_session = hoge-dev
sso_account_id = 1234567891011
sso_role_name = AdministratorAccess
region = ap-northeast-1

[profile stg]
sso_session = hoge-dev
sso_account_id = 1234567891012
sso_role_name = AdministratorAccess
"""


@dataclass
class Machine:
    """One person's home, with the short way and the long way through it."""

    folder: Path
    clock: Clock = field(default_factory=FakeClock)
    environ: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.environ |= {"HOME": str(self.home), "LANG": "C.UTF-8"}
        self.config.parent.mkdir(parents=True, exist_ok=True)
        self.config.write_text(CONFIG)

    @property
    def home(self) -> Path:
        return self.folder / "home"

    @property
    def config(self) -> Path:
        return self.home / ".aws" / "config"

    @property
    def store(self) -> NativeStore:
        state = Path(quick.state_folder(self.environ))
        return NativeStore(Path(self.environ["HOME"]), state, self.clock)

    @property
    def note(self) -> Path:
        (note,) = (self.store.state / "quick").iterdir()
        return note

    def route(self, name: str = "dev") -> Route:
        config = read(locate(self.environ, self.store.home))
        profile = sso_profile(config, name)
        overrides = endpoint_overrides(config, name)
        assert profile.role is not None
        return Route(
            profile.target,
            profile.role,
            profile.name,
            *(
                resolve(service, profile.target.region, environ=self.environ, overrides=overrides)
                for service in (Service.SSO_OIDC, Service.SSO)
            ),
        )

    def sign_in(
        self, text: str = "FAKETOKEN", key_id: str = "ASIAFAKE1", name: str = "dev"
    ) -> None:
        """Sign in, and have credentials issued, as `sekisho login --profile` does."""
        route = self.route(name)
        until = self.clock.now() + timedelta(hours=1)
        place = (route.target.start_url, route.target.region)
        token = CachedToken(*place, Secret(text), until, None, None, None, None)
        endpoints = (route.oidc.url, route.portal.url)
        record = TokenRecord(sha256_hex(text), *place, *endpoints, "hoge@hoge.com", ())
        self.store.put_token(route.target.token_key, token, record)
        self.issue(text, key_id, name)

    def issue(self, text: str, key_id: str, name: str) -> None:
        route, until = self.route(name), self.clock.now() + timedelta(hours=1)
        credentials = RoleCredentials(
            key_id, Secret(f"fake/{key_id}+"), Secret(f"FAKE {key_id}"), until, route.role
        )
        self.store.put_issued(route.target.token_key, sha256_hex(text), credentials)

    def long_way(self, name: str = "dev") -> str | None:
        """Serve from the cache, and leave a note; `None` where the service would be asked."""
        watched = quick.watch(name, self.environ)
        try:
            route = self.route(name)
            source = plan(
                route,
                store=self.store,
                http=ScriptedHttp(),
                clock=self.clock,
                lock_folder=self.folder / "locks",
            )
            answer = process_json(source.fetch())
        except (SekishoError, AssertionError):
            return None
        quick.remember(watched, route, environ=self.environ, store=self.store, clock=self.clock)
        return answer

    def short_way(self, *arguments: str) -> str | None:
        asked = arguments or ("credential-process", "--profile", "dev")
        return quick.serve(asked, self.environ, lambda: self.clock.now().timestamp())


def token_file(machine: Machine) -> Path:
    return keys.token_file(machine.home, machine.route().target.token_key)


def record_file(machine: Machine) -> Path:
    key = machine.route().target.token_key
    return keys.record_file(machine.store.state, machine.home, key)


def role_file(machine: Machine) -> Path:
    route = machine.route()
    return keys.role_file(machine.home, route.target.token_key, route.role)


def patch(path: Path, old: bytes, new: bytes) -> None:
    assert old in path.read_bytes()
    path.write_bytes(path.read_bytes().replace(old, new, 1))


CHANGES: dict[str, Callable[[Machine], object]] = {
    "the config has another byte": lambda m: m.config.write_text(CONFIG + "#"),
    "the config is gone": lambda m: m.config.unlink(),
    "a credentials file has come": lambda m: (m.config.parent / "credentials").touch(),
    "an endpoint variable is set": lambda m: m.environ.update(AWS_ENDPOINT_URL_SSO="http://[::1]"),
    "a variable of AWS is set": lambda m: m.environ.update(AWS_USE_FIPS_ENDPOINT="true"),
    "static keys are set": lambda m: m.environ.update(AWS_ACCESS_KEY_ID="AKIAFAKE"),
    "another config is named": lambda m: m.environ.update(AWS_CONFIG_FILE="/nowhere"),
    "the home is another": lambda m: m.environ.update(HOME=str(m.folder / "other")),
    "the home is unknown": lambda m: m.environ.pop("HOME"),
    "the state folder is another": lambda m: m.environ.update(XDG_STATE_HOME=str(m.folder)),
    "somebody else signed in": lambda m: m.sign_in("FAKEOTHER", "ASIAFAKE2"),
    "the token is gone": lambda m: token_file(m).unlink(),
    "the token was refreshed": lambda m: token_file(m).write_bytes(b'{"accessToken": "FAKE"}'),
    "the token file is torn": lambda m: token_file(m).write_bytes(b""),
    "the record is gone": lambda m: record_file(m).unlink(),
    "the record is another": lambda m: m.issue("FAKETOKEN", "ASIAFAKE3", "stg"),
    "the role credentials are gone": lambda m: role_file(m).unlink(),
    "the role credentials are others": lambda m: m.issue("FAKETOKEN", "ASIAFAKE2", "dev"),
    "the note is gone": lambda m: m.note.unlink(),
    "the note is torn": lambda m: m.note.write_bytes(m.note.read_bytes()[:-1]),
    "the note is empty": lambda m: m.note.write_bytes(b""),
    "the note says another time": lambda m: patch(m.note, b"\n1", b"\n2"),
}
"""Each of them closes the short way."""
