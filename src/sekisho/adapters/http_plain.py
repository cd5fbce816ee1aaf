"""Straight to the other side, over `http.client`: urllib3's imports cost as much as a whole command.

Only for what needs nothing of urllib3: no proxy, and a URL that urllib3 would send as it stands.
"""

import contextlib
import http.client
import io
import re
import select
import socket
import ssl
import time
import weakref
from collections.abc import Iterator
from typing import Any

from sekisho.adapters.authority import OnlookingContext, issuer_in
from sekisho.adapters.http_errors import explain
from sekisho.adapters.http_rules import Limits, Trust, bounded, sent_headers
from sekisho.errors import ServiceError, TlsNotVerified
from sekisho.wire.http import Headers, Request, Response

__all__ = ["WORDS", "Place", "PlainHttp", "place"]

_CHUNK = 64 * 1024
_LAST_PORT = 65535
_PORTS = {"http": http.client.HTTP_PORT, "https": http.client.HTTPS_PORT}
_PLAIN_URL = re.compile(
    r"(?P<scheme>https?)://"
    r"(?P<host>[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})*)(?::(?P<port>[1-9][0-9]{0,4}))?"
    r"(?P<path>(?:/(?![./])(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-F]{2})*)*)"
    r"(?P<query>(?:\?(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-F]{2})*)?)",
    re.ASCII,
)
"""RFC 3986 in normal form, less what is rare: other URLs are urllib3's to read."""


class _NotConnected(OSError):
    """There is no connection."""


class _NotConnectedInTime(_NotConnected):
    """There was none when the time was up."""


class _TooLong(OSError):
    """The time for the whole answer is up."""


WORDS: tuple[tuple[type[Exception], str], ...] = (
    (socket.gaierror, "the name of the host cannot be resolved"),
    (_NotConnectedInTime, "no connection was made in time"),
    (_NotConnected, "no connection could be made"),
    (_TooLong, "the answer took too long; it was not read to its end"),
    (TimeoutError, "no answer came in time"),
    (ssl.SSLError, "no TLS connection could be made"),
    (http.client.IncompleteRead, "the connection was closed before the whole answer came"),
    (http.client.HTTPException, "the connection was closed, or the answer is not HTTP"),
    (ConnectionError, "the connection was closed, or the answer is not HTTP"),
    (OSError, "the connection failed"),
    (ValueError, "a header or the URL has characters that cannot be sent"),
)
_FOREIGN = (http.client.HTTPException, OSError, ValueError)

Place = tuple[str, str, int]
"""Scheme, host and port."""


def place(url: str) -> tuple[Place, str] | None:
    """Return where `url` leads and what is asked for there, or `None` where it is not plain."""
    parts = _PLAIN_URL.fullmatch(url)
    if parts is None or int(parts["port"] or 0) > _LAST_PORT:
        return None
    port = int(parts["port"] or _PORTS[parts["scheme"]])
    return (parts["scheme"], parts["host"], port), (parts["path"] or "/") + parts["query"]


class PlainHttp:
    """An `Http` for `place`s. Keeps a connection to each open; for one thread at a time."""

    def __init__(self, trust: Trust, limits: Limits) -> None:
        """Reach others within `limits`, and those that `trust` says over TLS."""
        self._trust = trust
        self._limits = limits
        self._context: ssl.SSLContext | None = None
        self._connections: dict[Place, _Connection] = {}
        weakref.finalize(self, _hang_up, self._connections)

    def send(self, request: Request) -> Response:
        """Send one request to a `place`; see `adapters.http.NetworkHttp.send`.

        Raises `ValueError` for a URL that is none.
        """
        found = place(request.url)
        if found is None:
            raise ValueError("not a plain URL")
        there, target = found
        connection = self._connection(there)
        try:
            return self._exchange(connection, request, target)
        except BaseException as error:
            connection.close()  # what is left of the answer must not be read as the next one
            if isinstance(error, _FOREIGN):
                raise self._explained(error, request, there) from None
            raise

    def _exchange(self, connection: "_Connection", request: Request, target: str) -> Response:
        deadline = time.monotonic() + self._limits.whole
        connection.ready(deadline)
        fields = sent_headers(request)
        names = {name.lower() for name, _ in fields}
        connection.putrequest(
            request.method,
            target,
            skip_host="host" in names,
            skip_accept_encoding="accept-encoding" in names,
        )
        for name, value in fields:
            connection.putheader(name, value)
        if request.body and "content-length" not in names:
            connection.putheader("Content-Length", str(len(request.body)))
        with contextlib.suppress(BrokenPipeError):  # an answer may come before all is sent
            connection.endheaders(request.body or None)
        with contextlib.closing(connection.getresponse()) as answer:
            body = b"".join(bounded(_chunks(answer), request.url, deadline))
        return Response(answer.status, Headers(tuple(answer.headers.items())), body)

    def _connection(self, there: Place) -> "_Connection":
        if there not in self._connections:
            scheme, host, port = there
            if scheme == "https" and self._context is None:
                self._context = self._trust.context()
                self._context.set_alpn_protocols(["http/1.1"])
            context = self._context if scheme == "https" else None
            self._connections[there] = _Connection(host, port, context, self._limits)
        return self._connections[there]

    def _explained(self, error: Exception, request: Request, there: Place) -> ServiceError:
        """Our error for `error`; where a certificate does not verify, with who issued it."""
        ours = explain(error, request.url, WORDS)
        if not isinstance(ours, TlsNotVerified):
            return ours
        context = OnlookingContext()
        with contextlib.suppress(*_FOREIGN):
            _Connection(*there[1:], context, self._limits).connect()
        return explain(error, request.url, WORDS, issuer=issuer_in(context.certificate))


def _hang_up(connections: "dict[Place, _Connection]") -> None:
    for connection in connections.values():
        connection.close()


class _Connection(http.client.HTTPConnection):
    """One connection, over TLS where there is a `context`."""

    def __init__(
        self, host: str, port: int, context: ssl.SSLContext | None, limits: Limits
    ) -> None:
        super().__init__(host, port, timeout=limits.connect)
        if context is not None:
            self.default_port = http.client.HTTPS_PORT  # which the field Host leaves out
        self._tls = context
        self._limits = limits
        self._paced: _PacedSocket | None = None

    def ready(self, deadline: float) -> None:
        """Connect, unless there is a connection that still stands; pace it."""
        if self._paced is not None and (self.sock is None or self._paced.has_something()):
            self.close()  # the other side has hung up, or sent what nobody asked for
        if self.sock is None:
            self.connect()
        if self._paced is not None:
            self._paced.deadline = deadline

    def connect(self) -> None:
        """Connect, and shake hands. Raises `OSError`; `_NotConnected` before the handshake."""
        try:
            super().connect()
        except socket.gaierror:
            raise
        except TimeoutError as error:
            raise _NotConnectedInTime from error
        except OSError as error:
            raise _NotConnected from error
        connected: socket.socket = self.sock
        if self._tls is not None:
            connected = self._tls.wrap_socket(connected, server_hostname=self.host)
        self._paced = _PacedSocket(connected, self._limits.read)
        self.sock = self._paced  # it has what http.client asks of one


class _PacedSocket:
    """What `http.client` wants of a socket; each wait ends after `silence` seconds, or `deadline`.

    A head that trickles in is bounded, too, which no time limit for a single read would do.
    """

    def __init__(self, real: socket.socket, silence: float) -> None:
        self._real = real
        self._silence = silence
        self.deadline = 0.0

    def sendall(self, data: bytes) -> None:
        with self._pace():
            self._real.sendall(data)

    def receive_into(self, raw: io.RawIOBase, buffer: Any) -> int | None:
        with self._pace():
            return raw.readinto(buffer)

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_PacedStream(self, self._real.makefile("rb", buffering=0)))

    def close(self) -> None:
        self._real.close()

    def has_something(self) -> bool:
        """Whether there is something to read, be it the end."""
        watched = select.poll()
        watched.register(self._real, select.POLLIN)
        return bool(watched.poll(0))

    @contextlib.contextmanager
    def _pace(self) -> Iterator[None]:
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise _TooLong
        self._real.settimeout(min(self._silence, left))
        try:
            yield
        except TimeoutError:
            if time.monotonic() >= self.deadline:
                raise _TooLong from None
            raise


class _PacedStream(io.RawIOBase):
    """The reading end of a `_PacedSocket`; it keeps the real one open until it is closed itself."""

    def __init__(self, paced: _PacedSocket, raw: io.RawIOBase) -> None:
        self._paced = paced
        self._raw = raw

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        return self._paced.receive_into(self._raw, buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


def _chunks(answer: http.client.HTTPResponse) -> Iterator[bytes]:
    """Yield the body as it comes. Raises `IncompleteRead` where it ends before its length."""
    while chunk := answer.read1(_CHUNK):
        yield chunk
    if answer.length:
        raise http.client.IncompleteRead(b"", answer.length)
