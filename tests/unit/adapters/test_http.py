"""The network, against real sockets that behave well and badly."""

import base64
import gzip
import inspect
import socket
from pathlib import Path

import pytest
from urllib3 import exceptions as foreign

from sekisho.adapters.http import Urllib3Http
from sekisho.adapters.http_errors import explain, shown
from sekisho.errors import (
    EndpointInvalid,
    FileUnreadable,
    ServiceError,
    TlsNotVerified,
    Unreachable,
)
from sekisho.wire.http import Headers, Request
from tests.unit.adapters.peers import (
    CERTIFICATE,
    CERTIFIED_NAME,
    OK,
    Behaviour,
    Peer,
    answering,
    closed_port,
    peer,
    silent,
    tunnel,
)

QUERY = "?code=not-a-real-code"
MEBIBYTE = 1024 * 1024


def refused(request: Request, http: Urllib3Http | None = None) -> ServiceError:
    """The error of a request that must fail; whatever it is, it shows no query."""
    with pytest.raises((Unreachable, TlsNotVerified)) as raised:
        (http or Urllib3Http({})).send(request)
    error = raised.value
    assert "not-a-real" not in f"{error} {error.do} {error!r}"
    assert error.__cause__ is None
    return error


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


# --- TLS ---------------------------------------------------------------------------------------


def test_an_unknown_authority_is_not_trusted() -> None:
    with peer(answering(OK), tls=True) as there:
        error = refused(Request("GET", there.https + "/x" + QUERY))

    assert isinstance(error, TlsNotVerified)
    assert f'SSL validation failed for "{there.https}/x"' in str(error)
    assert there.requests == []


@pytest.mark.parametrize("variable", ["AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE", None])
def test_a_ca_bundle_is_trusted_wherever_it_comes_from(variable: str | None) -> None:
    environ = {} if variable is None else {variable: str(CERTIFICATE)}
    bundle = CERTIFICATE if variable is None else None
    with peer(answering(OK), tls=True) as there:
        response = Urllib3Http(environ, bundle).send(Request("GET", there.https))

    assert response.status == 200


def test_the_option_goes_before_the_variables_and_aws_s_before_the_other() -> None:
    environ = {"AWS_CA_BUNDLE": str(CERTIFICATE), "REQUESTS_CA_BUNDLE": "/nowhere/other.pem"}
    with peer(answering(OK), tls=True) as there:
        Urllib3Http(environ).send(Request("GET", there.https))
        with pytest.raises(FileUnreadable) as raised:
            Urllib3Http(environ, Path("/nowhere/option.pem")).send(Request("GET", there.https))

    assert "/nowhere/option.pem" in str(raised.value)


def test_a_certificate_for_another_name_is_not_trusted() -> None:
    with peer(answering(OK), tls=True) as there:
        url = f"https://localhost:{there.port}"
        error = refused(Request("GET", url), Urllib3Http({}, CERTIFICATE))

    assert isinstance(error, TlsNotVerified)
    assert "localhost" in str(error)


@pytest.mark.parametrize("contents", [None, b"", b"no certificate"])
def test_a_ca_bundle_that_cannot_be_read_is_named(tmp_path: Path, contents: bytes | None) -> None:
    bundle = tmp_path / "bundle.pem"
    if contents is not None:
        bundle.write_bytes(contents)

    with pytest.raises(FileUnreadable) as raised:
        Urllib3Http({}, bundle).send(Request("GET", "https://127.0.0.1:1/"))

    assert str(bundle) in str(raised.value)


def test_a_ca_bundle_that_cannot_be_read_does_not_matter_to_plain_http() -> None:
    with peer(answering(OK)) as there:
        Urllib3Http({"AWS_CA_BUNDLE": "/nowhere/bundle.pem"}).send(Request("GET", there.url))


def test_tls_to_a_server_that_speaks_none_is_no_question_of_trust() -> None:
    with peer(lambda _, connection: connection.sendall(b"220 mail.example\r\n")) as there:
        error = refused(Request("GET", there.https + QUERY))

    assert isinstance(error, Unreachable)


# --- proxies -----------------------------------------------------------------------------------

ELSEWHERE = "http://center.test-only.example"


def test_a_proxy_gets_the_whole_url() -> None:
    with peer(answering(OK)) as proxy:
        response = Urllib3Http({"HTTP_PROXY": proxy.url}).send(Request("GET", f"{ELSEWHERE}/x"))

    assert response.status == 200
    assert proxy.heads() == [f"GET {ELSEWHERE}/x HTTP/1.1"]


def test_https_goes_through_a_tunnel_and_is_verified_at_its_end() -> None:
    with (
        peer(answering(OK), tls=True) as there,
        peer(tunnel(there)) as proxy,
    ):
        http = Urllib3Http({"HTTPS_PROXY": proxy.url}, CERTIFICATE)
        response = http.send(Request("GET", f"https://{CERTIFIED_NAME}/x"))

    assert response.status == 200
    assert [head[:-1] for head in proxy.heads()] == [f"CONNECT {CERTIFIED_NAME}:443 HTTP/1."]
    assert there.heads() == ["GET /x HTTP/1.1"]


def test_a_proxy_that_opens_the_tunnel_to_somebody_else_is_found_out() -> None:
    with peer(answering(OK), tls=True) as there, peer(tunnel(there)) as proxy:
        http = Urllib3Http({"HTTPS_PROXY": proxy.url}, CERTIFICATE)
        error = refused(Request("GET", "https://portal.test-only.example/x" + QUERY), http)

    assert isinstance(error, TlsNotVerified)
    assert there.requests == []


def login(user_and_password: str) -> bytes:
    return b"Basic " + base64.b64encode(user_and_password.encode())


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_gets_the_login_of_its_variable_and_nobody_else_does(scheme: str) -> None:
    with peer(answering(OK), tls=True) as there:
        behaviour: Behaviour = tunnel(there) if scheme == "https" else answering(OK)
        with peer(behaviour) as proxy:
            url = f"http://me:p%40ss@127.0.0.1:{proxy.port}"
            http = Urllib3Http({f"{scheme.upper()}_PROXY": url}, CERTIFICATE)
            http.send(Request("GET", f"{scheme}://{CERTIFIED_NAME}/"))

    assert b"proxy-authorization: " + login("me:p@ss") in proxy.requests[0]
    assert not any(b"proxy-authorization" in request.lower() for request in there.requests)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_that_wants_a_login_is_named_without_the_one_it_had(scheme: str) -> None:
    wants = b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"
    with peer(answering(wants, close=True)) as proxy:
        environ = {f"{scheme.upper()}_PROXY": f"http://me:not-a-real@127.0.0.1:{proxy.port}"}
        error = refused(
            Request("GET", f"{scheme}://{CERTIFIED_NAME}/x" + QUERY), Urllib3Http(environ)
        )

    assert "407" in str(error) or "asks for a login" in str(error)


def test_a_proxy_that_is_not_there_is_no_answer() -> None:
    environ = {"HTTP_PROXY": f"http://me:not-a-real@127.0.0.1:{closed_port()}"}
    error = refused(Request("GET", f"{ELSEWHERE}/x" + QUERY), Urllib3Http(environ))

    assert "Connection refused" in str(error)


def test_no_proxy_is_respected() -> None:
    with peer(answering(OK)) as proxy:
        environ = {"HTTP_PROXY": proxy.url, "NO_PROXY": "127.0.0.1"}
        with peer(answering(OK)) as there:
            Urllib3Http(environ).send(Request("GET", there.url))

    assert (len(there.requests), proxy.requests) == (1, [])


def test_what_is_on_this_machine_is_never_sent_to_a_proxy() -> None:
    with peer(answering(OK)) as proxy, peer(answering(OK)) as there:
        Urllib3Http({"HTTP_PROXY": proxy.url}).send(Request("GET", there.url))

    assert (len(there.requests), proxy.requests) == (1, [])


def test_a_variable_that_names_no_proxy_is_refused_without_showing_it() -> None:
    environ = {"HTTP_PROXY": "socks5://me:not-a-real@127.0.0.1:1"}

    with pytest.raises(EndpointInvalid) as raised:
        Urllib3Http(environ).send(Request("GET", ELSEWHERE))

    assert "HTTP_PROXY" in str(raised.value)
    assert "not-a-real" not in str(raised.value)


# --- urllib3's exceptions ----------------------------------------------------------------------

EVERY_EXCEPTION = [
    each
    for _, each in inspect.getmembers(foreign, inspect.isclass)
    if issubclass(each, Exception)
    and not issubclass(each, Warning)
    and each.__module__ == foreign.__name__
]


@pytest.mark.parametrize("kind", EVERY_EXCEPTION)
def test_every_exception_of_urllib3_becomes_one_of_ours(kind: type[Exception]) -> None:
    error = kind.__new__(kind)  # whatever its constructor wants
    ours = explain(error, f"https://me:not-a-real@portal.example/x{QUERY}")

    assert isinstance(ours, Unreachable | TlsNotVerified)
    assert '"https://portal.example/x"' in str(ours)
    assert "not-a-real" not in str(ours)


def test_there_are_exceptions_to_walk() -> None:
    assert {foreign.MaxRetryError, foreign.SSLError, foreign.ProxySchemeUnsupported} <= set(
        EVERY_EXCEPTION
    )


def test_what_urllib3_says_itself_is_not_repeated() -> None:
    inner = foreign.ProtocolError("in /x?code=not-a-real")
    error = foreign.MaxRetryError(None, "/x?code=not-a-real", inner)  # type: ignore[arg-type]

    assert "not-a-real" not in str(explain(error, "https://portal.example/x"))


@pytest.mark.parametrize(
    ("url", "printed"),
    [
        ("https://me:pw@a.example:8/p?q#f", "https://a.example:8/p"),
        ("http://[::1]:8/p?q", "http://[::1]:8/p"),
        ("http://[::1", "a URL that cannot be read"),
    ],
)
def test_a_url_is_printed_without_its_secrets(url: str, printed: str) -> None:
    assert shown(url) == printed
