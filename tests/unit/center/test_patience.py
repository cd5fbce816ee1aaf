"""Requests that are slow, huge or many, over real sockets: the center answers them, and serves on."""

import contextlib
import resource
import socket
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn

from sekisho.center.app import build_app
from sekisho.center.patience import MOST_CONNECTIONS
from sekisho.center.serve import bound, server_config
from sekisho.testing.clock import FakeClock
from tests.unit.center.scene import settings_in

SOON = 0.3
"""Seconds: how long the impatient center waits. Nothing is asserted about them."""
Address = tuple[str, int]


@pytest.fixture
def served(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Address]:
    """A center in a thread; its patience is the parameter."""
    app = build_app(settings_in(tmp_path), clock=FakeClock())
    config = server_config(app, arrival_seconds=getattr(request, "param", SOON))
    server = uvicorn.Server(config)
    with bound("127.0.0.1", 0) as listening:
        listening.listen()  # whoever connects before the thread is up waits for it
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield listening.getsockname()
        finally:
            server.should_exit = True
            thread.join()
            app.state.center.database.close()


def connected(address: Address) -> socket.socket:
    return socket.create_connection(address, timeout=60)


def answer(connection: socket.socket) -> bytes:
    """All that comes until the other end hangs up."""
    received = bytearray()
    try:
        while chunk := connection.recv(65536):
            received += chunk
    except ConnectionResetError:
        pass
    return bytes(received)


def is_well(address: Address) -> bool:
    with connected(address) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        return answer(connection).startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize(
    "said", [b"", b"GET /healthz HTTP/1.1\r\nHost: loc"], ids=["nothing", "half a head"]
)
def test_a_head_that_does_not_arrive_is_not_waited_for(served: Address, said: bytes) -> None:
    with connected(served) as connection:
        connection.sendall(said)

        assert answer(connection).startswith(b"HTTP/1.1 408 ")

    assert is_well(served)


@pytest.mark.parametrize("path", ["/token", "/", "/signin"], ids=["JSON", "query", "a form"])
def test_a_body_that_stops_half_way_is_not_waited_for(served: Address, path: str) -> None:
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n\r\n{"
    )
    with connected(served) as connection:
        connection.sendall(head.encode())

        assert answer(connection).partition(b" ")[2][:3] in (b"400", b"408")

    assert is_well(served)


def test_a_connection_may_be_used_again_and_its_second_request_has_to_arrive_too(
    served: Address,
) -> None:
    whole = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with connected(served) as connection:
        connection.sendall(whole)
        first = b""
        while not first.endswith(b"ok\n"):  # head and body may come apart
            first += connection.recv(65536)
        connection.sendall(whole[:10])
        rest = answer(connection)

    assert first.startswith(b"HTTP/1.1 200 ")
    assert rest.startswith(b"HTTP/1.1 408 ")


@pytest.mark.parametrize("served", [60.0], indirect=True)
@pytest.mark.parametrize("path", ["/token", "/", "/signin", "/federation"])
@pytest.mark.parametrize("framing", ["length", "chunks"])
def test_a_body_without_an_end_is_refused_and_not_kept(
    served: Address, path: str, framing: str
) -> None:
    piece = b"x" * 65536
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    if framing == "length":
        head += f"Content-Length: {len(piece) * 1600}\r\n\r\n"
    else:
        head += "Transfer-Encoding: chunked\r\n\r\n"
        piece = b"10000\r\n" + piece + b"\r\n"
    before = _resident_megabytes()

    with connected(served) as connection:
        connection.sendall(head.encode())
        try:
            for _ in range(1600):  # a hundred megabytes, if somebody took them
                connection.sendall(piece)
        except (BrokenPipeError, ConnectionResetError):
            pass
        said = answer(connection)

    assert not said or said.partition(b" ")[2][:1] == b"4"
    assert _resident_megabytes() - before < 50
    assert is_well(served)


@pytest.mark.parametrize("served", [60.0], indirect=True)
def test_a_head_without_an_end_is_refused(served: Address) -> None:
    with connected(served) as connection:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 1_000_000)
        said = answer(connection)

    assert not said or said.startswith(b"HTTP/1.1 4")
    assert is_well(served)


@pytest.mark.parametrize("served", [60.0], indirect=True)
def test_more_connections_than_can_be_served_do_not_end_the_center(served: Address) -> None:
    few = 40
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = min(MOST_CONNECTIONS + few, (soft - 200) // 2)
    idle = [connected(served) for _ in range(wanted)]
    try:
        with connected(served) as connection:
            connection.sendall(
                b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
            )
            expected = b"503" if wanted > MOST_CONNECTIONS else b"200"
            assert answer(connection).partition(b" ")[2].startswith(expected)
    finally:
        for connection in idle:
            connection.close()

    assert is_well_again(served)


def is_well_again(address: Address) -> bool:
    """The center learns of closed connections one by one; ask until it has."""
    return any(is_well(address) for _ in range(1000))


def _resident_megabytes() -> float:
    """The most memory that this process ever had: it only grows."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)
