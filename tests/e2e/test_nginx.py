"""Two replicas behind a real nginx, with the config that docs/center/scale.md tells people to copy."""

import contextlib
import http.client
import json
import os
import re
import socket
import ssl
import subprocess
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sekisho.adapters.http import NetworkHttp
from sekisho.ports import Http
from sekisho.testing.clock import FakeClock
from sekisho.testing.visitor import Visitor, sign_in_through_pages
from sekisho.wire.http import Request, Response
from tests.postgresql import Server
from tests.unit.adapters.peers import CERTIFICATE, CERTIFICATES
from tests.unit.center.scene import DIRECTORY, ORIGIN, PASSWORD, PERSON, World

KEY = CERTIFICATES / "test-only-key.pem"
PAGE = Path(__file__).parents[2] / "docs" / "center" / "scale.md"
AROUND = """\
pid {folder}/pid;
error_log {folder}/error.log;
{user}
events {{}}
http {{
access_log off;
client_body_temp_path {folder}/body;
proxy_temp_path {folder}/proxy;
fastcgi_temp_path {folder}/fastcgi;
uwsgi_temp_path {folder}/uwsgi;
scgi_temp_path {folder}/scgi;
{shown}
}}
"""


def shown_config() -> str:
    """The page's own words."""
    found = re.search(r"```nginx\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    return found[1]


@dataclass(frozen=True)
class Place:
    """Where nginx and two centers are to be, and nginx's config."""

    folder: Path
    port: int
    replicas: tuple[int, int]
    program: str

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    def nginx(self, *arguments: str) -> None:
        config = self.folder / "nginx.conf"
        done = subprocess.run(
            [self.program, "-p", str(self.folder), "-e", f"{self.folder}/error.log", "-c", str(config), *arguments],
            check=False, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        assert done.returncode == 0, (self.folder / "error.log").read_text(encoding="utf-8")

    def write(self, shown: str) -> None:
        for said, here in (
            ("10.0.0.11:8765", f"127.0.0.1:{self.replicas[0]}"),
            ("10.0.0.12:8765", f"127.0.0.1:{self.replicas[1]}"),
            ("listen 443 ssl", f"listen 127.0.0.1:{self.port} ssl"),
            ("/etc/nginx/sso.pem", str(CERTIFICATE)),
            ("/etc/nginx/sso.key", str(KEY)),
        ):
            assert said in shown
            shown = shown.replace(said, here)
        user = "user root;" if os.getuid() == 0 else ""
        around = AROUND.format(folder=self.folder, user=user, shown=shown)
        (self.folder / "nginx.conf").write_text(around, encoding="utf-8")


@pytest.fixture
def place(tmp_path: Path, nginx: str) -> Iterator[Place]:
    with contextlib.ExitStack() as taken:
        free = [taken.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(3)]
        ports = [each.getsockname()[1] for each in free]
    (tmp_path / "directory.yaml").write_text(DIRECTORY, encoding="utf-8")
    made = Place(tmp_path, ports[0], (ports[1], ports[2]), nginx)
    yield made
    if (tmp_path / "pid").exists():
        pid = (tmp_path / "pid").read_text(encoding="utf-8")
        assert pid.strip().isdecimal()
        made.nginx("-s", "stop")


class Replica:
    """A center of its own process, that knows of nginx."""

    def __init__(self, place: Place, number: int, database: str) -> None:
        folder, port = place.folder, place.replicas[number]
        self.process = subprocess.Popen(
            [
                sys.executable, "-m", "sekisho", "center", "serve", "--port", str(port),
                "--database", database, "--keys", str(folder / "keys.json"),
                "--directory", str(folder / "directory.yaml"),
                "--trusted-proxy", "127.0.0.1", "--public-url", place.url,
                "--ca-bundle", str(CERTIFICATE),
            ],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            encoding="utf-8", env={**os.environ, "HOME": str(folder)},
        )  # fmt: skip
        assert self.process.stdout is not None
        first = self.process.stdout.readline()
        assert first.startswith("center ready: "), self.process.communicate()[1]

    def log_until(self, event: str, **facts: str) -> dict[str, Any]:
        """Read the log up to a line of `event` that has these facts."""
        assert self.process.stderr is not None
        for line in self.process.stderr:
            found: dict[str, Any] = json.loads(line)
            if found["event"] == event and facts.items() <= found.items():
                return found
        raise AssertionError(f"the log has no {event}")

    def log_to_the_end(self) -> list[dict[str, Any]]:
        """Stop it, and read the rest of its log."""
        self.process.terminate()
        rest = self.process.communicate(timeout=30)[1]
        return [json.loads(line) for line in rest.splitlines() if line.startswith("{")]

    def end(self) -> int:
        """Tell it to stop, and wait until it has."""
        if self.process.poll() is None:
            self.process.terminate()
            self.process.communicate(timeout=30)
        return self.process.returncode


class Through:
    """Sends to nginx what is for the tests' center."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._http = NetworkHttp({}, CERTIFICATE)

    def send(self, request: Request) -> Response:
        url = request.url.replace(ORIGIN, self._url, 1)
        return self._http.send(Request(request.method, url, request.headers, request.body))


class Behind(World):
    """What people and programs do, with nginx in between."""

    def __init__(self, url: str) -> None:
        self.clock = FakeClock()
        self.http: Http = Through(url)


@pytest.fixture
def replicas(place: Place, postgresql: Server) -> Iterator[list[Replica]]:
    name = f"nginx_{uuid.uuid4().hex}"
    postgresql.execute(f"CREATE DATABASE {name}")
    place.write(shown_config())
    place.nginx()
    running = [Replica(place, number, postgresql.url(name)) for number in (0, 1)]
    yield running
    for each in running:
        each.end()


def test_a_sign_in_goes_through_and_survives_that_one_replica_is_stopped(
    place: Place, replicas: list[Replica]
) -> None:
    behind = Behind(place.url)
    client = behind.device_client()
    started = behind.start_device(client)
    visitor = Visitor(behind.http)
    sign_in_through_pages(visitor, started["verificationUriComplete"], PERSON, PASSWORD)
    token = behind.poll(client, started["deviceCode"]).json()
    ended = replicas[0].end()
    statuses = {
        behind.portal("/assignment/accounts", token["accessToken"]).status for _ in range(6)
    }

    assert started["verificationUri"].startswith(place.url)
    assert (ended, statuses) == (0, {200})


def test_the_clients_address_comes_through_and_what_it_says_itself_does_not(
    place: Place, replicas: list[Replica]
) -> None:
    context = ssl.create_default_context(cafile=str(CERTIFICATE))
    connection = http.client.HTTPSConnection(
        "127.0.0.1", place.port, source_address=("127.0.0.2", 0), context=context, timeout=30
    )
    body = json.dumps({"clientName": "a-tool", "clientType": "public"})
    spoofed = {"X-Forwarded-For": "198.51.100.7", "Forwarded": "for=198.51.100.7"}
    for _ in replicas:
        connection.request(
            "POST", "/client/register", body, {"Content-Type": "application/json", **spoofed}
        )
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200
    connection.close()

    registered = [
        line["address"]
        for replica in replicas
        for line in replica.log_to_the_end()
        if line["event"] == "client.registered"
    ]
    assert registered == ["127.0.0.2"] * 2


def test_a_center_that_starts_finds_nothing_wrong_with_that_config(
    replicas: list[Replica], place: Place
) -> None:
    assert replicas[1].log_until("proxies")["url"] == place.url


def test_without_underscores_it_says_what_to_do(place: Place) -> None:
    place.write(shown_config().replace("underscores_in_headers on;", ""))
    place.nginx()
    replica = Replica(place, 0, f"sqlite:///{place.folder}/center.sqlite3")
    found = replica.log_until("proxies")
    replica.end()

    assert found["level"] == "warning"
    assert "underscores_in_headers on;" in found["notice"]
