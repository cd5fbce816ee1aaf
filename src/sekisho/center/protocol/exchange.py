"""One request and its answer, whatever the protocol: read with a limit, served in a thread.

Whatever comes in is answered in the protocol's own form.
"""

import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect
from starlette.requests import Request as HttpRequest
from starlette.responses import Response as HttpResponse
from starlette.types import Receive, Scope, Send

from sekisho.center.center import Center
from sekisho.center.controls import Controls
from sekisho.center.protocol.fault import Fault
from sekisho.wire.http import Headers, Request, Response

__all__ = ["EveryMethod", "Exchange", "Protocol", "exchange", "origin_of"]

_DRAINED = 1024 * 1024
"""How much of a body that is too large is read and thrown away, so that the answer arrives:
a connection that is closed with bytes unread is reset."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request that came in."""

    center: Center
    request: Request
    """As it came over the wire, but for the scheme and host of its URL."""
    too_large: bool
    """Its body was over the limit, and is not there."""
    request_id: str
    origin: str
    address: str
    begin: Callable[[str], None]
    """Tells the log, and a test, which operation this is. Raises the `Fault` that a test wants."""
    end: Callable[[int, str | None], None]
    """Tells a test the status of the answer, and the exception in it."""


@dataclass(frozen=True, slots=True)
class Protocol:
    """How one protocol serves an exchange, and how it says no."""

    serve: Callable[[Exchange], Response]
    refuse: Callable[[Exchange, Fault], Response]
    body_limit: int
    """Bytes."""


class EveryMethod:
    """An endpoint that gets every method, so that the protocol itself answers the wrong ones."""

    def __init__(self, handle: Callable[[HttpRequest], Awaitable[HttpResponse]]) -> None:
        """Serve with `handle`."""
        self._handle = handle

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Speak ASGI."""
        response = await self._handle(HttpRequest(scope, receive))
        await response(scope, receive, send)


async def exchange(http_request: HttpRequest, protocol: Protocol) -> HttpResponse:
    """Answer one request by `protocol`."""
    try:
        body = await _body(http_request, protocol.body_limit)
    except ClientDisconnect:
        return HttpResponse(status_code=400)
    at = _exchange(http_request, body)
    response = await run_in_threadpool(_answer, at, protocol)
    headers = dict(response.headers.pairs)
    return HttpResponse(response.body, response.status, headers)


def origin_of(http_request: HttpRequest) -> str:
    """Return our own origin: the configured one, or that which the request came to.

    The Host header is believed: only a short list of names gets past the doorkeeper.
    """
    center: Center = http_request.app.state.center
    url = http_request.url
    configured = center.settings.public_url
    return f"{url.scheme}://{url.netloc}" if configured is None else configured.rstrip("/")


def _answer(at: Exchange, protocol: Protocol) -> Response:
    error = None
    try:
        response = protocol.serve(at)
    except Fault as fault:
        response, error = protocol.refuse(at, fault), fault.name
    at.end(response.status, error)
    return response


async def _body(http_request: HttpRequest, limit: int) -> bytes | None:
    """Read the body; `None` when it is over the limit."""
    body, size = bytearray(), 0
    async for chunk in http_request.stream():
        size += len(chunk)
        if size <= limit:
            body += chunk
        elif size > _DRAINED:
            break
    return bytes(body) if size <= limit else None


def _exchange(http_request: HttpRequest, body: bytes | None) -> Exchange:
    scope = http_request.scope
    path = (scope.get("raw_path") or http_request.url.path.encode()).decode("latin-1")
    query = scope["query_string"].decode("latin-1")
    pairs = tuple(
        (name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]
    )
    url = f"http://center{path}{'?' if query else ''}{query}"
    client = http_request.client
    note = _Note(http_request)
    return Exchange(
        center=http_request.app.state.center,
        request=Request(http_request.method, url, Headers(pairs), body or b""),
        too_large=body is None,
        request_id=str(uuid.uuid4()),
        origin=origin_of(http_request),
        address="" if client is None else client.host,
        begin=note.begin,
        end=note.end,
    )


class _Note:
    """What the log and the test controls learn of a call."""

    def __init__(self, http_request: HttpRequest) -> None:
        self._state = http_request.state
        self._controls: Controls | None = http_request.app.state.center.controls
        self._number: int | None = None

    def begin(self, operation: str) -> None:
        self._state.operation = operation
        if self._controls is not None:
            self._number = self._controls.begin(operation)
            self._controls.strike(operation)

    def end(self, status: int, error: str | None) -> None:
        if self._controls is not None and self._number is not None:
            self._controls.end(self._number, status=status, error=error)
