"""What the tests of the center share: an organisation, a center in memory, and its callers."""

import base64
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import parse_qs, urlencode, urlsplit

from starlette.applications import Starlette

from sekisho.center import sessions
from sekisho.center.app import build_app
from sekisho.center.center import Center
from sekisho.center.directory import people
from sekisho.center.grants import authorization_code, device_code
from sekisho.center.sessions import Session
from sekisho.center.settings import CenterSettings, PasswordCost
from sekisho.ports import Http
from sekisho.secret import Secret
from sekisho.testing.clock import FakeClock
from sekisho.testing.memory import MemoryHttp
from sekisho.wire.http import Headers, Request, Response
from sekisho.wire.rejection import Rejection, rejection_of
from tests.issued import Noting

ORIGIN = "http://127.0.0.1:8765"
START_URL = "https://hoge.awsapps.com/start"
PERSON, OTHER, NEWCOMER = "hoge@hoge.com", "fuga@hoge.com", "piyo@hoge.com"
PASSWORD = Secret("obviously-not-a-real-one")
DEV, STG, PLAIN, UNASSIGNED = "1234567891011", "1234567891012", "111122223333", "444455556666"
ADMIN, VIEW = "AdministratorAccess", "ReadOnlyAccess"
DEPLOYER, RELEASER, EXTERNAL_ID = "deployer", "releaser", "asked-for:42"
DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
CALLBACK = "http://127.0.0.1:54321/oauth/callback"
VERIFIER = "obviously-not-a-random-verifier-but-long-enough-for-one"
CHEAP = PasswordCost(rounds=1, memory_kib=8, lanes=1)

DIRECTORY = f"""\
instance: {{start_urls: ["{START_URL}"], region: us-east-1, session_duration: 8h, account_ids: any}}
accounts:
  - {{id: "{DEV}", name: hoge-dev, email: dev@hoge.com}}
  - {{id: "{STG}", name: hoge-stg}}
  - {{id: "{PLAIN}", name: hoge-plain, email: plain@hoge.com}}
  - {{id: "{UNASSIGNED}", name: hoge-empty}}
permission_sets:
  - {{name: {ADMIN}, session_duration: 1h}}
  - {{name: {VIEW}, session_duration: 12h}}
groups: [{{name: engineers}}]
administrators: [engineers]
users:
  - {{name: {PERSON}, display_name: Hoge, password: {PASSWORD.reveal()}, groups: [engineers]}}
  - {{name: {OTHER}, password: {PASSWORD.reveal()}}}
  - {{name: {NEWCOMER}, password: {PASSWORD.reveal()}}}
assignments:
  - {{group: engineers, accounts: [hoge-dev, hoge-stg], permission_set: {ADMIN}}}
  - {{user: {PERSON}, accounts: [hoge-dev, hoge-plain], permission_set: {VIEW}}}
  - {{user: {PERSON}, accounts: [hoge-dev], permission_set: {ADMIN}}}
  - {{user: {OTHER}, accounts: [hoge-stg], permission_set: {VIEW}}}
roles:
  - account: hoge-dev
    name: {DEPLOYER}
    trusted:
      - {{account: hoge-dev, permission_set: {ADMIN}}}
      - {{account: hoge-plain, permission_set: {VIEW}, external_id: "{EXTERNAL_ID}"}}
  - account: hoge-stg
    name: {RELEASER}
    trusted: [{{account: hoge-dev, role: {DEPLOYER}}}]
"""


def settings_in(folder: Path, *, directory: str = DIRECTORY, **more: Any) -> CenterSettings:
    path = folder / "directory.yaml"
    path.write_text(directory, encoding="utf-8")
    chosen: dict[str, Any] = {"database": "sqlite://", "password_cost": CHEAP, **more}
    return CenterSettings(keys=folder / "keys.json", directory=path, **chosen)


class Build(Protocol):
    """Makes one more center, beside the same key file, and closes it after the test."""

    def __call__(self, *, in_memory: bool = True, folder: str = ".", **more: Any) -> "World":
        """Make it in a subfolder `folder`, with settings that are changed by `more`."""


@dataclass(frozen=True)
class Registered:
    """A client as its owner knows it."""

    client_id: str
    client_secret: str

    @property
    def fields(self) -> dict[str, str]:
        return {"clientId": self.client_id, "clientSecret": self.client_secret}


class World:
    """One center in memory, and what people and programs do with it."""

    def __init__(self, settings: CenterSettings, clock: FakeClock) -> None:
        self.clock = clock
        self.app: Starlette = build_app(settings, clock=clock)
        self.http: Http = Noting(MemoryHttp(self.app))

    @property
    def center(self) -> Center:
        found = self.app.state.center
        assert isinstance(found, Center)
        return found

    def send(self, method: str, target: str, body: bytes = b"", **headers: str) -> Response:
        return self.http.send(Request(method, f"{ORIGIN}{target}", Headers(headers), body))

    def post(self, path: str, **fields: object) -> Response:
        return self.send(
            "POST", path, json.dumps(fields).encode(), **{"Content-Type": "application/json"}
        )

    def portal(self, path: str, token: str, method: str = "GET") -> Response:
        headers = Headers({"x-amz-sso_bearer_token": token})
        return self.http.send(Request(method, f"{ORIGIN}{path}", headers))

    # --- people ---

    def signed_in(self, name: str = PERSON) -> Session:
        user = people.authenticate(self.center, name, PASSWORD)
        assert isinstance(user, people.User)
        session = sessions.session_of(self.center, sessions.start_session(self.center, user))
        assert session is not None
        return session

    # --- programs ---

    def register(self, **fields: object) -> Registered:
        answer = self.post(
            "/client/register", **{"clientName": "a-tool", "clientType": "public", **fields}
        ).json()
        return Registered(answer["clientId"], answer["clientSecret"])

    def legacy_client(self) -> Registered:
        return self.register()

    def device_client(self) -> Registered:
        return self.register(scopes=["sso:account:access"])

    def pkce_client(self) -> Registered:
        return self.register(
            scopes=["sso:account:access"],
            grantTypes=["authorization_code", "refresh_token"],
            redirectUris=["http://127.0.0.1/oauth/callback"],
            issuerUrl=START_URL,
        )

    def start_device(self, client: Registered) -> dict[str, Any]:
        answer = self.post("/device_authorization", **client.fields, startUrl=START_URL)
        found: dict[str, Any] = answer.json()
        return found

    def poll(self, client: Registered, device: str) -> Response:
        return self.post("/token", **client.fields, grantType=DEVICE, deviceCode=device)

    def refresh(self, client: Registered, token: str) -> Response:
        return self.post("/token", **client.fields, grantType="refresh_token", refreshToken=token)

    def token_by_device(self, client: Registered, session: Session | None = None) -> dict[str, Any]:
        """Sign in through the device flow."""
        started = self.start_device(client)
        assert device_code.approve(self.center, started["userCode"], session or self.signed_in())
        found: dict[str, Any] = self.poll(client, started["deviceCode"]).json()
        return found

    def authorize(self, client: Registered, **changed: str | None) -> Response:
        """Open `/authorize` with what the AWS CLI sends, but for what is `changed`."""
        query = {
            "response_type": "code",
            "client_id": client.client_id,
            "redirect_uri": CALLBACK,
            "state": "the-state",
            "code_challenge_method": "S256",
            "scopes": "sso:account:access",
            "code_challenge": challenge_of(VERIFIER),
            **changed,
        }
        kept = {name: value for name, value in query.items() if value is not None}
        return self.send("GET", f"/authorize?{urlencode(kept)}")

    def code_for(self, client: Registered, session: Session | None = None) -> str:
        """Consent, and return the code that the browser brings back."""
        handle = query_of(self.authorize(client).headers["Location"])["handle"]
        url = authorization_code.approve(self.center, handle, session or self.signed_in())
        return query_of(url)["code"]

    def redeem(self, client: Registered, code: str, **changed: str) -> Response:
        fields = {
            "grantType": "authorization_code",
            "code": code,
            "redirectUri": CALLBACK,
            "codeVerifier": VERIFIER,
            **changed,
        }
        return self.post("/token", **client.fields, **fields)


def challenge_of(verifier: str) -> str:
    hashed = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(hashed).decode().rstrip("=")


def query_of(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def refusal(response: Response) -> Rejection:
    """The error in an answer, which must not be a success."""
    assert response.status >= 400
    return rejection_of(response)
