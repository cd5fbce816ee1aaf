"""A center asks itself through proxies that lose things."""

from collections.abc import Callable, Sequence
from ipaddress import ip_network

import pytest

from sekisho.center.probe import probe
from sekisho.errors import Unreachable
from sekisho.testing.memory import MemoryHttp
from sekisho.wire.http import Headers, Request, Response
from tests.unit.center.scene import ORIGIN, Build, World

URL, PROXY = "https://sso.example.com", "10.0.0.9"
Pairs = Sequence[tuple[str, str]]


class Proxy:
    """Passes requests on to a center, with other headers."""

    def __init__(self, world: World, change: Callable[[Pairs], Pairs], peer: str = PROXY) -> None:
        self._behind = MemoryHttp(world.app, client=peer)
        self._change = change

    def send(self, request: Request) -> Response:
        headers = Headers(tuple(self._change(request.headers.pairs)))
        return self._behind.send(Request(request.method, request.url, headers))


def faithful(headers: Pairs) -> Pairs:
    return [*headers, ("X-Forwarded-For", "198.51.100.7"), ("X-Forwarded-Proto", "https")]


def as_nginx_comes(headers: Pairs) -> Pairs:
    return [(name, value) for name, value in faithful(headers) if "_" not in name]


def silent(headers: Pairs) -> Pairs:
    return headers


@pytest.fixture
def backend() -> str:
    return "sqlite"


@pytest.fixture
def world(build: Build) -> World:
    return build(public_url=URL, trusted_proxies=(ip_network(PROXY),))


def notice(world: World, http: Proxy) -> str:
    return probe(http, URL, world.center.keys) or ""


def test_a_proxy_that_loses_nothing_is_no_matter(world: World) -> None:
    assert notice(world, Proxy(world, faithful)) == ""


def test_a_header_that_gets_lost_is_said_with_the_cure(world: World) -> None:
    found = notice(world, Proxy(world, as_nginx_comes))

    assert "x-amz-sso_bearer_token gets lost" in found
    assert "underscores_in_headers on;" in found


def test_a_proxy_that_names_no_client_is_said(world: World) -> None:
    assert "no proxy says who the client is" in notice(world, Proxy(world, silent))


def test_a_proxy_that_is_not_believed_is_said(build: Build) -> None:
    alone = build(public_url=URL)

    assert "--trusted-proxy CIDR" in notice(alone, Proxy(alone, faithful))


def test_a_center_without_proxies_has_nothing_to_mend(build: Build) -> None:
    alone = build(public_url=URL)

    assert notice(alone, Proxy(alone, silent)) == ""


def test_a_replica_with_the_same_keys_may_answer(world: World, build: Build) -> None:
    other = build(public_url=URL, trusted_proxies=(ip_network(PROXY),))

    assert notice(world, Proxy(other, faithful)) == ""


def test_a_replica_with_other_keys_is_not_this_center(world: World, build: Build) -> None:
    other = build(public_url=URL, trusted_proxies=(ip_network(PROXY),), folder="elsewhere")

    assert "other keys" in notice(world, Proxy(other, faithful))


@pytest.mark.parametrize("body", [b"", b"[]", b"<html>", b"{}", b'{"proof": 1}'])
def test_whatever_else_answers_there_is_not_this_center(world: World, body: bytes) -> None:
    class Another:
        def send(self, _request: Request) -> Response:
            return Response(200, Headers(), body)

    assert "is not this center (status 200)" in (probe(Another(), URL, world.center.keys) or "")


def test_a_url_that_leads_nowhere_is_said(world: World) -> None:
    class Nowhere:
        def send(self, request: Request) -> Response:
            raise Unreachable(request.url, "connection refused")

    found = probe(Nowhere(), URL, world.center.keys) or ""

    assert "cannot reach itself at https://sso.example.com" in found
    assert "curl https://sso.example.com/healthz" in found


def test_two_probes_send_different_nonces(world: World) -> None:
    seen: list[str] = []

    class Noting:
        def send(self, request: Request) -> Response:
            seen.append(request.headers["x-sekisho-probe"])
            return Response(404, Headers(), b"")

    for _ in range(2):
        probe(Noting(), URL, world.center.keys)

    assert len(set(seen)) == 2


@pytest.mark.parametrize("nonce", ["", "x" * 65])
def test_nothing_is_proved_to_who_asks_for_nothing(world: World, nonce: str) -> None:
    headers = Headers({"X-Sekisho-Probe": nonce})
    answer = world.http.send(Request("GET", f"{ORIGIN}/.well-known/sekisho-probe", headers))

    assert answer.status == 400
