import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from starlette.applications import Starlette
from starlette.requests import Request as AsgiRequest
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from sekisho.testing.memory import MemoryHttp
from sekisho.wire.http import Headers, Request


async def _mirror(request: AsgiRequest) -> Response:
    body = await request.body()
    return JSONResponse(
        {
            "method": request.method,
            "raw_path": request.scope["raw_path"].decode(),
            "path": request.url.path,
            "query": dict(request.query_params),
            "headers": dict(request.headers),
            "body": body.decode(),
            "client": request.client.host if request.client else None,
        }
    )


def _blocking(_request: AsgiRequest) -> Response:
    return PlainTextResponse(threading.current_thread().name)


def _streamed(_request: AsgiRequest) -> Response:
    def parts() -> Iterator[str]:
        yield "one "
        yield "two"

    return StreamingResponse(parts())


def _cookies(_request: AsgiRequest) -> Response:
    response = PlainTextResponse("")
    response.set_cookie("one", "1")
    response.set_cookie("two", "2")
    return response


def _broken(_request: AsgiRequest) -> Response:
    raise ZeroDivisionError


@pytest.fixture
def http() -> MemoryHttp:
    routes = [
        Route("/blocking", _blocking),
        Route("/streamed", _streamed),
        Route("/cookies", _cookies),
        Route("/broken", _broken),
        Route("/{rest:path}", _mirror, methods=["GET", "POST"]),
    ]
    return MemoryHttp(Starlette(routes=routes), client="192.0.2.7")


def test_a_request_arrives_as_it_was_sent(http: MemoryHttp) -> None:
    request = Request(
        "POST",
        "https://center.example:8443/a%20b/c?q=%E9%96%A2&r=",
        Headers({"X-One": "1"}),
        "関所".encode(),
    )
    seen = http.send(request).json()

    assert seen["method"] == "POST"
    assert seen["raw_path"] == "/a%20b/c"
    assert seen["path"] == "/a b/c"
    assert seen["query"] == {"q": "関", "r": ""}
    assert seen["headers"]["x-one"] == "1"
    assert seen["body"] == "関所"
    assert seen["client"] == "192.0.2.7"


def test_host_and_length_are_added_as_every_client_does(http: MemoryHttp) -> None:
    posted = http.send(Request("POST", "http://127.0.0.1:8765/logout")).json()["headers"]
    got = http.send(Request("GET", "http://127.0.0.1:8765/")).json()["headers"]

    assert (posted["host"], posted["content-length"]) == ("127.0.0.1:8765", "0")
    assert "content-length" not in got


def test_a_host_that_was_given_stays(http: MemoryHttp) -> None:
    request = Request("GET", "http://127.0.0.1/", Headers({"Host": "rebound.example.com"}))

    assert http.send(request).json()["headers"]["host"] == "rebound.example.com"


def test_a_handler_that_blocks_runs_in_a_worker_thread(http: MemoryHttp) -> None:
    name = http.send(Request("GET", "http://127.0.0.1/blocking")).body.decode()

    assert name != threading.current_thread().name


def test_a_streamed_answer_is_read_whole(http: MemoryHttp) -> None:
    assert http.send(Request("GET", "http://127.0.0.1/streamed")).body == b"one two"


def test_headers_that_repeat_stay_apart(http: MemoryHttp) -> None:
    pairs = http.send(Request("GET", "http://127.0.0.1/cookies")).headers.pairs

    assert [value[:5] for name, value in pairs if name == "set-cookie"] == ["one=1", "two=2"]


def test_a_fault_of_the_application_is_raised(http: MemoryHttp) -> None:
    with pytest.raises(ZeroDivisionError):
        http.send(Request("GET", "http://127.0.0.1/broken"))


def test_threads_may_share_one(http: MemoryHttp) -> None:
    def ask(number: int) -> str:
        path = "blocking" if number % 2 else str(number)
        return http.send(Request("GET", f"http://127.0.0.1/{path}")).body.decode()

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(ask, range(32)))

    assert all(f'"path":"/{number}"' in answers[number] for number in range(0, 32, 2))
    assert len(http.requests) == 32


def test_a_caller_may_have_an_event_loop_running() -> None:
    http = MemoryHttp(Starlette(routes=[Route("/", _blocking)]))

    async def ask() -> int:
        return http.send(Request("GET", "http://center.test/")).status

    with ThreadPoolExecutor(1) as elsewhere:  # a browser test may have left a loop running here
        assert elsewhere.submit(lambda: asyncio.run(ask())).result() == 200
