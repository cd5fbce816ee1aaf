"""The loopback port that the browser comes back to (RFC 8252 §7.3).

What the AWS CLI's listener lacks (`spec/aws-cli.md` §11.3): it is on 127.0.0.1 only, a silent
connection holds nobody up, and other methods, other hosts and huge requests are turned away
before anybody reads them.
"""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import cast

from sekisho.errors import PortTaken
from sekisho.ports import Listener
from sekisho.wire.http import Headers, Request, Response

__all__ = ["GivenUp", "SocketLoopback"]

_HOST = "127.0.0.1"
_SILENCE = 10.0  # seconds after which a silent connection is closed
_LONGEST_TARGET = 8 * 1024
_PROTECTION = {
    # The URL carries a code and the page is the end of the way: nothing may keep or frame it,
    # load anything for it, or learn where it was.
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


GivenUp = Callable[[Callable[[], None]], AbstractContextManager[None]]
"""While the block that it gives runs, what it is handed is called when nobody waits any more."""


def _never(_act: Callable[[], None]) -> AbstractContextManager[None]:
    return contextlib.nullcontext()


class SocketLoopback:
    """The real `Loopback`."""

    def __init__(self, given_up: GivenUp = _never) -> None:
        """Stop waiting at once when it is `given_up`."""
        self._given_up = given_up

    @contextlib.contextmanager
    def listen(self, port: int) -> Iterator[Listener]:
        """Listen on 127.0.0.1:`port`; 0 picks a free port. The port is closed at the end.

        Raises `PortTaken` when the port cannot be had.
        """
        try:
            server = _Server((_HOST, port), _Handler)
        except OverflowError:
            raise PortTaken(port, "there is no such port") from None
        except OSError as error:
            raise PortTaken(port, error.strerror or str(error)) from error
        try:
            yield _SocketListener(server, self._given_up)
        finally:
            server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True  # a port that was just given back may be had again
    conversation: "_Conversation"

    def server_bind(self) -> None:
        """Bind without HTTPServer's look-up of the machine's name."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = _HOST, self.server_address[1]

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of connections that break off: browsers open some in advance."""


class _SocketListener:
    """The real `Listener`."""

    def __init__(self, server: _Server, given_up: GivenUp) -> None:
        self._server = server
        self._given_up = given_up

    @property
    def port(self) -> int:
        """The port on 127.0.0.1 that is listened on."""
        return self._server.server_port

    def serve(
        self,
        answer: Callable[[Request], Response],
        until: Callable[[], bool],
        *,
        seconds: float,
    ) -> None:
        """Answer GET requests with `answer`, one at a time, until `until()` or for `seconds`.

        `until` is asked after each answer; the answer has been sent by then. What `answer` or
        `until` raises is raised here.
        """
        conversation = _Conversation(answer, until)
        self._server.conversation = conversation
        acceptor = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        acceptor.start()
        try:
            with self._given_up(conversation.over.set):
                conversation.over.wait(seconds)
        finally:
            self._server.shutdown()
            acceptor.join()
        conversation.close()


class _Conversation:
    """What the threads of one `serve` share: whom to ask, one at a time, and when it is over."""

    def __init__(self, answer: Callable[[Request], Response], until: Callable[[], bool]) -> None:
        self.over = threading.Event()
        self._answer = answer
        self._until = until
        self._turn = threading.Lock()
        self._trouble: Exception | None = None

    def hold(self, request: Request, send: Callable[[Response], None]) -> None:
        """Have `request` answered, send the answer, and see whether that was all."""
        with self._turn:
            if self.over.is_set():
                return
            try:
                response = self._answer(request)
                with contextlib.suppress(OSError):  # the browser went away; the answer counts
                    send(response)
                if self._until():
                    self.over.set()
            except Exception as trouble:  # noqa: BLE001 (raised again by `close`)
                self._trouble = trouble
                self.over.set()

    def close(self) -> None:
        """Let nobody in any more, and raise what went wrong."""
        with self._turn:
            self.over.set()
        if self._trouble is not None:
            raise self._trouble


class _Handler(BaseHTTPRequestHandler):
    timeout = _SILENCE
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Hand the request to the conversation, if it is one that a browser sends here."""
        server = cast("_Server", self.server)
        self.close_connection = True  # one request a connection, answered or not
        if len(self.path) > _LONGEST_TARGET:
            self._refuse(HTTPStatus.REQUEST_URI_TOO_LONG)
        elif not self.path.startswith("/"):
            self._refuse(HTTPStatus.BAD_REQUEST)
        elif self.headers.get("Host") not in self._own_names(server.server_port):
            self._refuse(HTTPStatus.MISDIRECTED_REQUEST)  # a name that was bent to 127.0.0.1
        else:
            url = f"http://{_HOST}:{server.server_port}{self.path}"
            request = Request("GET", url, Headers(tuple(self.headers.items())))
            server.conversation.hold(request, self._send)

    def _wrong_method(self) -> None:
        self._refuse(HTTPStatus.METHOD_NOT_ALLOWED)

    do_HEAD = do_POST = do_PUT = _wrong_method  # noqa: N815 (the base's names)
    do_PATCH = do_DELETE = do_OPTIONS = _wrong_method  # noqa: N815

    def send_error(
        self,
        code: int,
        message: str | None = None,  # noqa: ARG002 (the base's parameters)
        explain: str | None = None,  # noqa: ARG002
    ) -> None:
        """Refuse what BaseHTTPRequestHandler refuses in our form: no text of the request."""
        self._refuse(HTTPStatus(code))

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base's name)
        """Log nothing: the request line carries a code."""

    def _refuse(self, status: HTTPStatus) -> None:
        headers = {"Allow": "GET"} if status is HTTPStatus.METHOD_NOT_ALLOWED else {}
        self._send(Response(status, Headers(headers)))

    def _send(self, response: Response) -> None:
        headers = {**_PROTECTION, "Content-Length": str(len(response.body)), "Connection": "close"}
        self.send_response_only(response.status)
        for name, value in headers.items():
            if name not in response.headers:
                self.send_header(name, value)
        for name, value in response.headers.pairs:
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(response.body)
        self.wfile.flush()
        self.close_connection = True

    @staticmethod
    def _own_names(port: int) -> tuple[str, ...]:
        return (f"{_HOST}:{port}", f"localhost:{port}")
