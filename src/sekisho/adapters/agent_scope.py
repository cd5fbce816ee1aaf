"""The socket of one scope: what `sekisho exec --only` gives to a command."""

import asyncio
import contextlib
from collections.abc import Callable
from pathlib import Path

from sekisho.adapters.agent_place import BACKLOG, listening
from sekisho.guard.scopes import ScopeOfGates

__all__ = ["ScopeSocket"]


class ScopeSocket:
    """Listens for the clients of one scope, until its time is up or it is closed."""

    def __init__(self, scope: ScopeOfGates, path: Path, over: Callable[[], None]) -> None:
        """Listen at `path`; call `over` once that has ended."""
        self.scope = scope
        self.path = path
        self._over = over
        self._held = contextlib.ExitStack()
        self._open = False

    @property
    def is_open(self) -> bool:
        """Whether it still listens."""
        return self._open

    async def open(self, client: Callable[[], asyncio.Protocol], seconds: float) -> None:
        """Listen, for at most `seconds`; `client` makes what serves a connection.

        Raises `AgentNotStarted` where the socket cannot be had.
        """
        loop = asyncio.get_running_loop()
        self._held.callback(self._over)
        try:
            listener = self._held.enter_context(listening(self.path))
            serving = await loop.create_unix_server(client, sock=listener, backlog=BACKLOG)
        except BaseException:  # whoever asked may have gone meanwhile
            self.close()
            raise
        self._open = True
        self._held.callback(serving.close)
        self._held.callback(loop.call_later(seconds, self.close).cancel)

    def close(self) -> None:
        """Listen no more. What was closed before stays so."""
        self._open = False
        self._held.close()
