"""What is measured: the center with so many accounts, and moto's server, each in its own process."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from bench import share
from bench.center_load import CONNECTIONS, Refreshing, Request
from sekisho.adapters.http import NetworkHttp
from sekisho.secret import Secret
from sekisho.testing.visitor import Visitor, sign_in_through_pages
from sekisho.wire import sigv4, sts
from sekisho.wire.http import Headers
from sekisho.wire.http import Request as HttpRequest

__all__ = ["CenterServer", "center", "in_a_test", "moto", "moto_identity"]

_PERSON, _PASSWORD = "hoge@hoge.com", "obviously-not-a-real-one"
_START_SECONDS = 60.0


class CenterServer:
    """A center that serves, and how long its start took."""

    def __init__(self, url: str, seconds: float) -> None:
        self.url = url
        self.seconds = seconds
        """From the start of the process until it answered."""
        self._http = NetworkHttp({})
        self._client = self._post(
            "/client/register",
            clientName="bench", clientType="public", scopes=["sso:account:access"],
        )  # fmt: skip

    def credentials_request(self, account: int) -> Request:
        """GetRoleCredentials of one account, by a fresh sign-in."""
        token = self._sign_in()["accessToken"]
        path = f"/federation/credentials?role_name=AdministratorAccess&account_id={account:012}"
        head = f"x-amz-sso_bearer_token: {token}\r\n"
        return Request(f"GET {path} HTTP/1.1\r\nHost: {self._host}\r\n{head}\r\n".encode())

    def identity_request(self, account: int) -> Request:
        """GetCallerIdentity, signed once: a signature is good for fifteen minutes."""
        request = sts.get_caller_identity(self.url)
        return _signed(request, *self._role_credentials(account), service="sts")

    def accounts_request(self) -> Request:
        """ListAccounts: the first page."""
        head = f"x-amz-sso_bearer_token: {self._sign_in()['accessToken']}\r\n"
        path = "/assignment/accounts"
        return Request(f"GET {path} HTTP/1.1\r\nHost: {self._host}\r\n{head}\r\n".encode())

    def administration_request(self, account: int, operation: str, **fields: object) -> Request:
        """An operation of the identity store, signed once with an administrator's credentials."""
        target = f"AWSIdentityStore.{operation}"
        headers = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": target}
        body = json.dumps(fields).encode()
        request = HttpRequest("POST", f"{self.url}/", Headers(headers), body)
        return _signed(request, *self._role_credentials(account), service="identitystore")

    def refreshing(self) -> Refreshing:
        """CreateToken, with a sign-in for each connection."""
        tokens = tuple(self._sign_in()["refreshToken"] for _ in range(CONNECTIONS))
        return Refreshing(self._fields, tokens)

    def _role_credentials(self, account: int) -> tuple[str, Secret, Secret]:
        answer = self._http.send(_parsed(self.url, self.credentials_request(account)))
        found = json.loads(answer.body)["roleCredentials"]
        secret, token = Secret(found["secretAccessKey"]), Secret(found["sessionToken"])
        return found["accessKeyId"], secret, token

    @property
    def _host(self) -> str:
        return self.url.removeprefix("http://")

    @property
    def _fields(self) -> dict[str, str]:
        return {name: self._client[name] for name in ("clientId", "clientSecret")}

    def _sign_in(self) -> dict[str, str]:
        started = self._post(
            "/device_authorization", **self._fields, startUrl="https://hoge.awsapps.com/start"
        )
        url = started["verificationUriComplete"]
        sign_in_through_pages(Visitor(self._http), url, _PERSON, Secret(_PASSWORD))
        grant = "urn:ietf:params:oauth:grant-type:device_code"
        return self._post(
            "/token", **self._fields, grantType=grant, deviceCode=started["deviceCode"]
        )

    def _post(self, path: str, **fields: object) -> dict[str, str]:
        headers = Headers({"Content-Type": "application/json"})
        body = json.dumps(fields).encode()
        answer = self._http.send(HttpRequest("POST", f"{self.url}{path}", headers, body))
        found: dict[str, str] = answer.json()
        return found


@contextmanager
def center(
    folder: Path, accounts: int, *, database: str | None = None, cores: float | None = None
) -> Iterator[CenterServer]:
    """Start the center with an organisation of so many accounts; end it after the block.

    Without a `database` it has one of its own in the folder. `cores` is how much of the machine
    it may use (`bench.share`).
    """
    folder.mkdir(exist_ok=True)
    directory = folder / "directory.yaml"
    directory.write_text(_directory(accounts), encoding="utf-8")
    words = ["center", "serve", "--port", "0", "--limits", "off", "--directory", str(directory)]
    words += ["--database", database] if database else []
    environ = {"PATH": os.environ["PATH"], "HOME": str(folder), "XDG_STATE_HOME": str(folder)}
    began = time.perf_counter()
    with subprocess.Popen(
        [str(Path(sys.executable).with_name("sekisho")), *words],
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
    ) as process:
        first = process.stdout.readline() if process.stdout else ""
        url = first.removeprefix("center ready: ").strip()
        _wait_for(f"{url}/healthz", process)
        took = time.perf_counter() - began
        try:
            with share.limited(process.pid, cores):
                yield CenterServer(url, took)
        finally:
            process.terminate()


_IN_A_TEST = """
import json, pathlib, sys, time, urllib.request
from sekisho.testing import open_identity_center
ready = []
for _ in range(2):
    began = time.monotonic()
    with open_identity_center(pathlib.Path(sys.argv[1])) as center:
        urllib.request.urlopen(center.url + "/healthz").read()
        ready.append((began, time.monotonic()))
print(json.dumps(ready))
"""


def in_a_test(folder: Path) -> tuple[float, float]:
    """Time a test's own center until it has answered: from the start of its process, and once more."""
    began = time.monotonic()  # one clock for all processes of a machine
    ran = subprocess.run(
        [sys.executable, "-c", _IN_A_TEST, str(folder)], capture_output=True, check=True
    )
    (_, first), (again, second) = json.loads(ran.stdout)
    return first - began, second - again


@contextmanager
def moto(python: str) -> Iterator[tuple[str, float]]:
    """Start moto's server by the `python` of its venv; yield its URL and the seconds it took."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    began = time.perf_counter()
    with subprocess.Popen(
        [python, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        env={"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        _wait_for(f"{url}/moto-api/", process)
        try:
            yield url, time.perf_counter() - began
        finally:
            process.terminate()


def moto_identity(url: str) -> Request:
    """GetCallerIdentity, signed with keys that mean nothing, which is all that moto asks for."""
    request = sts.get_caller_identity(url)
    return _signed(request, "AKIAFAKEFAKEFAKEFAKE", Secret("fake"), None, service="sts")


def _signed(
    request: HttpRequest, key: str, secret: Secret, token: Secret | None, *, service: str
) -> Request:
    signed = sigv4.sign(
        request,
        access_key_id=key,
        secret_access_key=secret,
        session_token=token,
        region="us-east-1",
        service=service,
        at=datetime.now(UTC),
    )
    lines = [f"{name}: {value}\r\n" for name, value in signed.headers.pairs]
    length = f"Content-Length: {len(signed.body)}\r\n"
    head = f"POST / HTTP/1.1\r\n{''.join(lines)}{length}\r\n"
    return Request(head.encode() + signed.body)


def _parsed(url: str, request: Request) -> HttpRequest:
    line, *headers = request.whole.decode().strip().split("\r\n")
    pairs = dict(header.split(": ", 1) for header in headers)
    return HttpRequest("GET", f"{url}{line.split()[1]}", Headers(pairs))


def _wait_for(url: str, process: "subprocess.Popen[str] | subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + _START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url, timeout=_START_SECONDS):  # noqa: S310  # our own
                return
        except OSError:
            time.sleep(0.005)
    raise RuntimeError(f"{url} does not answer")


def _directory(accounts: int) -> str:
    numbers = range(1, accounts + 1)
    listed = "".join(f'  - {{id: "{number:012}", name: account-{number}}}\n' for number in numbers)
    names = ", ".join(f"account-{number}" for number in numbers)
    return (
        'instance: {start_urls: ["https://hoge.awsapps.com/start"], region: us-east-1}\n'
        f"accounts:\n{listed}"
        "permission_sets: [{name: AdministratorAccess}, {name: ReadOnlyAccess}]\n"
        "groups: [{name: engineers}]\nadministrators: [engineers]\n"
        f"users: [{{name: {_PERSON}, password: {_PASSWORD}, groups: [engineers]}}]\n"
        f"assignments: [{{group: engineers, accounts: [{names}], "
        "permission_set: AdministratorAccess}]\n"
    )
