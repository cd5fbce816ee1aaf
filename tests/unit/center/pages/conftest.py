"""The center in memory, with one person who has roles and one who has none."""

import base64
import hashlib
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from urllib.parse import urlencode

import pytest
from starlette.applications import Starlette

from sekisho.center import clients
from sekisho.center.app import build_app
from sekisho.center.center import Center
from sekisho.center.grants import authorization_code, device_code
from sekisho.center.settings import CenterSettings, PasswordCost
from sekisho.testing.clock import FakeClock
from sekisho.testing.memory import MemoryHttp
from sekisho.testing.visitor import Visitor
from sekisho.wire.http import Headers, Request, Response
from tests.issued import Noting

ORIGIN = "http://127.0.0.1:8765"
PERSON, PASSWORD = "hoge@hoge.com", "obviously not a real one"
NEWCOMER = "new@hoge.com"
STRANGERS_NAME = 'AWS <b>Support</b> & "friends"'
CALLBACK = "http://127.0.0.1:54321/oauth/callback"
DIRECTORY = f"""
instance: {{start_urls: ["https://hoge.awsapps.com/start"], region: us-east-1}}
accounts:
  - {{id: "111122223333", name: hoge-dev, email: dev@example.com}}
  - {{id: "444455556666", name: hoge-stg, email: stg@example.com}}
  - {{id: "777788889999", name: somebody-elses}}
permission_sets:
  - {{name: AdministratorAccess, session_duration: 1h}}
  - {{name: ReadOnlyAccess, session_duration: 1h}}
users:
  - {{name: {PERSON}, password: "{PASSWORD}"}}
  - {{name: {NEWCOMER}, password: "{PASSWORD}"}}
assignments:
  - {{user: {PERSON}, accounts: [hoge-dev], permission_set: AdministratorAccess}}
  - {{user: {PERSON}, accounts: [hoge-stg], permission_set: ReadOnlyAccess}}
"""

Ask = Callable[..., Response]


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def settings(tmp_path: Path) -> CenterSettings:
    directory = tmp_path / "directory.yaml"
    directory.write_text(DIRECTORY, encoding="utf-8")
    cheap = PasswordCost(rounds=1, memory_kib=8, lanes=1)
    return CenterSettings(
        "sqlite://", tmp_path / "keys.json", directory=directory, password_cost=cheap
    )


@pytest.fixture
def app(settings: CenterSettings, clock: FakeClock) -> Starlette:
    return build_app(settings, clock=clock)


@pytest.fixture
def center(app: Starlette) -> Center:
    found = app.state.center
    assert isinstance(found, Center)
    return found


@pytest.fixture
def visitor(app: Starlette) -> Visitor:
    """A browser at which nobody has signed in yet."""
    return Visitor(Noting(MemoryHttp(app)))


@pytest.fixture
def person(visitor: Visitor) -> Visitor:
    """A browser at which the person with roles is signed in."""
    return signed_in(visitor, PERSON)


@pytest.fixture
def ask(app: Starlette) -> Ask:
    """Send one request as it is, with no browser's help."""
    http = Noting(MemoryHttp(app))

    def send(
        method: str,
        path: str,
        *,
        origin: str = ORIGIN,
        cookie: str = "",
        headers: Mapping[str, str] = MappingProxyType({}),
        body: bytes | None = None,
        **fields: str,
    ) -> Response:
        sent = {"Accept": "text/html", **({"Cookie": cookie} if cookie else {})}
        if method == "POST":
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        form = urlencode(fields).encode() if body is None else body
        url, merged = f"{origin}{path}", Headers({**sent, **headers})
        return http.send(Request(method, url, merged, form if method == "POST" else b""))

    return send


@pytest.fixture
def user_code(center: Center) -> str:
    """The code of a device that waits; it was asked for from a documentation address."""
    return device_code.start(center, a_client(center), address="203.0.113.7").user_code


@pytest.fixture
def handle(center: Center) -> str:
    """The handle of an application's request that waits for consent."""
    return consent_request(center)


def consent_request(center: Center, redirect_uri: str = CALLBACK) -> str:
    challenge = base64.urlsafe_b64encode(hashlib.sha256(b"v" * 43).digest()).decode().rstrip("=")
    query = {
        "response_type": "code",
        "client_id": a_client(center).client_id,
        "redirect_uri": redirect_uri,
        "state": "the-state",
        "code_challenge_method": "S256",
        "scopes": "sso:account:access",
        "code_challenge": challenge,
    }
    begun = authorization_code.begin(center, query, issuer=ORIGIN)
    assert isinstance(begun, authorization_code.AuthorizationRequest)
    return begun.handle


def a_client(center: Center) -> clients.Client:
    return clients.register(
        center,
        name=STRANGERS_NAME,
        scopes=("sso:account:access",),
        grants=("authorization_code", "urn:ietf:params:oauth:grant-type:device_code"),
        redirect_uris=("http://127.0.0.1/oauth/callback", "http://[::1]/oauth/callback"),
    ).client


def signed_in(visitor: Visitor, name: str) -> Visitor:
    visitor.open(f"{ORIGIN}/signin")
    visitor.fill(username=name, password=PASSWORD)
    visitor.press("Sign in")
    return visitor


def read(visitor: Visitor) -> str:
    """What the page says, without the blanks that markup leaves before punctuation."""
    return re.sub(r" (?=[,.:”])|(?<=“) ", "", visitor.page.text)


def sign_in(ask: Ask, **more: str) -> Response:
    """The answer to a person's user name and password."""
    asked = ask("GET", "/signin")
    form = {"csrf": hidden(asked.body, "csrf"), "username": PERSON, "password": PASSWORD, **more}
    return ask("POST", "/signin", cookie=sent_back(asked), **form)


def hidden(page: bytes, name: str) -> str:
    """The value of a hidden field, as it stands in the page."""
    found = re.search(rb'name="%s" value="([^"]*)"' % name.encode(), page)
    assert found, f"there is no hidden field {name}"
    return found[1].decode()


def cookies_of(response: Response) -> dict[str, str]:
    """Cookie name → the whole `Set-Cookie` line."""
    lines = [value for name, value in response.headers.pairs if name.lower() == "set-cookie"]
    return {line.partition("=")[0]: line for line in lines}


def sent_back(response: Response) -> str:
    """What a browser sends of the cookies that `response` set."""
    return "; ".join(line.partition(";")[0] for line in cookies_of(response).values())
