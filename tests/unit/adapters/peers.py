"""Real sockets on 127.0.0.1 that behave as a test wants, well or badly."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

__all__ = [
    "CERTIFICATE",
    "CERTIFIED_NAME",
    "OK",
    "Behaviour",
    "Peer",
    "answering",
    "closed_port",
    "peer",
    "silent",
    "tunnel",
]

CERTIFICATES = Path(__file__).with_name("certificates")
CERTIFICATE = CERTIFICATES / "test-only-certificate.pem"
CERTIFIED_NAME = "oidc.test-only.example"

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

Behaviour = Callable[["Peer", socket.socket], None]


@dataclass
class Peer:
    """A server, and what reached it."""

    port: int
    connections: int = 0
    requests: list[bytes] = field(default_factory=list)
    """Heads and bodies, as they came."""
    over: threading.Event = field(default_factory=threading.Event)
    """Set when the test is over: what is silent until then may end."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def https(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    def heads(self) -> list[str]:
        """The first line of each request."""
        return [request.split(b"\r\n")[0].decode() for request in self.requests]

    def read_request(self, connection: socket.socket) -> bytes:
        """Read one request with its body; nothing at the end of the connection."""
        data = b""
        while b"\r\n\r\n" not in data:
            more = connection.recv(65536)
            if not more:
                return b""
            data += more
        head, _, body = data.partition(b"\r\n\r\n")
        wanted = 0
        for line in head.lower().split(b"\r\n"):
            if line.startswith(b"content-length:"):
                wanted = int(line.partition(b":")[2])
        while len(body) < wanted:
            body += connection.recv(65536)
        self.requests.append(head + b"\r\n\r\n" + body)
        return self.requests[-1]


def answering(*answers: bytes, close: bool = False) -> Behaviour:
    """Answer the requests of a connection with `answers`, the last one again and again."""

    def behave(peer: Peer, connection: socket.socket) -> None:
        waiting = list(answers)
        while peer.read_request(connection):
            connection.sendall(waiting.pop(0) if len(waiting) > 1 else waiting[0])
            if close:
                return

    return behave


def silent(peer: Peer, connection: socket.socket) -> None:
    """Take the request, and say nothing."""
    peer.read_request(connection)
    peer.over.wait()


def tunnel(to: Peer) -> Behaviour:
    """A proxy that answers CONNECT and passes everything on to `to`, whatever was asked for."""

    def behave(peer: Peer, connection: socket.socket) -> None:
        peer.read_request(connection)
        with socket.create_connection(("127.0.0.1", to.port)) as beyond:
            connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            back = threading.Thread(target=_pass_on, args=(beyond, connection), daemon=True)
            back.start()
            _pass_on(connection, beyond)
            back.join()

    return behave


def _pass_on(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)


@contextlib.contextmanager
def peer(behaviour: Behaviour, *, tls: bool = False) -> Iterator[Peer]:
    """Run a server that treats each connection by `behaviour`, in a thread of its own."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        this = Peer(listener.getsockname()[1])
        context = _context() if tls else None

        def treat(connection: socket.socket) -> None:
            with contextlib.suppress(OSError), connection:
                if context is None:
                    behaviour(this, connection)
                else:
                    with context.wrap_socket(connection, server_side=True) as secured:
                        behaviour(this, secured)

        def accept() -> None:
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = listener.accept()
                    if this.over.is_set():
                        connection.close()
                        return
                    this.connections += 1
                    threading.Thread(target=treat, args=(connection,), daemon=True).start()

        acceptor = threading.Thread(target=accept, daemon=True)
        acceptor.start()
        try:
            yield this
        finally:
            this.over.set()
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", this.port)).close()
            acceptor.join()


def closed_port() -> int:
    """A port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def _context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE, CERTIFICATES / "test-only-key.pem")
    return context
