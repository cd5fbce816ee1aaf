"""The credentials endpoint's socket: 127.0.0.1, a port of the system's choice, a thread a connection.

SDKs keep their connections open, so this does, too. Whoever is silent, slow or many takes no turn
away from others: connections are few, and of those that nothing is being answered on, the one that
has been still for longest makes room for a new one. Nothing wakes up while nobody asks.
"""

import contextlib
import selectors
import socket
import threading
from collections.abc import Iterator
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, BinaryIO, cast

from sekisho.errors import PortTaken
from sekisho.guard.endpoint import Responder
from sekisho.wire.http import Headers, Request, Response

__all__ = ["MOST_CONNECTIONS", "serving"]

MOST_CONNECTIONS = 64
_HOST = "127.0.0.1"
_SILENCE = 60.0
"""Seconds after which a silent connection is closed, whoever else wants one."""
_LONGEST_HEAD = 16 * 1024
"""Bytes of a request line and its headers; SDKs send some hundred."""


@contextlib.contextmanager
def serving(answer: Responder) -> Iterator[str]:
    """Serve while the block runs; give the URL, which is that of every request.

    `answer` is called on many threads at once. Raises `PortTaken` where the system has no port
    left.
    """
    try:
        server = _Server((_HOST, 0), _Handler)
    except OSError as error:
        raise PortTaken(0, error.strerror or str(error), do="end some programs") from error
    server.answer = answer
    stop, stopped = socket.socketpair()
    accepting = threading.Thread(target=server.accept_until, args=(stopped,), daemon=True)
    accepting.start()
    try:
        yield f"http://{_HOST}:{server.server_port}/"
    finally:
        stop.close()
        accepting.join()
        stopped.close()
        server.server_close()
        server.leave_all()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128
    timeout = 0  # of `handle_request`: it is called when somebody has come
    answer: Responder

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._turn = threading.Lock()
        self._still: dict[socket.socket, None] = {}
        """Connections on which nothing is being answered, the one that is so for longest first."""
        self._busy = 0

    def server_bind(self) -> None:
        """Bind without HTTPServer's look-up of the machine's name."""
        self.socket.bind(self.server_address)
        self.socket.setblocking(False)  # who was there a moment ago may have gone
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = _HOST, self.server_address[1]

    def accept_until(self, stopped: socket.socket) -> None:
        """Accept connections until the other end of `stopped` is closed."""
        with selectors.DefaultSelector() as selector:
            selector.register(self.socket, selectors.EVENT_READ)
            selector.register(stopped, selectors.EVENT_READ)
            while stopped not in {key.fileobj for key, _ in selector.select()}:
                self.handle_request()

    def process_request(self, request: Any, client_address: Any) -> None:
        """Let a connection in, and another one out where there are too many."""
        with self._turn:
            self._still[request] = None
            over = len(self._still) + self._busy - MOST_CONNECTIONS
            for stillest in list(self._still)[: max(over, 0)]:
                self._leave(stillest)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Forget a connection that is over."""
        with self._turn:
            self._still.pop(request, None)
        super().shutdown_request(request)

    @contextlib.contextmanager
    def answering(self, connection: socket.socket) -> Iterator[bool]:
        """Hold `connection` for as long as the block runs; give whether it is still let in."""
        with self._turn:
            there = connection in self._still
            self._still.pop(connection, None)
            self._busy += 1
        try:
            yield there
        finally:
            with self._turn:
                self._busy -= 1
                if there:
                    self._still[connection] = None

    def leave_all(self) -> None:
        """End every connection on which nothing is being answered."""
        with self._turn:
            for connection in list(self._still):
                self._leave(connection)

    def _leave(self, connection: socket.socket) -> None:
        del self._still[connection]
        with contextlib.suppress(OSError):  # its thread sees the end, and closes it
            connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of connections that break off."""


class _ShortHead:
    """A connection's bytes, as `BaseHTTPRequestHandler` reads them: only so many for each head."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.left = _LONGEST_HEAD

    def readline(self, most: int = -1) -> bytes:
        line = self._stream.readline(self.left if most < 0 else min(most, self.left))
        self.left -= len(line)
        if not self.left:
            raise ConnectionError("the head is too long")
        return line

    def close(self) -> None:
        self._stream.close()


class _Handler(BaseHTTPRequestHandler):
    timeout = _SILENCE
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # an answer is one write
    server: _Server

    def setup(self) -> None:
        """Read heads of a bounded length only."""
        super().setup()
        self._head = _ShortHead(cast("BinaryIO", self.rfile))
        self.rfile = cast("Any", self._head)

    def handle_one_request(self) -> None:
        """Read one request, and have it answered."""
        self._head.left = _LONGEST_HEAD
        super().handle_one_request()

    def _hand_over(self) -> None:
        if self._has_a_body() or not self.path.startswith("/"):
            self._send(Response(HTTPStatus.BAD_REQUEST), last=True)
            return
        url = f"http://{_HOST}:{self.server.server_port}{self.path}"
        request = Request(self.command, url, Headers(tuple(self.headers.items())))
        with self.server.answering(self.connection) as there:
            if there:
                self._send(self.server.answer(request))
            else:
                self.close_connection = True

    do_GET = do_HEAD = do_POST = do_PUT = _hand_over  # noqa: N815 (the base's names)
    do_PATCH = do_DELETE = do_OPTIONS = _hand_over  # noqa: N815

    def _has_a_body(self) -> bool:
        """Nobody needs one here, and none is read: what follows it could not be told from it."""
        return self.headers.get("Content-Length", "0") != "0" or "Transfer-Encoding" in self.headers

    def send_error(
        self,
        code: int,
        message: str | None = None,  # noqa: ARG002 (the base's parameters)
        explain: str | None = None,  # noqa: ARG002
    ) -> None:
        """Refuse what BaseHTTPRequestHandler refuses in our form: no text of the request."""
        self._send(Response(HTTPStatus(code)), last=True)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base's name)
        """Log nothing."""

    def _send(self, response: Response, *, last: bool = False) -> None:
        self.close_connection = self.close_connection or last
        self.send_response_only(response.status)
        for name, value in response.headers.pairs:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(response.body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(response.body)
        self.wfile.flush()
