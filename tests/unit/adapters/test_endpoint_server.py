"""The credentials endpoint's socket, with real connections, polite and not."""

import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from http.client import HTTPConnection

import pytest

from sekisho.adapters.endpoint_server import MOST_CONNECTIONS, serving
from sekisho.wire.http import Headers, Request, Response

LONG = 60.0  # seconds; what these tests wait for comes long before
OK = Response(200, Headers({"Content-Type": "application/json"}), b'{"fake": true}')


@contextmanager
def served(answer: Callable[[Request], Response] = lambda _: OK) -> Iterator[int]:
    with serving(answer) as url:
        yield int(url.removeprefix("http://127.0.0.1:").removesuffix("/"))


@contextmanager
def connected(port: int) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", port), timeout=LONG) as connection:
        yield connection


def ask(connection: HTTPConnection, path: str = "/", **headers: str) -> tuple[int, bytes]:
    connection.request("GET", path, headers=headers)
    response = connection.getresponse()
    return response.status, response.read()


def ask_once(port: int) -> tuple[int, bytes]:
    with closing(HTTPConnection("127.0.0.1", port, timeout=LONG)) as connection:
        return ask(connection)


def raw(port: int, data: bytes) -> bytes:
    """Everything that comes back for `data`, until the other side closes."""
    with connected(port) as connection:
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def test_the_request_is_handed_over_and_the_answer_sent() -> None:
    seen: list[Request] = []

    def answer(request: Request) -> Response:
        seen.append(request)
        return OK

    with served(answer) as port, closing(HTTPConnection("127.0.0.1", port)) as connection:
        said = ask(connection, "/?a=b", Authorization="FAKE")

    assert said == (200, OK.body)
    assert (seen[0].method, seen[0].url) == ("GET", f"http://127.0.0.1:{port}/?a=b")
    assert (seen[0].headers["Host"], seen[0].headers["Authorization"]) == (
        f"127.0.0.1:{port}",
        "FAKE",
    )


def test_a_connection_serves_one_request_after_another() -> None:
    with served() as port, closing(HTTPConnection("127.0.0.1", port)) as connection:
        first = ask(connection)
        kept = connection.sock
        second = ask(connection)

        assert first == second == (200, OK.body)
        assert connection.sock is kept is not None


def test_nothing_but_the_loopback_is_listened_on() -> None:
    with served() as port, socket.socket() as other:
        other.bind(("127.0.0.2", port))  # it would be taken, if all addresses were

        assert ask_once(port)[0] == 200


def test_a_silent_connection_holds_nobody_up() -> None:
    with served() as port, connected(port), connected(port) as halting:
        halting.sendall(b"GET / HTTP/1.1\r\nHo")

        assert ask_once(port)[0] == 200


def test_one_answer_that_takes_long_holds_nobody_up() -> None:
    may_end, began = threading.Event(), threading.Event()

    def answer(request: Request) -> Response:
        if request.url.endswith("/slow"):
            began.set()
            assert may_end.wait(LONG)
        return OK

    def wait_long(port: int) -> tuple[int, bytes]:
        with closing(HTTPConnection("127.0.0.1", port, timeout=LONG)) as connection:
            return ask(connection, "/slow")

    with served(answer) as port, ThreadPoolExecutor() as pool:
        slow = pool.submit(wait_long, port)
        assert began.wait(LONG)
        quick = ask_once(port)
        may_end.set()

        assert quick == slow.result() == (200, OK.body)


def test_who_fills_all_places_and_says_nothing_loses_them_to_those_who_ask() -> None:
    with served() as port, ExitStack() as held:
        flood = [held.enter_context(connected(port)) for _ in range(2 * MOST_CONNECTIONS)]

        assert ask_once(port) == (200, OK.body)
        assert flood[0].recv(1) == b""  # it was let out


def test_a_connection_that_is_being_answered_is_not_let_out() -> None:
    may_end, began = threading.Event(), threading.Event()

    def answer(_: Request) -> Response:
        began.set()
        assert may_end.wait(LONG)
        return OK

    with served(answer) as port, ThreadPoolExecutor() as pool, ExitStack() as held:
        asking = pool.submit(ask_once, port)
        assert began.wait(LONG)
        flood = [held.enter_context(connected(port)) for _ in range(MOST_CONNECTIONS)]
        assert flood[0].recv(1) == b""
        may_end.set()

        assert asking.result() == (200, OK.body)


@pytest.mark.parametrize(
    "data",
    [
        b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"x" * 20_000 + b"\r\n\r\n",
        b"GET /" + b"x" * 20_000 + b" HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"X: x\r\n" * 4_000 + b"\r\n",
    ],
    ids=["a long header", "a long target", "many headers"],
)
def test_a_head_that_is_too_long_is_not_read(data: bytes) -> None:
    with served() as port, connected(port) as connection:
        connection.sendall(data)
        try:
            said = connection.recv(65536)
        except ConnectionResetError:
            said = b""

        assert said == b"" or said.startswith(b"HTTP/1.1 431 ")
        assert ask_once(port)[0] == 200


@pytest.mark.parametrize("data", [b"nonsense\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"\0\r\n" * 9])
def test_what_is_no_http_gets_nothing(data: bytes) -> None:
    with served() as port:
        assert raw(port, data) == b""


@pytest.mark.parametrize(
    "data, status",
    [
        (b"POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello", b"400"),
        (b"GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", b"400"),
        (b"GET http://127.0.0.1/ HTTP/1.1\r\n\r\n", b"400"),
        (b"BREW / HTTP/1.1\r\n\r\n", b"501"),
    ],
)
def test_what_is_no_request_for_credentials_is_refused_without_a_word(
    data: bytes, status: bytes
) -> None:
    with served() as port:
        head, _, body = raw(port, data).partition(b"\r\n\r\n")

    assert head.split()[1] == status
    assert body == b""


def test_two_requests_in_one_packet_are_two() -> None:
    with served() as port:
        said = raw(port, b"GET / HTTP/1.1\r\n\r\n" * 2)

    assert said.count(b"200 OK") == 2


def test_what_answers_may_fail_and_others_are_served() -> None:
    def answer(request: Request) -> Response:
        if request.url.endswith("/bug"):
            raise ZeroDivisionError
        return OK

    with served(answer) as port:
        broken = raw(port, b"GET /bug HTTP/1.1\r\n\r\n")

        assert broken == b""
        assert ask_once(port)[0] == 200


def test_afterwards_nobody_listens_and_no_connection_is_left() -> None:
    with ExitStack() as held:
        with served() as port:
            connection = HTTPConnection("127.0.0.1", port, timeout=LONG)
            held.enter_context(closing(connection))
            ask(connection)
            socket_of_it = connection.sock
            assert socket_of_it is not None

        assert socket_of_it.recv(1) == b""
        with pytest.raises(ConnectionRefusedError):
            ask_once(port)
