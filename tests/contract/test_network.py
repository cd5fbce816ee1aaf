"""Every way to the network, against real sockets that behave well and badly."""

import gzip
import socket
import struct
import threading

import pytest

from sekisho.adapters.http_rules import Limits
from sekisho.wire.http import Headers, Request
from tests.contract.networks import Network
from tests.unit.adapters.peers import (
    OK,
    Behaviour,
    Peer,
    answering,
    closed_port,
    peer,
    silent,
)
from tests.unit.adapters.refusal import QUERY, refused

MEBIBYTE = 1024 * 1024


def test_the_answer_has_status_headers_and_body(network: Network) -> None:
    answer = (
        b"HTTP/1.1 404 No\r\nContent-Length: 3\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n\r\nno!"
    )
    with peer(answering(answer)) as there:
        response = network().send(Request("GET", there.url + "/x"))

    assert (response.status, response.body) == (404, b"no!")
    assert [value for name, value in response.headers.pairs if name == "Set-Cookie"] == [
        "a=1",
        "b=2",
    ]


def test_the_request_goes_out_as_it_is(network: Network) -> None:
    headers = Headers((("X-A", "1"), ("x-amz-sso_bearer_token", "fake"), ("Host", "as-signed")))
    with peer(answering(OK)) as there:
        network().send(Request("POST", f"{there.url}/a%2Fb?c=%7E+d", headers, b"body"))
    head, _, body = there.requests[0].partition(b"\r\n\r\n")

    assert head.startswith(b"POST /a%2Fb?c=%7E+d HTTP/1.1\r\n")
    assert b"\r\nHost: as-signed" in head
    assert b"\r\nx-amz-sso_bearer_token: fake" in head
    assert b"\r\nUser-Agent: sekisho/" in head
    assert body == b"body"


def test_a_user_agent_of_the_request_s_own_is_kept(network: Network) -> None:
    with peer(answering(OK)) as there:
        network().send(Request("GET", there.url, Headers({"user-agent": "mine"})))

    assert there.requests[0].lower().count(b"user-agent:") == 1
    assert b"mine" in there.requests[0]


def test_a_post_without_a_body_says_so(network: Network) -> None:
    with peer(answering(OK)) as there:
        network().send(Request("POST", there.url + "/logout"))

    assert b"content-length: 0" in there.requests[0].lower()


def test_a_redirect_is_an_answer_like_any_other(network: Network) -> None:
    redirect = b"HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n"
    with peer(answering(redirect)) as there:
        response = network().send(Request("GET", there.url))

    assert (response.status, len(there.requests)) == (302, 1)


def test_a_failure_of_the_service_is_not_tried_again(network: Network) -> None:
    with peer(answering(b"HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n")) as there:
        response = network().send(Request("GET", there.url))

    assert (response.status, len(there.requests)) == (503, 1)


def test_a_connection_is_kept_for_the_next_request(network: Network) -> None:
    with peer(answering(OK)) as there:
        http = network()
        http.send(Request("GET", there.url + "/1"))
        http.send(Request("GET", there.url + "/2"))

    assert (len(there.requests), there.connections) == (2, 1)


def test_a_body_in_chunks_is_read_whole(network: Network) -> None:
    chunked = (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
    )
    with peer(answering(chunked)) as there:
        assert network().send(Request("GET", there.url)).body == b"abcde"


def test_a_body_until_the_end_of_the_connection_is_read_whole(network: Network) -> None:
    with peer(answering(b"HTTP/1.1 200 OK\r\n\r\nabc", close=True)) as there:
        assert network().send(Request("GET", there.url)).body == b"abc"


def test_a_compressed_body_is_not_blown_up(network: Network) -> None:
    packed = gzip.compress(b"0" * MEBIBYTE)
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed)
    with peer(answering(head + packed)) as there:
        response = network().send(Request("GET", there.url))

    assert response.body == packed
    assert b"accept-encoding: identity" in there.requests[0].lower()


def body_of(size: int) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size + b"0" * size


def test_four_mebibytes_are_read(network: Network) -> None:
    with peer(answering(body_of(4 * MEBIBYTE))) as there:
        assert len(network().send(Request("GET", there.url)).body) == 4 * MEBIBYTE


def test_more_is_not_read_and_the_next_request_has_its_own_answer(network: Network) -> None:
    def first_too_much(there: Peer, connection: socket.socket) -> None:
        answering(body_of(8 * MEBIBYTE) if there.connections == 1 else OK)(there, connection)

    with peer(first_too_much) as there:
        http = network()
        error = refused(Request("GET", there.url), http)
        response = http.send(Request("GET", there.url))

    assert "larger than 4 MiB" in str(error)
    assert response.body == b"ok"


def test_an_answer_that_takes_longer_than_the_whole_time_is_given_up(network: Network) -> None:
    with peer(answering(OK)) as there:
        error = refused(Request("GET", there.url), network(limits=Limits(whole=0.0)))

    assert "took too long" in str(error)


def test_a_silent_server_is_given_up(network: Network) -> None:
    with peer(silent) as there:
        error = refused(Request("GET", there.url + QUERY), network(limits=Limits(read=0.05)))

    assert f'Could not connect to the endpoint URL: "{there.url}"' in str(error)
    assert "no answer came in time" in str(error)


def test_a_refused_connection_is_named_with_the_system_s_reason(network: Network) -> None:
    url = f"http://127.0.0.1:{closed_port()}/token"
    error = refused(Request("GET", url + QUERY), network())

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
def test_an_answer_that_breaks_off_or_is_no_http_is_no_answer(
    network: Network, answer: bytes
) -> None:
    with peer(answering(answer, close=True)) as there:
        refused(Request("GET", there.url + QUERY), network())


@pytest.mark.parametrize("value", ["not-a-real\r\nX-Injected: 1", "not-a-real ✓"])
def test_a_header_that_cannot_be_sent_is_not_shown(network: Network, value: str) -> None:
    with peer(answering(OK)) as there:
        error = refused(
            Request("GET", there.url, Headers({"x-amz-sso_bearer_token": value})), network()
        )

    assert "cannot be sent" in str(error)
    assert there.requests == []


def trickling(head: bytes) -> Behaviour:
    """Say `head`, then one byte after another until the test is over, each sooner than silence."""

    def behave(there: Peer, connection: socket.socket) -> None:
        there.read_request(connection)
        connection.sendall(head)
        while not there.over.wait(0.01):
            connection.sendall(b"x")

    return behave


def test_an_answer_that_trickles_is_given_up_when_the_whole_time_is_over(network: Network) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"
    with peer(trickling(head)) as there:
        error = refused(Request("GET", there.url + QUERY), network(limits=Limits(whole=0.1)))

    assert "took too long" in str(error)


def test_a_connection_that_the_other_side_closed_meanwhile_is_made_anew(network: Network) -> None:
    closed = threading.Event()

    def once(there: Peer, connection: socket.socket) -> None:
        there.read_request(connection)
        connection.sendall(OK)
        connection.shutdown(socket.SHUT_RDWR)
        closed.set()

    with peer(once) as there:
        http = network()
        http.send(Request("GET", there.url))
        closed.wait()
        response = http.send(Request("GET", there.url))

    assert (response.body, there.connections) == (b"ok", 2)


def test_a_reset_connection_is_no_answer(network: Network) -> None:
    def reset(there: Peer, connection: socket.socket) -> None:
        there.read_request(connection)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    with peer(reset) as there:
        error = refused(Request("GET", there.url + QUERY), network())

    assert "the connection was closed, or the answer is not HTTP" in str(error)
    assert "Connection reset by peer" in str(error)


def test_a_name_that_nobody_knows_is_called_that(network: Network) -> None:
    error = refused(Request("GET", "https://nobody.test-only.invalid/" + QUERY), network())

    assert "the name of the host cannot be resolved" in str(error)


def test_the_service_s_date_can_be_read(network: Network) -> None:
    date = "Wed, 21 Oct 2015 07:28:00 GMT"
    head = f"HTTP/1.1 200 OK\r\ndate: {date}\r\nContent-Length: 0\r\n\r\n"
    with peer(answering(head.encode())) as there:
        response = network().send(Request("GET", there.url))

    assert response.headers["Date"] == date
