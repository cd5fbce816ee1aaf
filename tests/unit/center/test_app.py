import asyncio
import logging
from collections.abc import Iterator, MutableMapping
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from sekisho.center.logs import JsonLines
from sekisho.testing.clock import FakeClock
from tests.unit.center.scene import Build, World, refusal, settings_in


def test_health_is_200_and_needs_nothing(world: World) -> None:
    assert world.send("GET", "/healthz").status == 200


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.0.0.1:1", "localhost:8765", "LOCALHOST", "[::1]", "[::1]:8765"]
)
def test_the_loopback_has_these_names(world: World, host: str) -> None:
    assert world.send("GET", "/start", Host=host).status == 303


@pytest.mark.parametrize(
    "host",
    [
        "evil.example.com",
        "127.0.0.1.example.com",
        "127.0.0.1:80:80",
        "",
        "::1",
        "[::1]x",
        "127.0.0.2",
    ],
)
def test_a_name_that_somebody_pointed_here_is_refused(world: World, host: str) -> None:
    assert world.send("GET", "/start", Host=host).status == 421


def test_a_balancer_may_ask_for_health_by_any_name(world: World) -> None:
    assert world.send("GET", "/healthz", Host="10.0.0.5:8765").status == 200


def test_the_public_url_is_a_name_of_ours(build: Build) -> None:
    named = build(public_url="https://sso.example.com")

    assert named.send("GET", "/start", Host="sso.example.com").status == 303
    assert named.send("GET", "/start", Host="sso.example.org").status == 421


@pytest.mark.parametrize(
    "method, path, allowed",
    [
        ("GET", "/token", "POST"),
        ("POST", "/assignment/accounts", "GET"),
        ("FOO", "/logout", "POST"),
    ],
)
def test_a_wrong_method_is_405_in_the_services_own_form(
    world: World, method: str, path: str, allowed: str
) -> None:
    answer = world.send(method, path)

    assert (answer.status, answer.headers["Allow"]) == (405, allowed)
    assert refusal(answer).error == "InvalidRequestException"


@pytest.mark.parametrize("media_type", ["", "text/plain", "application/x-www-form-urlencoded"])
def test_a_wrong_content_type_is_415(world: World, media_type: str) -> None:
    answer = world.send("POST", "/client/register", b"{}", **{"Content-Type": media_type})

    assert (answer.status, refusal(answer).error) == (415, "InvalidRequestException")


def test_a_body_over_16_kib_is_413(world: World) -> None:
    answer = world.post("/client/register", clientName="x" * 16384, clientType="public")

    assert (answer.status, refusal(answer).error) == (413, "InvalidRequestException")


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"null", b'"x"', b"\xff", b"[" * 10000, b'{"a":' * 2500,
        b'{"clientName": 1, "clientType": "public"}',
        b'{"clientName": "x", "clientType": ["public"]}',
        b'{"clientName": "x", "clientType": "public", "scopes": "sso:account:access"}',
        b'{"clientName": "x", "clientType": "public", "scopes": [1]}',
        b'{"clientName": "x", "clientType": "public", "scopes": [null]}',
        b'{"clientName": "\\ud800", "clientType": "public"}',
        b'{"clientName": "a\\u0000b", "clientType": "public"}',
        b'{"clientType": "public"}',
        b'{"clientName": null, "clientType": "public"}',
    ],
)  # fmt: skip
def test_a_body_of_wrong_types_is_an_invalid_request(world: World, body: bytes) -> None:
    answer = world.send("POST", "/client/register", body, **{"Content-Type": "application/json"})

    assert (answer.status, refusal(answer).error) == (400, "InvalidRequestException")
    assert answer.json().keys() == {"error", "error_description"}


def test_unknown_members_are_passed_over(world: World) -> None:
    answer = world.post("/client/register", clientName="x", clientType="public", brandNew={"a": 1})

    assert answer.status == 200


@pytest.mark.parametrize("path", ["/token/", "//", "/instance/appinstances", "/session/device"])
def test_what_is_not_served_is_404_and_redirects_nowhere(world: World, path: str) -> None:
    assert world.send("GET", path).status == 404


def test_every_answer_has_a_request_id_of_its_own(world: World) -> None:
    ids = {world.send("GET", "/assignment/accounts").headers["x-amzn-RequestId"] for _ in range(3)}

    assert len(ids) == 3


def test_the_log_has_neither_tokens_nor_query_strings(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="sekisho.center")
    client = world.pkce_client()
    code = world.code_for(client)
    token = world.redeem(client, code).json()
    world.refresh(client, token["refreshToken"])
    world.portal("/federation/credentials?account_id=1&role_name=the-query", token["accessToken"])
    world.portal("/assignment/accounts", "somebody-elses-fake-token")
    world.portal("/logout", token["accessToken"], "POST")
    lines = "\n".join(JsonLines().format(record) for record in caplog.records)

    assert '"operation": "GetRoleCredentials"' in lines
    assert '"event": "token.issued"' in lines
    secrets = (code, token["accessToken"], token["refreshToken"], client.client_id, "the-query",
               "somebody-elses", client.client_secret, "the-state", "sks_")  # fmt: skip
    assert not [secret for secret in secrets if secret in lines]


def test_a_path_that_a_stranger_asks_for_steers_no_terminal(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", logger="sekisho.center")
    world.send("GET", "/%C2%9B31m%E2%80%AE%1B%0A")
    lines = [JsonLines().format(record) for record in caplog.records]

    assert len(lines) == 1
    assert lines[0].isascii()
    assert lines[0].isprintable()


def test_a_bug_of_ours_is_a_500_that_tells_nothing(world: World) -> None:
    with world.center.database.writing() as connection:
        connection.execute(text("DROP TABLE access_tokens"))
    sent: list[MutableMapping[str, Any]] = []

    async def receive() -> MutableMapping[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    headers = [(b"host", b"127.0.0.1"), (b"x-amz-sso_bearer_token", b"sks_at_x")]
    scope = {"type": "http", "method": "GET", "path": "/assignment/accounts", "query_string": b"",
             "headers": headers, "scheme": "http", "server": ("127.0.0.1", 80)}  # fmt: skip
    with pytest.raises(DBAPIError):
        asyncio.run(world.app(scope, receive, send))

    assert sent[0]["status"] == 500
    assert sent[1]["body"] == b""


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
MEMBERS = st.sampled_from(
    ["clientName", "clientType", "scopes", "redirectUris", "grantTypes", "issuerUrl", "clientId",
     "clientSecret", "startUrl", "grantType", "deviceCode", "code", "redirectUri", "codeVerifier",
     "refreshToken", "scope"]
)  # fmt: skip
PATHS = st.sampled_from(["/client/register", "/device_authorization", "/token"])


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    world = World(settings_in(tmp_path_factory.mktemp("center"), limits=False), FakeClock())
    yield world
    world.center.database.close()


@given(path=PATHS, members=st.dictionaries(MEMBERS, JSON))
def test_no_json_makes_it_fail(shared: World, path: str, members: dict[str, object]) -> None:
    assert shared.post(path, **members).status < 500


@given(path=PATHS, members=st.dictionaries(MEMBERS, st.text() | st.lists(st.text())))
def test_no_text_of_a_real_client_makes_it_fail(
    shared: World, path: str, members: dict[str, object]
) -> None:
    client = shared.device_client()

    assert shared.post(path, **{**members, **client.fields}).status < 500


@given(path=PATHS, body=st.binary(max_size=200))
def test_no_bytes_make_it_fail(shared: World, path: str, body: bytes) -> None:
    answer = shared.send("POST", path, body, **{"Content-Type": "application/json"})

    assert 400 <= answer.status < 500


@given(body=st.binary(max_size=200), authorization=st.binary(max_size=100))
def test_no_form_makes_sts_fail(shared: World, body: bytes, authorization: bytes) -> None:
    form = b"Action=GetCallerIdentity&Version=2011-06-15&" + body
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Authorization": "AWS4-HMAC-SHA256 " + authorization.decode("latin-1"),
    }

    assert 400 <= shared.send("POST", "/", form, **headers).status < 500


@given(
    path=st.sampled_from(["/assignment/accounts", "/assignment/roles", "/federation/credentials"]),
    query=st.binary(max_size=100),
    token=st.text(st.characters(max_codepoint=255), max_size=50),
)
def test_no_query_makes_the_portal_fail(shared: World, path: str, query: bytes, token: str) -> None:
    answer = shared.portal(f"{path}?account_id={quote(query)}&role_name={quote(query)}"
                           f"&next_token={quote(query)}&max_result={quote(query)}", token)  # fmt: skip

    assert 400 <= answer.status < 500


@given(
    query=st.dictionaries(
        st.sampled_from(["client_id", "redirect_uri", "state", "scope", "code_challenge"]),
        st.text(),
    )
)
@settings(max_examples=50)
def test_no_query_makes_authorize_fail(shared: World, query: dict[str, str]) -> None:
    client = shared.pkce_client()
    cleaned = {name: value.encode(errors="replace").decode() for name, value in query.items()}

    assert shared.authorize(client, **cleaned).status < 500
