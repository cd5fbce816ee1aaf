"""A center in a process of its own that a SIGKILL ends at a point of its choosing.

The points of one request are: each statement that goes to the database, each commit, before it
and after it, and each piece of the answer, before it is sent and after it.
"""

import contextlib
import multiprocessing
import os
import signal
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection

import uvicorn
from sqlalchemy import event
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sekisho.adapters.clock import SystemClock
from sekisho.center.app import build_app
from sekisho.center.settings import CenterSettings

__all__ = ["DyingCenter", "dying"]

_START_SECONDS = 60
_SPAWN = multiprocessing.get_context("forkserver")
_SPAWN.set_forkserver_preload(["tests.e2e.dying_center"])  # each start costs a fork, no imports


@dataclass(frozen=True)
class DyingCenter:
    """Where it listens, and whether it still lives."""

    url: str
    process: "multiprocessing.process.BaseProcess"

    def was_killed(self) -> bool:
        """Block until it is dead, or has been seen to live on after the request."""
        self.process.join(0.2)
        return self.process.exitcode == -signal.SIGKILL


@contextlib.contextmanager
def dying(settings: CenterSettings, *, at: int | None = None) -> Iterator[DyingCenter]:
    """Start one that dies at the point `at`, counted from 1; `None`: never. It is ended after."""
    ours, theirs = _SPAWN.Pipe()
    process = _SPAWN.Process(target=_serve, args=(settings, at, theirs))
    process.start()
    try:
        assert ours.poll(_START_SECONDS), "the center did not start"
        yield DyingCenter(ours.recv(), process)
    finally:
        process.kill()
        process.join()


class _Countdown:
    """Kills this process at its last point."""

    def __init__(self, at: int | None) -> None:
        self._left = at

    def __call__(self, *_event: object) -> None:
        if self._left is None:
            return
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


class _CountingSends:
    """Each piece of an answer is two points: before it goes, and after."""

    def __init__(self, app: ASGIApp, point: _Countdown) -> None:
        self._app = app
        self._point = point

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def counted(message: Message) -> None:
            self._point()
            await send(message)
            self._point()

        await self._app(scope, receive, counted)


def _serve(settings: CenterSettings, at: int | None, parent: Connection) -> None:
    app = build_app(settings, clock=SystemClock())
    engine = app.state.center.database.engine
    point = _Countdown(at)
    event.listen(engine, "before_cursor_execute", point)
    event.listen(engine, "commit", point)
    event.listen(engine.pool, "checkin", point)  # after a commit
    listening = socket.create_server(("127.0.0.1", 0))
    parent.send(f"http://127.0.0.1:{listening.getsockname()[1]}")
    config = uvicorn.Config(
        _CountingSends(app, point), http="h11", ws="none", lifespan="off", log_level="error"
    )
    uvicorn.Server(config).run(sockets=[listening])
