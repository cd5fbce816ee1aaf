"""The story's organisation in a center in memory, and a machine that signs in to it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from starlette.applications import Starlette

from sekisho.aws.endpoint import Endpoint
from sekisho.aws.retry import RetryingHttp
from sekisho.center.app import build_app
from sekisho.center.settings import CenterSettings, Lifetimes, PasswordCost
from sekisho.login.choose import Surroundings
from sekisho.login.interface import SignInOptions, SignInPorts, SignInResult, SignInRoute
from sekisho.login.refresh import fresh_token
from sekisho.login.sign_in import sign_in
from sekisho.model import AccountId, Region, Role, RoleName, SessionName, SignInTarget, StartUrl
from sekisho.ports import Http
from sekisho.secret import Secret
from sekisho.store.interface import CachedToken, TokenRecord
from sekisho.store.native import NativeStore
from sekisho.testing.browser import FakeBrowser
from sekisho.testing.clock import FakeClock
from sekisho.testing.loopback import Deliver, FakeLoopback, Happening
from sekisho.testing.memory import MemoryHttp
from sekisho.testing.page import Page
from sekisho.testing.progress import NotedProgress
from sekisho.testing.visitor import Visitor, sign_in_through_pages
from sekisho.wire.http import Request

ORIGIN = "http://127.0.0.1:8765"
START_URL = StartUrl("https://hoge.awsapps.com/start")
US_EAST_1 = Region("us-east-1")
PERSON = "hoge@hoge.com"
COLLEAGUE = "fuga@hoge.com"
PASSWORD = Secret("not a real password")
LOGIN = "sekisho login --profile dev"
DEV = Role(AccountId("1234567891011"), RoleName("AdministratorAccess"))
NOBODYS = Role(AccountId("1234567891011"), RoleName("NobodyHasThis"))
SESSION = SignInTarget(START_URL, US_EAST_1, SessionName("hoge-dev"), ("sso:account:access",))
LEGACY = SignInTarget(START_URL, US_EAST_1, None, None)
CENTER = Endpoint(ORIGIN, US_EAST_1, overridden=True, source="AWS_ENDPOINT_URL")
DESKTOP = Surroundings("darwin", {}, in_container=False)
BY_CODE = SignInOptions(use_device_code=True, login=LOGIN)
BY_BROWSER = SignInOptions(login=LOGIN)

_DIRECTORY = f"""
instance: {{start_urls: ["{START_URL}"], region: us-east-1, session_duration: 8h, account_ids: any}}
accounts:
  - {{id: "1234567891011", name: hoge-dev, email: dev@example.com}}
  - {{id: "1234567891012", name: hoge-stg, email: stg@example.com}}
permission_sets: [{{name: AdministratorAccess, session_duration: 1h}}]
groups: [{{name: engineers}}]
users:
  - {{name: {PERSON}, password: "{PASSWORD.reveal()}", groups: [engineers]}}
  - {{name: {COLLEAGUE}, password: "{PASSWORD.reveal()}", groups: [engineers]}}
assignments:
  - {{group: engineers, accounts: [hoge-dev, hoge-stg], permission_set: AdministratorAccess}}
roles:
  - account: hoge-stg
    name: deployer
    trusted: [{{account: hoge-dev, permission_set: AdministratorAccess, external_id: x-1}}]
  - {{account: hoge-dev, name: releaser, trusted: [{{account: hoge-stg, role: deployer}}]}}
"""
_CHEAP = PasswordCost(rounds=1, memory_kib=8, lanes=1)


@dataclass
class World:
    """A center, a person at a browser, and a machine with an empty home."""

    center: MemoryHttp
    clock: FakeClock
    home: Path
    http: Http
    """What the machine reaches the center by: tests put things in its way."""
    browser: FakeBrowser
    progress: NotedProgress

    @property
    def store(self) -> NativeStore:
        """The machine's caches."""
        return NativeStore(home=self.home, state=self.home / "state", clock=self.clock)

    def sign_in(
        self,
        *happenings: Happening,
        target: SignInTarget = SESSION,
        role: Role | None = DEV,
        options: SignInOptions = BY_BROWSER,
    ) -> SignInResult:
        """Sign in; `happenings` arrive at the loopback port."""
        ports = SignInPorts(
            RetryingHttp(self.http, self.clock),
            self.clock,
            self.browser,
            FakeLoopback(self.clock, *happenings),
            self.progress,
        )
        route = SignInRoute(target, role, CENTER, CENTER, CENTER)
        return sign_in(route, options, ports, self.store, DESKTOP)

    def fresh_token(
        self, target: SignInTarget = SESSION, http: Http | None = None
    ) -> tuple[CachedToken, TokenRecord | None]:
        """Take the cached token, refreshed where it is due."""
        return fresh_token(
            target=target,
            oidc=CENTER,
            portal=CENTER,
            store=self.store,
            http=RetryingHttp(http or self.http, self.clock),
            clock=self.clock,
            lock_folder=self.home / "state" / "locks",
            login=LOGIN,
        )

    def person(self, *, press: str = "Allow", deliver: Deliver | None = None) -> Page:
        """The person goes where the browser was sent last, signs in, and presses a button."""
        visitor = Visitor(self.center, origins={ORIGIN}, deliver=deliver)
        return sign_in_through_pages(visitor, self.progress.urls[-1], PERSON, PASSWORD, press=press)

    def comes_back(self, press: str = "Allow") -> Happening:
        """The person signs in, and the browser is sent back to the loopback port."""
        return lambda deliver: self.person(press=press, deliver=deliver)

    def after(self, seconds: float, act: Callable[[], object]) -> None:
        """Let `act` happen when `seconds` have passed."""
        self.clock.at(seconds, act)

    def forget_everything(self) -> None:
        """Put another center in the place of this one: same organisation, other keys, no memory."""
        lifetimes = Lifetimes()
        app = build_center(self.home.parent, self.clock, lifetimes, name="another-center")
        self.center = self.http = MemoryHttp(app)

    def operations(self) -> list[str]:
        """The paths of the service calls that reached the center, pages left out."""
        return [path for path in map(_path, self.center.requests) if path in _OPERATIONS]

    @property
    def stored_files(self) -> list[Path]:
        """Every file that a sign-in could have left."""
        return [path for path in (self.home / ".aws").rglob("*") if path.is_file()]


_OPERATIONS = ("/client/register", "/device_authorization", "/token", "/federation/credentials")


def build_world(folder: Path, *, lifetimes: Lifetimes | None = None) -> World:
    """Make a center with the story's organisation, and a machine beside it."""
    clock = FakeClock()
    center = MemoryHttp(build_center(folder, clock, lifetimes or Lifetimes()))
    home = folder / "home"
    home.mkdir()
    return World(center, clock, home, center, FakeBrowser(), NotedProgress())


def build_center(
    folder: Path, clock: FakeClock, lifetimes: Lifetimes, *, name: str = "center"
) -> Starlette:
    """Make the story's center; another `name` has other keys and an empty database."""
    directory = folder / f"{name}.yaml"
    directory.write_text(_DIRECTORY)
    settings = CenterSettings(
        database="sqlite://",
        keys=folder / f"{name}.keys",
        directory=directory,
        password_cost=_CHEAP,
        lifetimes=lifetimes,
    )
    return build_app(settings, clock=clock)


def _path(request: Request) -> str:
    return urlsplit(request.url).path
