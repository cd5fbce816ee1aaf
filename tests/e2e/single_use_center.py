"""A center whose refresh tokens are good for one use, without a moment's grace.

Run as a program: `python -m tests.e2e.single_use_center FOLDER`. It says where it listens on its
first line. `GET /calls` says how many CreateTokens have begun, and how those ended that have.
"""

import socket
import sys
from importlib import resources
from pathlib import Path

import uvicorn
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sekisho.adapters.clock import SystemClock
from sekisho.center.app import build_app
from sekisho.center.settings import CenterSettings, Lifetimes, PasswordCost

__all__ = ["build", "listen"]


def build(folder: Path) -> ASGIApp:
    """Make the center of the story's organisation; what it keeps lies in `folder`."""
    directory = folder / "directory.yaml"
    directory.write_bytes(
        (resources.files("sekisho.demo") / "scene" / "directory.yaml").read_bytes()
    )
    settings = CenterSettings(
        database=f"sqlite:///{folder / 'center.db'}",
        keys=folder / "center.keys",
        directory=directory,
        limits=False,
        password_cost=PasswordCost(rounds=1, memory_kib=8, lanes=1),
        # Whole seconds are compared: 0 would still answer twice within one.
        lifetimes=Lifetimes(refresh_grace=-1),
    )
    return Counting(build_app(settings, clock=SystemClock()))


class Counting:
    """Counts the CreateTokens that go through it, and says so at `/calls`."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._begun = 0
        self._statuses: list[int] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def noting(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._statuses.append(message["status"])
            await send(message)

        match scope.get("path"):
            case "/calls":
                said = JSONResponse({"begun": self._begun, "statuses": self._statuses})
                await said(scope, receive, send)
            case "/token":
                self._begun += 1
                await self._app(scope, receive, noting)
            case _:
                await self._app(scope, receive, send)


def listen(app: ASGIApp) -> None:
    """Serve `app` on a free port of loopback, until SIGTERM."""
    with socket.create_server(("127.0.0.1", 0), backlog=512) as listening:
        print(f"center ready: http://127.0.0.1:{listening.getsockname()[1]}", flush=True)  # noqa: T201
        config = uvicorn.Config(app, http="h11", ws="none", lifespan="off", log_level="error")
        uvicorn.Server(config).run(sockets=[listening])


if __name__ == "__main__":
    listen(build(Path(sys.argv[1])))
