"""What every request passes first: is it for us, where is it from, and a line in the log.

Host: a page elsewhere can point a name of its own at 127.0.0.1 and then read what we answer (DNS
rebinding); it cannot make the browser send our name. `/healthz` says nothing that is worth that, and
balancers ask for it by address. The log has method, path, status and
operation, and never a query string or a header.
"""

import logging
from urllib.parse import urlsplit

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sekisho.center.audit import called_from
from sekisho.center.health import PATH as HEALTH
from sekisho.ports import Clock

__all__ = ["LOOPBACK_NAMES", "Doorkeeper", "host_name"]

LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "[::1]"})
"""What this machine is called in a Host header, without its port."""
_MISDIRECTED = 421
_LOGGER = logging.getLogger("sekisho.center")


class Doorkeeper:
    """ASGI middleware in front of everything."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        clock: Clock,
        public_url: str | None,
        hosts: frozenset[str] = frozenset(),
    ) -> None:
        """Guard `app`; requests for `public_url`'s host are for us, besides the loopback's.

        So are those for `hosts`, which the operator's start URLs name.
        """
        self._app = app
        self._clock = clock
        own = None if public_url is None else urlsplit(public_url).netloc
        named = frozenset[str]() if own is None else frozenset({host_name(own)})
        self._names = LOOPBACK_NAMES | hosts | named

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Speak ASGI."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        client = scope.get("client")
        with called_from(client[0] if client else ""):
            await self._serve(scope, receive, send)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        began = self._clock.monotonic()
        status = 500

        async def noting_status(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            if self._is_for_us(scope):
                await self._app(scope, receive, noting_status)
            else:
                refusal = PlainTextResponse("This is not that host.\n", _MISDIRECTED)
                await refusal(scope, receive, noting_status)
        finally:
            _log(scope, status, self._clock.monotonic() - began)

    def _is_for_us(self, scope: Scope) -> bool:
        if scope["path"] == HEALTH:
            return True
        hosts = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
        return len(hosts) == 1 and host_name(hosts[0]) in self._names


def host_name(host: str) -> str:
    """Return a Host header without its port, lower-case."""
    name, colon, port = host.lower().rpartition(":")
    return name if colon and port.isdecimal() else host.lower()


def _log(scope: Scope, status: int, seconds: float) -> None:
    facts = {
        "method": scope["method"],
        "path": scope["path"],
        "status": status,
        "milliseconds": round(seconds * 1000, 1),
    }
    operation = scope.get("state", {}).get("operation")
    if operation is not None:
        facts["operation"] = operation
    _LOGGER.info("request", extra={"facts": facts})
