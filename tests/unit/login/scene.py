"""What the tests of sign-ins share: the story's targets, endpoints, and services' answers."""

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from sekisho.aws.endpoint import Endpoint
from sekisho.aws.oidc import Oidc
from sekisho.login.choose import Surroundings
from sekisho.login.interface import SignInOptions, SignInPorts, SignInRoute
from sekisho.login.refresh import Notice, fresh_token, unnoticed
from sekisho.model import AccountId, Region, Role, RoleName, SessionName, SignInTarget, StartUrl
from sekisho.ports import Http
from sekisho.secret import Secret
from sekisho.store.interface import CachedToken, Registration, TokenRecord
from sekisho.store.keys import sha256_hex
from sekisho.store.memory import MemoryStore
from sekisho.testing.browser import FakeBrowser
from sekisho.testing.clock import START, FakeClock
from sekisho.testing.http import ScriptedHttp, failure, success
from sekisho.testing.keyboard import FakeKeyboard
from sekisho.testing.loopback import FakeLoopback, Happening
from sekisho.testing.progress import NotedProgress
from sekisho.wire.http import Response

START_URL = StartUrl("https://hoge.awsapps.com/start")
US_EAST_1 = Region("us-east-1")
SESSION = SignInTarget(START_URL, US_EAST_1, SessionName("hoge-dev"), ("sso:account:access",))
LEGACY = SignInTarget(START_URL, US_EAST_1, None, None)
ROLE = Role(AccountId("1234567891011"), RoleName("AdministratorAccess"))
OIDC = Endpoint("https://oidc.us-east-1.amazonaws.com", US_EAST_1, overridden=False, source="AWS")
PORTAL = Endpoint(
    "https://portal.sso.us-east-1.amazonaws.com", US_EAST_1, overridden=False, source="AWS"
)
STS = Endpoint("https://sts.us-east-1.amazonaws.com", US_EAST_1, overridden=False, source="AWS")
ELSEWHERE = Endpoint("https://sso.example.com", US_EAST_1, overridden=True, source="a variable")
ROUTE = SignInRoute(SESSION, ROLE, OIDC, PORTAL, STS)
DESKTOP = Surroundings("darwin", {}, in_container=False)
LOGIN = "sekisho login --profile dev"
OPTIONS = SignInOptions(login=LOGIN)

PKCE_CLIENT = Registration(
    "client-one",
    Secret("not-a-real-secret"),
    START + timedelta(days=90),
    ("sso:account:access",),
    ("authorization_code", "refresh_token"),
)
DEVICE_CLIENT = Registration(
    "client-one",
    Secret("not-a-real-secret"),
    START + timedelta(days=90),
    ("sso:account:access",),
    None,
)

REGISTERED = success(
    {
        "clientId": "client-two",
        "clientSecret": "not-a-real-secret-either",
        "clientIdIssuedAt": int(START.timestamp()),
        "clientSecretExpiresAt": int((START + timedelta(days=90)).timestamp()),
    }
)
ISSUED = success(
    {
        "accessToken": "not-a-real-access-token",
        "tokenType": "Bearer",
        "expiresIn": 3600,
        "refreshToken": "not-a-real-refresh-token",
    }
)
ISSUED_WITHOUT_REFRESH = success(
    {"accessToken": "not-a-real-access-token", "tokenType": "Bearer", "expiresIn": 3600}
)
DEVICE = success(
    {
        "deviceCode": "not-a-real-device-code",
        "userCode": "BCDF-GHJK",
        "verificationUri": "https://hoge.awsapps.com/start/#/device",
        "verificationUriComplete": "https://hoge.awsapps.com/start/#/device?user_code=BCDF-GHJK",
        "expiresIn": 600,
        "interval": 5,
    }
)
ROLE_CREDENTIALS = success(
    {
        "roleCredentials": {
            "accessKeyId": "ASIANOTAREALKEYATALL",
            "secretAccessKey": "not-a-real-secret-key",
            "sessionToken": "not-a-real-session-token",
            "expiration": int((START + timedelta(hours=1)).timestamp() * 1000),
        }
    }
)


def said(error: str, status: int = 400) -> Response:
    """What the sign-in service says when it says no."""
    return failure(status, error, {"error": "…", "error_description": f"{error} of a test"})


def identity(account: str = ROLE.account_id, session: str = "hoge@hoge.com") -> Response:
    """What STS says of the role credentials."""
    arn = f"arn:aws:sts::{account}:assumed-role/AWSReservedSSO_AdministratorAccess_0/{session}"
    return Response(
        200,
        body=f"""<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
        <GetCallerIdentityResult><Arn>{arn}</Arn><UserId>AROANOTREAL:{session}</UserId>
        <Account>{account}</Account></GetCallerIdentityResult>
        <ResponseMetadata><RequestId>r</RequestId></ResponseMetadata>
        </GetCallerIdentityResponse>""".encode(),
    )


def cached(
    *,
    left: timedelta,
    refresh: str | None = "an-old-refresh-token",
    registration_left: timedelta = timedelta(days=30),
    access: str = "an-old-access-token",
) -> CachedToken:
    """A token in the cache, with so much time `left`."""
    return CachedToken(
        start_url=START_URL,
        region=US_EAST_1,
        access_token=Secret(access),
        expires_at=START + left,
        client_id="client-one",
        client_secret=Secret("not-a-real-secret"),
        registration_expires_at=START + registration_left,
        refresh_token=None if refresh is None else Secret(refresh),
    )


def recorded(
    token: CachedToken, *, person: str | None = "hoge@hoge.com", oidc: Endpoint = OIDC
) -> TokenRecord:
    """The record of `token`."""
    return TokenRecord(
        token_sha256=sha256_hex(token.access_token.reveal()),
        start_url=START_URL,
        region=US_EAST_1,
        oidc_endpoint=oidc.url,
        portal_endpoint=PORTAL.url,
        person=person,
        issued=("a-digest",),
    )


@dataclass
class World:
    """Everything that a sign-in can reach."""

    http: Http
    clock: FakeClock = field(default_factory=FakeClock)
    browser: FakeBrowser = field(default_factory=FakeBrowser)
    progress: NotedProgress = field(default_factory=NotedProgress)
    keyboard: FakeKeyboard = field(default_factory=lambda: FakeKeyboard(somebody=False))
    happenings: tuple[Happening, ...] = ()
    taken_ports: tuple[int, ...] = ()

    @property
    def ports(self) -> SignInPorts:
        """The world as a sign-in sees it."""
        loopback = FakeLoopback(self.clock, *self.happenings, taken=self.taken_ports)
        return SignInPorts(
            self.http, self.clock, self.browser, loopback, self.progress, self.keyboard
        )

    @property
    def oidc(self) -> Oidc:
        """The sign-in service."""
        return Oidc(self.http, OIDC)


def scripted(*script: Response | Exception) -> World:
    """A world whose services follow a script."""
    return World(ScriptedHttp(*script))


def sent(world: World) -> list[object]:
    """The JSON bodies that went out."""
    assert isinstance(world.http, ScriptedHttp)
    return world.http.bodies


def holding(token: CachedToken, target: SignInTarget = SESSION) -> MemoryStore:
    """A store with `token` and its record in it."""
    store = MemoryStore()
    store.put_token(target.token_key, token, recorded(token))
    return store


def fresh(
    world: World,
    store: MemoryStore,
    folder: Path,
    *,
    target: SignInTarget = SESSION,
    oidc: Endpoint = OIDC,
    portal: Endpoint = PORTAL,
    notice: Notice = unnoticed,
    refused: CachedToken | None = None,
) -> tuple[CachedToken, TokenRecord | None]:
    """Take the token, refreshed where it is due."""
    return fresh_token(
        target=target,
        oidc=oidc,
        portal=portal,
        store=store,
        http=world.http,
        clock=world.clock,
        lock_folder=folder,
        login=LOGIN,
        notice=notice,
        refused=refused,
    )
