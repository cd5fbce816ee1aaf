"""The center behind a real loopback socket, and AWS's own clients in front of it."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import botocore.session
import pytest
import uvicorn
from botocore import UNSIGNED
from botocore.config import Config

from sekisho.adapters.clock import SystemClock
from sekisho.center import sessions
from sekisho.center.app import build_app
from sekisho.center.center import Center
from sekisho.center.directory import people
from sekisho.center.grants import device_code
from sekisho.center.limits import Bucket
from sekisho.center.sessions import Session
from sekisho.ports import Clock
from sekisho.testing.clock import FakeClock
from tests.contract.networks import NETWORKS, Network
from tests.unit.center.scene import PASSWORD, PERSON, START_URL, settings_in

_NO_RETRIES = {"total_max_attempts": 1}


@dataclass(frozen=True)
class Served:
    """A center on a socket, and the inside of it."""

    url: str
    center: Center

    def client(self, service: str, **credentials: str) -> Any:
        """AWS's own client for `service`, as a program with or without role credentials has it."""
        session = botocore.session.Session()
        if credentials:
            session.set_credentials(**credentials)
        config = Config(retries=_NO_RETRIES, signature_version=None if credentials else UNSIGNED)
        return session.create_client(
            service, region_name="us-east-1", endpoint_url=self.url, config=config
        )

    def signed_in(self, name: str = PERSON) -> Session:
        user = people.authenticate(self.center, name, PASSWORD)
        assert isinstance(user, people.User)
        session = sessions.session_of(self.center, sessions.start_session(self.center, user))
        assert session is not None
        return session

    def token(self, name: str = PERSON) -> str:
        """An access token of a fresh sign-in, through the device flow."""
        oidc = self.client("sso-oidc")
        registered = oidc.register_client(
            clientName="a-tool", clientType="public", scopes=["sso:account:access"]
        )
        client = {name: registered[name] for name in ("clientId", "clientSecret")}
        started = oidc.start_device_authorization(**client, startUrl=START_URL)
        assert device_code.approve(self.center, started["userCode"], self.signed_in(name))
        token: str = oidc.create_token(
            **client,
            grantType="urn:ietf:params:oauth:grant-type:device_code",
            deviceCode=started["deviceCode"],
        )["accessToken"]
        return token


@contextmanager
def _serving(folder: Path, clock: Clock, *, limits: bool) -> Iterator[Served]:
    database = f"sqlite:///{folder / 'center.sqlite3'}"
    app = build_app(settings_in(folder, database=database, limits=limits), clock=clock)
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, http="h11", ws="none", lifespan="off", log_config=None)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=asyncio.run, args=(server.serve(sockets=[listening]),))
    thread.start()

    yield Served(f"http://127.0.0.1:{listening.getsockname()[1]}", app.state.center)

    server.should_exit = True
    thread.join()
    app.state.center.database.close()


@pytest.fixture(params=NETWORKS)
def network(request: pytest.FixtureRequest) -> Network:
    """Each way to the network in turn."""
    return NETWORKS[request.param]


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """By real time, which AWS's clients sign with; a session of tests is in a hurry."""
    with _serving(tmp_path_factory.mktemp("center"), SystemClock(), limits=False) as found:
        yield found


@pytest.fixture
def clock() -> FakeClock:
    """Stands still at the present."""
    return FakeClock(datetime.now(UTC))


@pytest.fixture
def limited(tmp_path: Path, clock: FakeClock) -> Iterator[Served]:
    """With limits, and without time for a bucket to fill again."""
    with _serving(tmp_path, clock, limits=True) as found:
        yield found


def emptied(served: Served, bucket: Bucket) -> None:
    """Use up what this machine has in `bucket`."""
    now = served.center.clock.now().timestamp()
    while served.center.rates.take(bucket, "machine this machine", now) is None:
        pass
