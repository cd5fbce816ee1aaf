"""The center of `tests/e2e/single_use_center.py`, as far away as AWS is: 200 ms for a token."""

import asyncio
import sys
from pathlib import Path

from starlette.types import ASGIApp, Receive, Scope, Send

from tests.e2e.single_use_center import build, listen

__all__ = ["Slow"]

_SECONDS = 0.2


class Slow:
    """Lets each CreateToken wait."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope.get("path") == "/token":
            await asyncio.sleep(_SECONDS)
        await self._app(scope, receive, send)


if __name__ == "__main__":
    listen(Slow(build(Path(sys.argv[1]))))
