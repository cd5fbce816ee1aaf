"""The center in a thread of the test's own process: its calls are noted, and its clock moves."""

import contextlib
import json
import socket
import threading
from collections.abc import Iterator, MutableMapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import uvicorn

from sekisho.adapters.clock import SystemClock
from sekisho.center.app import build_app
from sekisho.center.settings import CenterSettings, PasswordCost
from sekisho.testing.memory import AsgiApp

__all__ = ["Failure", "WatchedCenter", "watching"]

DIRECTORY = """
instance:
  start_urls: ["https://hoge.awsapps.com/start"]
  region: us-east-1
  session_duration: 8h
  account_ids: any
accounts:
  - {id: "1234567891011", name: hoge-dev, email: dev@example.com}
  - {id: "1234567891012", name: hoge-stg, email: stg@example.com}
  - {id: "1234567891013", name: hoge-prod, email: prod@example.com}
permission_sets:
  - {name: AdministratorAccess, session_duration: 1h}
  - {name: ReadOnlyAccess, session_duration: 1h}
groups: [{name: engineers}]
users: [{name: hoge@hoge.com, password: "correct horse battery staple", groups: [engineers]}]
assignments:
  - {group: engineers, accounts: [hoge-dev, hoge-stg], permission_set: AdministratorAccess}
  - {group: engineers, accounts: [hoge-stg, hoge-prod], permission_set: ReadOnlyAccess}
"""
OPERATIONS = {
    "/client/register": "RegisterClient",
    "/device_authorization": "StartDeviceAuthorization",
    "/token": "CreateToken",
    "/assignment/accounts": "ListAccounts",
    "/assignment/roles": "ListAccountRoles",
    "/federation/credentials": "GetRoleCredentials",
    "/logout": "Logout",
    "/": "GetCallerIdentity",
}
"""Paths of calls; what is not in here is a page."""
_Message = MutableMapping[str, Any]


class MovableClock(SystemClock):
    """The machine's clock, and as far ahead of it as a test has moved it."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def advance(self, *, minutes: float) -> None:
        """Let `minutes` pass, for the center alone."""
        self._ahead += timedelta(minutes=minutes)

    def now(self) -> datetime:
        return super().now() + self._ahead


@dataclass(frozen=True)
class Failure:
    """What one call is answered with in the center's place."""

    status: int
    error: str


@dataclass
class WatchedCenter:
    """A center on a free port of loopback."""

    url: str
    clock: MovableClock
    calls: list[str] = field(default_factory=list)
    """Every call so far, as `OPERATION STATUS`, pages left out."""
    errors: list[str] = field(default_factory=list)
    """Every exception that a call was answered with."""
    failures: dict[str, list[Failure]] = field(default_factory=dict)
    """By operation: how its next calls fail."""
    hasty: bool = False
    """Whether each CreateToken comes twice at once, as from somebody who polls too fast."""
    called: threading.Condition = field(default_factory=threading.Condition)

    def wait_for(self, call: str, times: int = 1) -> None:
        """Block until `call` was made so many times."""
        with self.called:
            assert self.called.wait_for(lambda: self.calls.count(call) >= times, 60), self.calls

    @contextlib.contextmanager
    def noting(self) -> Iterator[list[str]]:
        """Yield a list that holds, once the block is over, the calls that were made in it."""
        before, noted = len(self.calls), list[str]()
        yield noted
        noted += self.calls[before:]


class Watch:
    """ASGI middleware that notes calls, and fails them where the test wants it."""

    def __init__(self, app: AsgiApp, center: WatchedCenter) -> None:
        self._app = app
        self._center = center

    async def __call__(self, scope: _Message, receive: Any, send: Any) -> None:
        operation = OPERATIONS.get(scope.get("path", ""), "")
        if not operation or (operation == "GetCallerIdentity" and scope["method"] == "HEAD"):
            await self._app(scope, receive, send)
            return
        failures = self._center.failures.get(operation, [])
        if failures:
            await self._fail(failures.pop(0), operation, send)
            return
        if self._center.hasty and operation == "CreateToken":
            receive = await self._ask_first(scope, receive)

        async def noting(message: _Message) -> None:
            if message["type"] == "http.response.start":
                kind = dict(message["headers"]).get(b"x-amzn-errortype", b"").decode()
                self._note(operation, message["status"], kind)
            await send(message)

        await self._app(scope, receive, noting)

    async def _ask_first(self, scope: _Message, receive: Any) -> Any:
        """Send the request once by itself; return what receives it once more."""
        parts = [await receive()]
        while parts[-1].get("more_body"):
            parts.append(await receive())

        async def drop(_message: _Message) -> None:
            pass

        await self._app({**scope, "state": {}}, _again(parts, receive), drop)
        return _again(parts, receive)

    async def _fail(self, failure: Failure, operation: str, send: Any) -> None:
        body = json.dumps({"message": "said the test"}).encode()
        headers = [(b"content-type", b"application/json"), (b"connection", b"close")]
        kind = [(b"x-amzn-errortype", failure.error.encode())]
        self._note(operation, failure.status, failure.error)
        await send(
            {"type": "http.response.start", "status": failure.status, "headers": headers + kind}
        )
        await send({"type": "http.response.body", "body": body})

    def _note(self, operation: str, status: int, error: str) -> None:
        with self._center.called:
            self._center.calls.append(f"{operation} {status}")
            self._center.errors += [error] if error else []
            self._center.called.notify_all()


def _again(parts: list[_Message], receive: Any) -> Any:
    unread = list(parts)

    async def replayed() -> _Message:
        message: _Message = unread.pop(0) if unread else await receive()
        return message

    return replayed


@contextlib.contextmanager
def watching(folder: Path) -> Iterator[WatchedCenter]:
    """Run a center of its own in `folder`, for as long as the block lasts."""
    folder.mkdir(parents=True)
    (folder / "directory.yaml").write_text(DIRECTORY, encoding="utf-8")
    settings = CenterSettings(
        database=f"sqlite:///{folder / 'center.db'}",
        keys=folder / "center.keys",
        directory=folder / "directory.yaml",
        password_cost=PasswordCost(rounds=1, memory_kib=8, lanes=1),
    )
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listening:
        center = WatchedCenter(f"http://127.0.0.1:{listening.getsockname()[1]}", MovableClock())
        app = build_app(settings, clock=center.clock)
        config = uvicorn.Config(
            Watch(app, center), http="h11", ws="none", lifespan="off", log_level="error"
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield center
        finally:
            server.should_exit = True
            thread.join()
            app.state.center.database.close()
