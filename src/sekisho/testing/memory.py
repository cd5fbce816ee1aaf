"""An ASGI application as the other end of `ports.Http`, in memory and without a socket.

Source: the ASGI specification, "HTTP & WebSocket ASGI Message Format", version 2.4.
"""

import asyncio
import threading
import weakref
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import unquote, urlsplit

from sekisho.wire.http import Headers, Request, Response

__all__ = ["AsgiApp", "MemoryHttp"]

_Message = MutableMapping[str, Any]
AsgiApp = Callable[
    [
        MutableMapping[str, Any],
        Callable[[], Awaitable[_Message]],
        Callable[[_Message], Awaitable[None]],
    ],
    Awaitable[None],
]
"""An ASGI 3 application, such as a Starlette."""

_DEFAULT_PORT = {"http": 80, "https": 443}


class MemoryHttp:
    """Satisfies `ports.Http`: every request, to whatever origin, goes to one application.

    Requests run one at a time on one event loop, whichever threads they come from; the loop has a
    thread of its own, so that a caller may have a loop running too. Handlers that block run in
    the loop's thread pool, as they do in a server. What the application raises is raised to the
    caller: in a test it is a fault to look at, not a status 500.
    """

    def __init__(self, app: AsgiApp, *, client: str = "127.0.0.1") -> None:
        """Send to `app`, from the address `client`. The lifespan protocol is not spoken."""
        self._app = app
        self._client = client
        self._lock = threading.Lock()
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=_run, args=(self._loop,), daemon=True).start()
        weakref.finalize(self, self._loop.call_soon_threadsafe, self._loop.stop)
        self.requests: list[Request] = []
        """Every request that was sent, in order."""

    def send(self, request: Request) -> Response:
        """Send `request` to the application; block until it has answered."""
        with self._lock:
            self.requests.append(request)
            exchange = asyncio.run_coroutine_threadsafe(self._exchange(request), self._loop)
            return exchange.result()

    async def _exchange(self, request: Request) -> Response:
        answer = _Answer()
        unread = [request.body]

        async def receive() -> _Message:
            if unread:
                return {"type": "http.request", "body": unread.pop(), "more_body": False}
            await answer.complete.wait()
            return {"type": "http.disconnect"}

        await self._app(_scope(request, self._client), receive, answer.take)
        return answer.response()


def _run(loop: asyncio.AbstractEventLoop) -> None:
    loop.run_forever()
    loop.run_until_complete(loop.shutdown_default_executor())
    loop.close()


class _Answer:
    """Gathers what the application sends."""

    def __init__(self) -> None:
        self.complete = asyncio.Event()
        self._status: int | None = None
        self._headers: tuple[tuple[str, str], ...] = ()
        self._body = bytearray()

    async def take(self, message: _Message) -> None:
        if message["type"] == "http.response.start":
            self._status = message["status"]
            self._headers = tuple(
                (name.decode("latin-1"), value.decode("latin-1"))
                for name, value in message.get("headers", ())
            )
        elif message["type"] == "http.response.body":
            self._body += message.get("body", b"")
            if not message.get("more_body", False):
                self.complete.set()

    def response(self) -> Response:
        if self._status is None or not self.complete.is_set():
            raise RuntimeError("the application returned without a whole response")
        return Response(self._status, Headers(self._headers), bytes(self._body))


def _scope(request: Request, client: str) -> dict[str, Any]:
    parts = urlsplit(request.url)
    path = parts.path or "/"
    port = parts.port or _DEFAULT_PORT[parts.scheme]
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": parts.scheme,
        "path": unquote(path),
        "raw_path": path.encode("ascii"),
        "query_string": parts.query.encode("ascii"),
        "root_path": "",
        "headers": _header_lines(request),
        "client": (client, 49_152),
        "server": (parts.hostname, port),
        "state": {},
        "extensions": {},
    }


def _header_lines(request: Request) -> list[tuple[bytes, bytes]]:
    """Add the two headers that every HTTP/1.1 client adds (RFC 9112 §3.2, RFC 9110 §8.6)."""
    pairs = list(request.headers.pairs)
    if "Host" not in request.headers:
        pairs.insert(0, ("Host", urlsplit(request.url).netloc))
    if "Content-Length" not in request.headers and (request.body or request.method == "POST"):
        pairs.append(("Content-Length", str(len(request.body))))
    return [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in pairs]
