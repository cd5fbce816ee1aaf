"""A load generator: a few connections to loopback, so many seconds, raw HTTP/1.1 and no library.

It runs in a process of its own, so that its threads hinder nobody else's. *As fast as it goes*:
each connection sends when it has its answer. *Paced*: requests are due at fixed times, and a
latency counts from when the request was due, so that a stall is not hidden by what waits for it.
"""

import json
import multiprocessing
import socket
import statistics
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Literal, Self
from urllib.parse import urlsplit

__all__ = ["Load", "Refreshing", "Request", "measured"]

CONNECTIONS = 8
_MOST_SECONDS = 20
_TIMEOUT = 30.0


@dataclass(frozen=True, slots=True)
class Request:
    """The same bytes again and again; the answer has to be a 200."""

    whole: bytes


@dataclass(frozen=True, slots=True)
class Refreshing:
    """CreateToken: each answer has the refresh token of the next request."""

    fields: dict[str, str]
    tokens: tuple[str, ...]
    """One for each connection."""


@dataclass(frozen=True, slots=True)
class Load:
    """What one round came to."""

    per_second: float
    p50: float
    """Seconds."""
    p99: float
    """Seconds."""


def measured(
    kind: Request | Refreshing, *urls: str, seconds: float, per_second: float | None = None
) -> Load:
    """Put load on `urls` for `seconds`: as fast as it goes, or paced at `per_second` in all.

    Several are replicas, which share the connections.

    Blocks until then. Raises `RuntimeError` for an answer that is not a 200.
    """
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    arguments = (urls, kind, min(seconds, _MOST_SECONDS), per_second, theirs)
    process = context.Process(target=_run, args=arguments)
    process.start()
    theirs.close()
    found: Load | str = ours.recv() if ours.poll(_MOST_SECONDS * 2 + _TIMEOUT) else "it hangs"
    process.join(_TIMEOUT)
    process.kill()
    if isinstance(found, str):
        raise RuntimeError(f"{urls[0]}: {found}")  # noqa: TRY004  # what went wrong, in words
    return found


def _run(
    urls: tuple[str, ...],
    kind: Request | Refreshing,
    seconds: float,
    per_second: float | None,
    answer: Connection,
) -> None:
    latencies: list[float] = []
    wrong: list[str] = []
    start = time.perf_counter() + 0.1
    every = None if per_second is None else CONNECTIONS / per_second

    def connection(number: int) -> None:
        mine: list[float] = []
        try:
            with _Line(urls[number % len(urls)]) as line:
                send = _sender(line, kind, number)
                _pace(send, mine, start + (every or 0) * number / CONNECTIONS, seconds, every)
        except (OSError, ValueError, RuntimeError) as error:
            wrong.append(str(error))
        latencies.extend(mine)

    threads = [threading.Thread(target=connection, args=(each,)) for each in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - start
    if wrong or len(latencies) < CONNECTIONS:
        answer.send(wrong[0] if wrong else "no answer")
        return
    cuts = statistics.quantiles(latencies, n=100, method="inclusive")
    answer.send(Load(len(latencies) / took, cuts[49], cuts[98]))


def _pace(
    send: Callable[[], None],
    latencies: list[float],
    first: float,
    seconds: float,
    every: float | None,
) -> None:
    due = first
    while due < first + seconds:
        wait = due - time.perf_counter()
        if wait > 0:
            time.sleep(wait)
        send()
        now = time.perf_counter()
        latencies.append(now - due)
        due = now if every is None else due + every


class _Line:
    """One kept-alive connection; a server that closes it after each answer gets another."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.host = parts.netloc
        self._address = (parts.hostname, parts.port)
        self._socket = self._connected()

    def _connected(self) -> socket.socket:
        connection = socket.create_connection(self._address, _TIMEOUT)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> Literal[False]:
        self._socket.close()
        return False

    def exchange(self, whole: bytes) -> bytes:
        """Send a request, read its answer; return the body."""
        self._socket.sendall(whole)
        data = b""
        while b"\r\n\r\n" not in data:
            data += self._more()
        head, _, body = data.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0])
        while len(body) < length:
            body += self._more()
        if b" 200 " not in head.split(b"\r\n", 1)[0]:
            raise RuntimeError(f"{head.splitlines()[0].decode()}: {body[:200].decode()}")
        if b"connection: close" in head.lower():  # moto's does
            self._socket.close()
            self._socket = self._connected()
        return body

    def _more(self) -> bytes:
        piece = self._socket.recv(65536)
        if not piece:
            raise RuntimeError("the connection was closed")
        return piece


def _sender(line: _Line, kind: Request | Refreshing, number: int) -> Callable[[], None]:
    if isinstance(kind, Request):
        whole = kind.whole

        def again() -> None:
            line.exchange(whole)

        return again
    token = kind.tokens[number]

    def refresh() -> None:
        nonlocal token
        body = json.dumps(
            {**kind.fields, "grantType": "refresh_token", "refreshToken": token}
        ).encode()
        token = json.loads(line.exchange(_post(line.host, body)))["refreshToken"]

    return refresh


def _post(host: str, body: bytes) -> bytes:
    head = (
        f"POST /token HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
