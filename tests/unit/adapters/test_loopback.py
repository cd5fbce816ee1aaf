"""The port that the browser comes back to, with real connections, polite and not."""

import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPResponse
from typing import TypeVar

import pytest

from sekisho.adapters.loopback import SocketLoopback
from sekisho.errors import PortTaken
from sekisho.ports import Listener
from sekisho.wire.http import Headers, Request, Response

LONG = 60.0  # seconds; what these tests wait for comes long before
LAST = "/the-test-is-over"
CALLBACK = "/oauth/callback?code=fake&state=fake"
PAGE = Response(200, Headers({"Content-Type": "text/html"}), b"<p>done")


@pytest.fixture
def listener() -> Iterator[Listener]:
    with SocketLoopback().listen(0) as opened:
        yield opened


class Visit:
    """One answer, read whole."""

    def __init__(self, response: HTTPResponse) -> None:
        self.status = response.status
        self.headers = Headers(tuple(response.getheaders()))
        self.body = response.read()


def visit(
    port: int,
    target: str = CALLBACK,
    *,
    method: str = "GET",
    host: str | None = None,
    patience: float = LONG,
) -> Visit:
    connection = HTTPConnection("127.0.0.1", port, timeout=patience)
    try:
        connection.putrequest(method, target, skip_host=True)
        connection.putheader("Host", host or f"127.0.0.1:{port}")
        connection.endheaders()
        return Visit(connection.getresponse())
    finally:
        connection.close()


Result = TypeVar("Result")


def while_serving(
    listener: Listener,
    visitor: Callable[[], Result],
    answer: Callable[[Request], Response] = lambda _: PAGE,
) -> tuple[Result, list[Request]]:
    """Do what `visitor` does while `listener` serves; give its result and what was asked.

    The last request is one of the test's own, which ends the serving.
    """
    asked: list[Request] = []
    over = threading.Event()

    def hear(request: Request) -> Response:
        if request.url.endswith(LAST):
            over.set()
            return PAGE
        asked.append(request)
        return answer(request)

    def visit_and_leave() -> Result:
        try:
            return visitor()
        finally:
            visit(listener.port, LAST)

    with ThreadPoolExecutor() as pool:
        visiting = pool.submit(visit_and_leave)
        listener.serve(hear, over.is_set, seconds=LONG)
        return visiting.result(), asked


def test_a_request_is_handed_over_and_its_answer_sent(listener: Listener) -> None:
    seen, asked = while_serving(listener, lambda: visit(listener.port))

    assert (seen.status, seen.body, seen.headers["Content-Type"]) == (200, b"<p>done", "text/html")
    assert [request.url for request in asked] == [f"http://127.0.0.1:{listener.port}{CALLBACK}"]
    assert asked[0].method == "GET"
    assert asked[0].headers["host"] == f"127.0.0.1:{listener.port}"


def test_it_is_over_when_until_says_so_and_the_answer_has_been_sent_by_then(
    listener: Listener,
) -> None:
    with ThreadPoolExecutor() as pool:
        visiting = pool.submit(visit, listener.port)
        listener.serve(lambda _: PAGE, lambda: True, seconds=LONG)

        assert visiting.result().body == b"<p>done"


def test_it_is_over_when_the_time_is_up(listener: Listener) -> None:
    listener.serve(lambda _: PAGE, lambda: False, seconds=0.01)


def test_a_request_for_an_icon_does_not_end_the_wait(listener: Listener) -> None:
    def answer(request: Request) -> Response:
        return Response(404) if "favicon" in request.url else PAGE

    def visitor() -> tuple[int, int]:
        return visit(listener.port, "/favicon.ico").status, visit(listener.port).status

    statuses, _ = while_serving(listener, visitor, answer)

    assert statuses == (404, 200)


def test_what_the_answer_raises_is_raised_to_whoever_serves(listener: Listener) -> None:
    def answer(_: Request) -> Response:
        raise LookupError("of the flow")

    with ThreadPoolExecutor() as pool:
        # Sent away at once, and not when the server has had enough of the silence.
        visiting = pool.submit(visit, listener.port, patience=5.0)
        with pytest.raises(LookupError, match="of the flow"):
            listener.serve(answer, lambda: False, seconds=LONG)

        assert isinstance(visiting.exception(), ConnectionError)


def test_it_can_be_served_again(listener: Listener) -> None:
    first, _ = while_serving(listener, lambda: visit(listener.port, "/1").status)
    second, asked = while_serving(listener, lambda: visit(listener.port, "/2").status)

    assert (first, second, len(asked)) == (200, 200, 1)


def test_a_browser_that_comes_before_it_is_served_is_answered_then(listener: Listener) -> None:
    with socket.create_connection(("127.0.0.1", listener.port)) as early:
        early.sendall(f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{listener.port}\r\n\r\n".encode())
        listener.serve(lambda _: PAGE, lambda: True, seconds=LONG)

        assert early.recv(12) == b"HTTP/1.1 200"


@pytest.mark.parametrize("begun", [b"", b"GET", b"GET / HTTP/1.1\r\nX: "])
def test_a_silent_connection_holds_nobody_up(listener: Listener, begun: bytes) -> None:
    with socket.create_connection(("127.0.0.1", listener.port)) as silent:
        silent.sendall(begun)
        seen, asked = while_serving(listener, lambda: visit(listener.port))

    assert (seen.status, len(asked)) == (200, 1)


def test_a_browser_that_goes_away_does_not_end_the_wait(listener: Listener) -> None:
    def visitor() -> int:
        with socket.create_connection(("127.0.0.1", listener.port)) as rude:
            rude.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            rude.sendall(f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{listener.port}\r\n\r\n".encode())
        return visit(listener.port).status

    status, _ = while_serving(listener, visitor)

    assert status == 200


def test_requests_are_judged_one_at_a_time(listener: Listener) -> None:
    judging = threading.Lock()
    another = threading.Event()
    met: list[bool] = []

    def answer(_: Request) -> Response:
        if not judging.acquire(blocking=False):
            another.set()
            return PAGE
        met.append(another.wait(0.05))
        judging.release()
        return PAGE

    def visitor() -> list[int]:
        with ThreadPoolExecutor(4) as pool:
            return list(pool.map(lambda n: visit(listener.port, f"/{n}").status, range(4)))

    statuses, _ = while_serving(listener, visitor, answer)

    assert statuses == [200] * 4
    assert met == [False] * 4


def test_nobody_is_answered_once_it_is_over() -> None:
    asked: list[str] = []

    def answer(request: Request) -> Response:
        asked.append(request.url)
        threading.Event().wait(0.1)  # meanwhile the other one comes to the door
        return PAGE

    def knock(port: int) -> socket.socket:
        visitor = socket.create_connection(("127.0.0.1", port))
        visitor.sendall(f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
        return visitor

    def heard(visitor: socket.socket) -> bytes:
        try:
            return visitor.recv(12)
        except ConnectionError:
            return b""

    with SocketLoopback().listen(0) as opened:
        first, second = knock(opened.port), knock(opened.port)
        opened.serve(answer, lambda: True, seconds=LONG)
    with first, second:
        answers = {heard(first), heard(second)}

    assert answers == {b"HTTP/1.1 200", b""}
    assert len(asked) == 1


@pytest.mark.parametrize("method", ["HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_only_get_is_answered(listener: Listener, method: str) -> None:
    seen, asked = while_serving(listener, lambda: visit(listener.port, method=method))

    assert (seen.status, seen.headers["Allow"], seen.body) == (405, "GET", b"")
    assert asked == []


def test_a_method_that_is_none_is_refused_without_a_text_of_the_request(
    listener: Listener,
) -> None:
    seen, asked = while_serving(listener, lambda: visit(listener.port, method="BREW"))

    assert (seen.status, seen.body, asked) == (501, b"", [])


@pytest.mark.parametrize("length", [9_000, 70_000])
def test_a_huge_request_is_refused(listener: Listener, length: int) -> None:
    target = "/oauth/callback?code=" + "x" * length
    seen, asked = while_serving(listener, lambda: visit(listener.port, target))

    assert (seen.status, asked) == (414, [])


def test_too_many_headers_are_refused(listener: Listener) -> None:
    def visitor() -> bytes:
        with socket.create_connection(("127.0.0.1", listener.port)) as many:
            many.sendall(b"GET / HTTP/1.1\r\n" + b"X: 1\r\n" * 200 + b"\r\n")
            return many.recv(12)

    first_line, asked = while_serving(listener, visitor)

    assert (first_line, asked) == (b"HTTP/1.1 431", [])


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "127.0.0.1:1", "[::1]"])
def test_a_name_that_was_bent_to_this_machine_is_refused(listener: Listener, host: str) -> None:
    seen, asked = while_serving(listener, lambda: visit(listener.port, host=host))

    assert (seen.status, asked) == (421, [])


def test_localhost_is_this_machine(listener: Listener) -> None:
    seen, _ = while_serving(
        listener, lambda: visit(listener.port, host=f"localhost:{listener.port}")
    )

    assert seen.status == 200


def test_a_request_for_somebody_else_s_url_is_refused(listener: Listener) -> None:
    seen, asked = while_serving(listener, lambda: visit(listener.port, "http://evil.example/"))

    assert (seen.status, asked) == (400, [])


@pytest.mark.parametrize("target", [CALLBACK, "http://evil.example/"])
def test_every_answer_is_kept_from_caches_frames_and_scripts(
    listener: Listener, target: str
) -> None:
    seen, _ = while_serving(listener, lambda: visit(listener.port, target))

    assert seen.headers["Cache-Control"] == "no-store"
    assert seen.headers["Referrer-Policy"] == "no-referrer"
    assert seen.headers["X-Content-Type-Options"] == "nosniff"
    assert seen.headers["X-Frame-Options"] == "DENY"
    assert "default-src 'none'" in seen.headers["Content-Security-Policy"]
    assert seen.headers["Connection"] == "close"
    assert "Server" not in seen.headers


def test_the_flow_s_own_headers_go_before_ours(listener: Listener) -> None:
    own = Response(200, Headers({"content-security-policy": "default-src 'self'"}), b"x")
    seen, _ = while_serving(listener, lambda: visit(listener.port), lambda _: own)

    assert seen.headers["Content-Security-Policy"] == "default-src 'self'"


def test_nothing_of_a_request_is_logged(
    listener: Listener, capfd: pytest.CaptureFixture[str]
) -> None:
    while_serving(listener, lambda: (visit(listener.port), visit(listener.port, method="POST")))

    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("address", ["127.0.0.2", "::1"])
def test_no_other_address_is_listened_on(listener: Listener, address: str) -> None:
    with pytest.raises(OSError, match=r".+"):
        socket.create_connection((address, listener.port), timeout=0.5)


def test_a_port_of_one_s_choice_is_listened_on_and_given_back() -> None:
    with SocketLoopback().listen(0) as first:
        port = first.port
    with SocketLoopback().listen(port) as second:
        assert second.port == port


def test_a_port_that_is_taken_is_an_error_with_the_system_s_reason(listener: Listener) -> None:
    with pytest.raises(PortTaken) as taken, SocketLoopback().listen(listener.port):
        pass

    assert f"127.0.0.1:{listener.port}: Address already in use" in str(taken.value)


def test_a_port_that_cannot_be_is_an_error() -> None:
    with pytest.raises(PortTaken), SocketLoopback().listen(70_000):
        pass
