"""Who is believed about where a request comes from, purely and through a whole center."""

from ipaddress import ip_network
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.center.forwarded import Arrival, Unclear, arrival
from sekisho.center.limits import REGISTER
from sekisho.testing.memory import MemoryHttp
from sekisho.wire.http import Headers, Request, Response
from tests.unit.center.scene import Build, World

TRUSTED = (ip_network("10.0.0.0/24"), ip_network("2001:db8:1::/48"))
PROXY, STRANGER, CLIENT = "10.0.0.9", "192.0.2.66", "198.51.100.7"
PUBLIC = "https://sso.example.com"


def told(peer: str, **headers: str) -> Arrival:
    lines = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return arrival(peer, "http", lines, TRUSTED)


def believed(address: str, scheme: str = "http", host: str | None = None) -> Arrival:
    return Arrival(address, scheme, host, told=True)


def test_a_proxy_is_believed() -> None:
    found = told(
        PROXY, x_forwarded_for=CLIENT, x_forwarded_proto="https", x_forwarded_host="sso.example.com"
    )

    assert found == believed(CLIENT, "https", "sso.example.com")


def test_a_stranger_is_not() -> None:
    found = told(
        STRANGER, x_forwarded_for=CLIENT, x_forwarded_proto="https", x_forwarded_host="evil.test"
    )

    assert found == Arrival(STRANGER, "http")


def test_a_strangers_forwarded_header_is_passed_over_even_if_it_is_nonsense() -> None:
    assert told(STRANGER, forwarded="((", x_forwarded_for=CLIENT) == Arrival(STRANGER, "http")


@pytest.mark.parametrize(
    "chain, address",
    [
        (f"203.0.113.1, {CLIENT}", CLIENT),
        (f"{CLIENT}, 10.0.0.1, 10.0.0.2", CLIENT),
        (f"203.0.113.1,{CLIENT},10.0.0.2", CLIENT),
        ("10.0.0.1, 10.0.0.2", "10.0.0.1"),
        (f"{CLIENT}:4711", CLIENT),
        ("[2001:db8::7]:4711", "2001:db8::7"),
        ("2001:db8::7, 2001:db8:1::1", "2001:db8::7"),
        (f"::ffff:{CLIENT}", CLIENT),
        (f"{CLIENT}, nonsense, 10.0.0.2", "10.0.0.2"),
        ("", PROXY),
        ("unknown", PROXY),
    ],
)
def test_the_rightmost_address_that_is_no_proxys_counts(chain: str, address: str) -> None:
    assert told(PROXY, x_forwarded_for=chain).address == address


@given(st.text(alphabet="0123456789.:,[] abcdef", max_size=40))
def test_whatever_a_client_writes_in_front_changes_nothing(own: str) -> None:
    assert told(PROXY, x_forwarded_for=f"{own}, {CLIENT}").address == CLIENT


def test_several_lines_are_one_list() -> None:
    lines = [(b"x-forwarded-for", b"203.0.113.1"), (b"x-forwarded-for", CLIENT.encode())]

    assert arrival(PROXY, "http", lines, TRUSTED).address == CLIENT


def test_an_ipv4_proxy_on_an_ipv6_socket_is_known() -> None:
    assert told(f"::ffff:{PROXY}", x_forwarded_for=CLIENT).address == CLIENT


@pytest.mark.parametrize(
    "header, expected",
    [
        (f"for={CLIENT};proto=https;host=sso.example.com", believed(CLIENT, "https", "sso.example.com")),
        (f'For="{CLIENT}:4711" ; Proto=https', believed(CLIENT, "https")),
        ('for="[2001:db8::7]:4711"', believed("2001:db8::7", "http")),
        (f"for=203.0.113.1;proto=http, for={CLIENT};proto=https", believed(CLIENT, "https")),
        (f"for={CLIENT}, for=10.0.0.1", believed(CLIENT, "http")),
        (f"for={CLIENT}, for=_hidden", believed(PROXY, "http")),
        ('for="unknown"', believed(PROXY, "http")),
    ],
)  # fmt: skip
def test_the_standard_header_says_the_same(header: str, expected: Arrival) -> None:
    assert told(PROXY, forwarded=header) == expected


@pytest.mark.parametrize("header", ["for", "for=", 'for="x', "for=1.2.3.4 proto=https", "((("])
def test_a_standard_header_that_cannot_be_read_is_refused(header: str) -> None:
    with pytest.raises(Unclear):
        told(PROXY, forwarded=header)


@pytest.mark.parametrize("other", ["x_forwarded_for", "x_forwarded_proto", "x_forwarded_host"])
def test_both_kinds_at_once_are_refused(other: str) -> None:
    with pytest.raises(Unclear):
        told(PROXY, forwarded=f"for={CLIENT}", **{other: "https"})


def test_a_scheme_that_is_none_is_refused() -> None:
    with pytest.raises(Unclear):
        told(PROXY, x_forwarded_proto="javascript")


class Behind:
    """A center with named proxies, asked by a chosen machine."""

    def __init__(self, build: Build, peer: str, **more: Any) -> None:
        self.world: World = build(trusted_proxies=TRUSTED, **more)
        self._http = MemoryHttp(self.world.app, client=peer)

    def get(self, target: str, **headers: str) -> Response:
        spelt = {name.replace("_", "-"): value for name, value in headers.items()}
        return self._http.send(Request("GET", f"http://127.0.0.1:8765{target}", Headers(spelt)))

    def register(self, client: str) -> Response:
        headers = Headers({"X-Forwarded-For": client, "Content-Type": "application/json"})
        body = b'{"clientName": "a-tool", "clientType": "public"}'
        url = "http://127.0.0.1:8765/client/register"
        return self._http.send(Request("POST", url, headers, body))


@pytest.fixture
def backend() -> str:
    return "sqlite"


def test_cookies_are_secure_where_the_proxy_was_asked_by_https(build: Build) -> None:
    cookie = Behind(build, PROXY).get("/signin", X_Forwarded_Proto="https").headers["Set-Cookie"]

    assert cookie.startswith("__Host-sekisho-visitor")
    assert "Secure" in cookie


def test_a_host_that_the_proxy_names_has_to_be_ours(build: Build) -> None:
    behind = Behind(build, PROXY, public_url=PUBLIC)

    assert behind.get("/signin", X_Forwarded_Host="sso.example.com").status == 200
    assert behind.get("/signin", X_Forwarded_Host="evil.example.com").status == 421


@pytest.mark.parametrize("peer, status", [(PROXY, 200), ("127.0.0.1", 200), (STRANGER, 403)])
def test_nobody_goes_round_the_proxy_by_plain_http(build: Build, peer: str, status: int) -> None:
    assert Behind(build, peer).get("/signin").status == status


def test_health_is_for_all(build: Build) -> None:
    assert Behind(build, STRANGER).get("/healthz").status == 200


def test_what_cannot_be_told_apart_is_refused(build: Build) -> None:
    answer = Behind(build, PROXY).get("/signin", Forwarded="for=1.2.3.4", X_Forwarded_For="1.2.3.4")

    assert answer.status == 400


def test_limits_and_the_log_know_the_client_and_not_the_proxy(
    build: Build, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "sekisho.center")
    behind = Behind(build, PROXY)
    answers = [behind.register(CLIENT) for _ in range(REGISTER.burst + 1)]
    addresses = {
        vars(record)["facts"]["address"]
        for record in caplog.records
        if record.message == "client.registered"
    }

    assert [answer.status for answer in answers[-2:]] == [200, 400]
    assert behind.register("203.0.113.9").status == 200
    assert addresses == {CLIENT}
