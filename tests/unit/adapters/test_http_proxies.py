"""Proxies: who gets what, and what is never sent to one."""

import base64

import pytest

from sekisho.adapters.http import NetworkHttp
from sekisho.errors import (
    EndpointInvalid,
    TlsNotVerified,
)
from sekisho.wire.http import Request
from tests.unit.adapters.peers import (
    CERTIFICATE,
    CERTIFIED_NAME,
    OK,
    Behaviour,
    answering,
    closed_port,
    peer,
    tunnel,
)
from tests.unit.adapters.refusal import QUERY, refused

AUTHORITY = "sekisho test only, trusted by nobody"
ELSEWHERE = "http://center.test-only.example"


def test_a_proxy_gets_the_whole_url() -> None:
    with peer(answering(OK)) as proxy:
        response = NetworkHttp({"HTTP_PROXY": proxy.url}).send(Request("GET", f"{ELSEWHERE}/x"))

    assert response.status == 200
    assert proxy.heads() == [f"GET {ELSEWHERE}/x HTTP/1.1"]


def test_https_goes_through_a_tunnel_and_is_verified_at_its_end() -> None:
    with (
        peer(answering(OK), tls=True) as there,
        peer(tunnel(there)) as proxy,
    ):
        http = NetworkHttp({"HTTPS_PROXY": proxy.url}, CERTIFICATE)
        response = http.send(Request("GET", f"https://{CERTIFIED_NAME}/x"))

    assert response.status == 200
    assert [head[:-1] for head in proxy.heads()] == [f"CONNECT {CERTIFIED_NAME}:443 HTTP/1."]
    assert there.heads() == ["GET /x HTTP/1.1"]


def test_a_proxy_that_opens_the_tunnel_to_somebody_else_is_found_out() -> None:
    with peer(answering(OK), tls=True) as there, peer(tunnel(there)) as proxy:
        http = NetworkHttp({"HTTPS_PROXY": proxy.url}, CERTIFICATE)
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
            http = NetworkHttp({f"{scheme.upper()}_PROXY": url}, CERTIFICATE)
            http.send(Request("GET", f"{scheme}://{CERTIFIED_NAME}/"))

    assert b"proxy-authorization: " + login("me:p@ss") in proxy.requests[0]
    assert not any(b"proxy-authorization" in request.lower() for request in there.requests)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_that_wants_a_login_is_named_without_the_one_it_had(scheme: str) -> None:
    wants = b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"
    with peer(answering(wants, close=True)) as proxy:
        environ = {f"{scheme.upper()}_PROXY": f"http://me:not-a-real@127.0.0.1:{proxy.port}"}
        error = refused(
            Request("GET", f"{scheme}://{CERTIFIED_NAME}/x" + QUERY), NetworkHttp(environ)
        )

    assert "407" in str(error) or "asks for a login" in str(error)


def test_a_proxy_that_is_not_there_is_no_answer() -> None:
    environ = {"HTTP_PROXY": f"http://me:not-a-real@127.0.0.1:{closed_port()}"}
    error = refused(Request("GET", f"{ELSEWHERE}/x" + QUERY), NetworkHttp(environ))

    assert "Connection refused" in str(error)


def test_no_proxy_is_respected() -> None:
    with peer(answering(OK)) as proxy:
        environ = {"HTTP_PROXY": proxy.url, "NO_PROXY": "127.0.0.1"}
        with peer(answering(OK)) as there:
            NetworkHttp(environ).send(Request("GET", there.url))

    assert (len(there.requests), proxy.requests) == (1, [])


def test_what_is_on_this_machine_is_never_sent_to_a_proxy() -> None:
    with peer(answering(OK)) as proxy, peer(answering(OK)) as there:
        NetworkHttp({"HTTP_PROXY": proxy.url}).send(Request("GET", there.url))

    assert (len(there.requests), proxy.requests) == (1, [])


def test_a_variable_that_names_no_proxy_is_refused_without_showing_it() -> None:
    environ = {"HTTP_PROXY": "socks5://me:not-a-real@127.0.0.1:1"}

    with pytest.raises(EndpointInvalid) as raised:
        NetworkHttp(environ).send(Request("GET", ELSEWHERE))

    assert "HTTP_PROXY" in str(raised.value)
    assert "not-a-real" not in str(raised.value)


def test_the_authority_of_a_proxy_that_re_signs_is_named() -> None:
    with peer(answering(OK), tls=True) as there, peer(tunnel(there)) as proxy:
        http = NetworkHttp({"HTTPS_PROXY": proxy.url})
        error = refused(Request("GET", "https://portal.test-only.example/x" + QUERY), http)

    assert isinstance(error, TlsNotVerified)
    assert str(error).endswith(f"; the certificate there was issued by {AUTHORITY}")
    assert there.requests == []
