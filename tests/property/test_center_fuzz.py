"""Whatever is sent to any address of the center, it answers, and not with a fault of its own."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.routing import Route

from sekisho.center.protocol.model import Kind, Shape, load
from sekisho.center.services import oidc, portal, sts
from sekisho.testing.clock import FakeClock
from sekisho.wire.http import Headers, Request, Response
from tests.unit.center.attacks.attacker import sign_in
from tests.unit.center.pages.conftest import sent_back
from tests.unit.center.scene import ORIGIN, PASSWORD, PERSON, World, settings_in

SERVICES = {"sso-oidc": oidc.OPERATIONS, "sso": portal.OPERATIONS, "sts": sts.OPERATIONS}
TRACES = (b"Traceback", b'File "', b"sqlalchemy", b"site-packages", b"sekisho.center")


@dataclass(frozen=True)
class Target:
    """A center, and somebody with everything that a stranger could not have."""

    world: World
    paths: tuple[str, ...]
    cookie: str
    token: str
    client: dict[str, str]

    def send(self, method: str, target: str, headers: dict[str, str], body: bytes) -> Response:
        found = {name: value for name, value in headers.items() if value}
        request = Request(method, f"{ORIGIN}{target}", Headers(found), body)
        return self.world.http.send(request)


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    world = World(settings_in(tmp_path_factory.mktemp("center"), limits=False), FakeClock())
    client = world.device_client()
    yield Target(
        world,
        tuple(sorted({route.path for route in world.app.routes if isinstance(route, Route)})),
        sent_back(sign_in(world, PERSON, PASSWORD.reveal())),
        world.token_by_device(client)["accessToken"],
        client.fields,
    )
    world.center.database.close()


TEXT = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        ["", "\0", "../..", "%00", "'; drop table users --", "{{7*7}}", "９", "a" * 9000]
    ),
)
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)


def _of(shape: Shape) -> st.SearchStrategy[Any]:
    """Draw what the model's type says, and often what it does not."""
    match shape.kind:
        case Kind.STRUCTURE:
            members = {member.wire_name: _of(member.shape) for member in shape.members.values()}
            return st.fixed_dictionaries({}, optional=members) | ANY_JSON
        case Kind.LIST if shape.element is not None:
            return st.lists(_of(shape.element), max_size=4) | ANY_JSON
        case Kind.INTEGER | Kind.LONG:
            return st.integers() | ANY_JSON
    return TEXT | st.sampled_from(shape.choices or ("x",)) | ANY_JSON


def _check(answer: Response) -> None:
    assert answer.status < 500
    assert not [trace for trace in TRACES if trace in answer.body]


@given(data=st.data(), method=st.sampled_from(["GET", "POST", "PUT", "HEAD", "DELETE", "OPTIONS"]))
def test_no_page_and_no_endpoint_breaks(target: Target, data: st.DataObject, method: str) -> None:
    path = data.draw(st.sampled_from(target.paths) | TEXT.map(lambda text: f"/{quote(text)}"))
    fields = st.dictionaries(TEXT | st.sampled_from(NAMES), TEXT, max_size=4)
    query = urlencode(data.draw(fields), errors="replace")
    form = urlencode(data.draw(fields), errors="replace").encode()
    headers = {
        "Accept": data.draw(st.sampled_from(["text/html", "*/*", ""])),
        "Accept-Language": data.draw(st.sampled_from(["ja", "en;q=x", "*", ""])),
        "Cookie": data.draw(st.sampled_from([target.cookie, "a=b; a", ""])),
        "Content-Type": data.draw(st.sampled_from(TYPES)),
        "x-amz-sso_bearer_token": data.draw(st.sampled_from([target.token, "x", ""])),
        "Authorization": data.draw(st.sampled_from(AUTHORIZATIONS)),
        "X-Amz-Target": data.draw(st.sampled_from(["", "", "SWBExternalService.ListInstances"])),
    }
    body = data.draw(st.binary(max_size=60) | st.just(form))

    _check(target.send(method, f"{path}?{query}", headers, body))


NAMES = (
    "Action", "Version", "csrf", "user_code", "decision", "handle", "next", "username", "password",
    "client_id", "redirect_uri", "state", "code_challenge", "code_challenge_method", "scopes",
    "response_type", "account_id", "role_name", "max_result", "next_token", "X-Amz-Signature",
    "X-Amz-Credential", "X-Amz-Date", "X-Amz-Algorithm", "X-Amz-Expires", "Session", "Destination",
    "SigninToken",
)  # fmt: skip
TYPES = ("application/json", "application/x-www-form-urlencoded", "multipart/form-data", "x", "")
AUTHORIZATIONS = (
    "",
    "AWS4-HMAC-SHA256",
    "AWS4-HMAC-SHA256 Credential=AKIA/20261122/us-east-1/sts/aws4_request, "
    "SignedHeaders=host;x-amz-date, Signature=" + "0" * 64,
    "Bearer x",
)


@pytest.mark.parametrize(
    ("service", "operation"), [(name, each) for name, served in SERVICES.items() for each in served]
)
@settings(max_examples=25)
@given(data=st.data())
def test_no_operation_breaks_at_what_its_model_does_not_say(
    target: Target, data: st.DataObject, service: str, operation: str
) -> None:
    modelled = load(service).operations[operation]
    given_ = data.draw(_of(modelled.input))
    if isinstance(given_, dict) and data.draw(st.booleans()):
        given_ = {**given_, **target.client}
    if service == "sts":
        body = _form(operation, given_)
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
    else:
        body = json.dumps(given_).encode()
        headers = {"Content-Type": "application/json", "x-amz-sso_bearer_token": target.token}
    query = _form(operation, given_).decode() if modelled.method == "GET" else ""

    _check(target.send(modelled.method, f"{modelled.path}?{query}", headers, body))


def _form(operation: str, fields: Any) -> bytes:
    pairs = fields.items() if isinstance(fields, dict) else [("x", fields)]
    flat = {
        str(name): value if isinstance(value, str) else json.dumps(value) for name, value in pairs
    }
    form = {"Action": operation, "Version": "2011-06-15", **flat}
    return urlencode(form, errors="replace").encode()


def test_every_route_is_among_the_targets(target: Target) -> None:
    assert {"/token", "/device", "/federation/credentials", "/", "/signin"} <= set(target.paths)
