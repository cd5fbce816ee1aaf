"""The network, against real sockets that behave well and badly."""

import gzip
import socket
from importlib import metadata

import pytest

from sekisho.adapters.http import USER_AGENT, Urllib3Http
from sekisho.wire.http import Headers, Request
from tests.unit.adapters.peers import (
    OK,
    Peer,
    answering,
    closed_port,
    peer,
    silent,
)
from tests.unit.adapters.refusal import QUERY, refused

MEBIBYTE = 1024 * 1024


def test_the_answer_has_status_headers_and_body() -> None:
    answer = (
        b"HTTP/1.1 404 No\r\nContent-Length: 3\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n\r\nno!"
    )
    with peer(answering(answer)) as there:
        response = Urllib3Http({}).send(Request("GET", there.url + "/x"))

    assert (response.status, response.body) == (404, b"no!")
    assert [value for name, value in response.headers.pairs if name == "Set-Cookie"] == [
        "a=1",
        "b=2",
    ]


def test_the_request_goes_out_as_it_is() -> None:
    headers = Headers((("X-A", "1"), ("x-amz-sso_bearer_token", "fake"), ("Host", "as-signed")))
    with peer(answering(OK)) as there:
        Urllib3Http({}).send(Request("POST", f"{there.url}/a%2Fb?c=%7E+d", headers, b"body"))
    head, _, body = there.requests[0].partition(b"\r\n\r\n")

    assert head.startswith(b"POST /a%2Fb?c=%7E+d HTTP/1.1\r\n")
    assert b"\r\nHost: as-signed" in head
    assert b"\r\nx-amz-sso_bearer_token: fake" in head
    assert b"\r\nUser-Agent: sekisho/" in head
    assert body == b"body"


def test_the_user_agent_has_the_version_of_the_package() -> None:
    assert f"sekisho/{metadata.version('sekisho')}" == USER_AGENT


def test_a_user_agent_of_the_request_s_own_is_kept() -> None:
    with peer(answering(OK)) as there:
        Urllib3Http({}).send(Request("GET", there.url, Headers({"user-agent": "mine"})))

    assert there.requests[0].lower().count(b"user-agent:") == 1
    assert b"mine" in there.requests[0]


def test_a_post_without_a_body_says_so() -> None:
    with peer(answering(OK)) as there:
        Urllib3Http({}).send(Request("POST", there.url + "/logout"))

    assert b"content-length: 0" in there.requests[0].lower()


def test_a_redirect_is_an_answer_like_any_other() -> None:
    redirect = b"HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n"
    with peer(answering(redirect)) as there:
        response = Urllib3Http({}).send(Request("GET", there.url))

    assert (response.status, len(there.requests)) == (302, 1)


def test_a_failure_of_the_service_is_not_tried_again() -> None:
    with peer(answering(b"HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n")) as there:
        response = Urllib3Http({}).send(Request("GET", there.url))

    assert (response.status, len(there.requests)) == (503, 1)


def test_a_connection_is_kept_for_the_next_request() -> None:
    with peer(answering(OK)) as there:
        http = Urllib3Http({})
        http.send(Request("GET", there.url + "/1"))
        http.send(Request("GET", there.url + "/2"))

    assert (len(there.requests), there.connections) == (2, 1)


def test_a_body_in_chunks_is_read_whole() -> None:
    chunked = (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
    )
    with peer(answering(chunked)) as there:
        assert Urllib3Http({}).send(Request("GET", there.url)).body == b"abcde"


def test_a_body_until_the_end_of_the_connection_is_read_whole() -> None:
    with peer(answering(b"HTTP/1.1 200 OK\r\n\r\nabc", close=True)) as there:
        assert Urllib3Http({}).send(Request("GET", there.url)).body == b"abc"


def test_a_compressed_body_is_not_blown_up() -> None:
    packed = gzip.compress(b"0" * MEBIBYTE)
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed)
    with peer(answering(head + packed)) as there:
        response = Urllib3Http({}).send(Request("GET", there.url))

    assert response.body == packed
    assert b"accept-encoding: identity" in there.requests[0].lower()


def body_of(size: int) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size + b"0" * size


def test_four_mebibytes_are_read() -> None:
    with peer(answering(body_of(4 * MEBIBYTE))) as there:
        assert len(Urllib3Http({}).send(Request("GET", there.url)).body) == 4 * MEBIBYTE


def test_more_is_not_read_and_the_next_request_has_its_own_answer() -> None:
    def first_too_much(there: Peer, connection: socket.socket) -> None:
        answering(body_of(8 * MEBIBYTE) if there.connections == 1 else OK)(there, connection)

    with peer(first_too_much) as there:
        http = Urllib3Http({})
        error = refused(Request("GET", there.url), http)
        response = http.send(Request("GET", there.url))

    assert "larger than 4 MiB" in str(error)
    assert response.body == b"ok"


def test_an_answer_that_takes_longer_than_the_whole_time_is_given_up() -> None:
    with peer(answering(OK)) as there:
        error = refused(Request("GET", there.url), Urllib3Http({}, whole_seconds=0.0))

    assert "took too long" in str(error)


def test_a_silent_server_is_given_up() -> None:
    with peer(silent) as there:
        error = refused(Request("GET", there.url + QUERY), Urllib3Http({}, read_seconds=0.05))

    assert f'Could not connect to the endpoint URL: "{there.url}"' in str(error)
    assert "no answer came in time" in str(error)


def test_a_refused_connection_is_named_with_the_system_s_reason() -> None:
    url = f"http://127.0.0.1:{closed_port()}/token"
    error = refused(Request("GET", url + QUERY))

    assert str(error) == (
        f'Could not connect to the endpoint URL: "{url}"\n'
        "no connection could be made (Connection refused)"
    )


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nab\r\n",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/1.1 huh\r\n\r\n",
    ],
)
def test_an_answer_that_breaks_off_or_is_no_http_is_no_answer(answer: bytes) -> None:
    with peer(answering(answer, close=True)) as there:
        refused(Request("GET", there.url + QUERY))


@pytest.mark.parametrize("value", ["not-a-real\r\nX-Injected: 1", "not-a-real ✓"])
def test_a_header_that_cannot_be_sent_is_not_shown(value: str) -> None:
    with peer(answering(OK)) as there:
        error = refused(Request("GET", there.url, Headers({"x-amz-sso_bearer_token": value})))

    assert "cannot be sent" in str(error)
    assert there.requests == []


@pytest.mark.parametrize("url", ["http://", "http://[::1", "gopher://127.0.0.1/", "nonsense"])
def test_what_is_no_url_is_no_endpoint(url: str) -> None:
    refused(Request("GET", url + QUERY))
