"""A signed request with any byte of it changed is refused, by header and as a URL."""

import string
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import unquote

import pytest
from botocore.auth import SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import assume, given
from hypothesis import strategies as st

from sekisho.center.protocol.fault import Fault
from sekisho.center.services.signature import signer_of
from sekisho.secret import Secret
from sekisho.testing.clock import FakeClock
from sekisho.wire import sigv4
from sekisho.wire.http import Headers, Request
from tests.unit.center.scene import ADMIN, DEV, ORIGIN, World, settings_in
from tests.unit.center.services.test_sts import Keys, keys_of

CALL = "Action=GetCallerIdentity&Version=2011-06-15"
LETTERS = string.ascii_letters + string.digits
HOST = ORIGIN.removeprefix("http://")


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with TemporaryDirectory() as folder:
        found = World(settings_in(Path(folder)), FakeClock(datetime.now(UTC)))
        yield found
        found.center.database.close()


@pytest.fixture(scope="module")
def by_header(world: World) -> Request:
    keys = keys_of(world)
    headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Amz-Target": "a.target"}
    return sigv4.sign(
        Request("POST", f"{ORIGIN}/a/path?b=query", Headers(headers), CALL.encode()),
        access_key_id=keys["accessKeyId"],
        secret_access_key=Secret(keys["secretAccessKey"]),
        session_token=Secret(keys["sessionToken"]),
        region="us-east-1",
        service="sts",
        at=world.clock.now(),
    )


@pytest.fixture(scope="module")
def by_url(world: World) -> Request:
    keys = keys_of(world, DEV, ADMIN)
    foreign = AWSRequest("GET", f"{ORIGIN}/?{CALL}", headers={"x-k8s-aws-id": "a-cluster"})
    SigV4QueryAuth(_credentials(keys), "sts", "us-east-1").add_auth(foreign)
    headers = Headers({"Host": HOST, "x-k8s-aws-id": "a-cluster"})
    return Request("GET", str(foreign.url), headers)


def _credentials(keys: Keys) -> Credentials:
    return Credentials(keys["accessKeyId"], keys["secretAccessKey"], keys["sessionToken"])


@st.composite
def changes(draw: st.DrawFn) -> tuple[float, str]:
    """Where a character is changed, as a share of the text's length, and into which one."""
    return draw(st.floats(0, 1, exclude_max=True)), draw(st.sampled_from(LETTERS))


def changed(text: str, change: tuple[float, str]) -> str:
    place, letter = int(change[0] * len(text)), change[1]
    found = text[:place] + letter + text[place + 1 :]
    assume(unquote(found) != unquote(text))  # %3a is %3A; one spelling stands for both
    return found


def refused(world: World, request: Request) -> bool:
    try:
        signer_of(world.center, request, service="sts")
    except Fault:
        return True
    return False


def test_what_was_not_changed_is_taken(world: World, by_header: Request, by_url: Request) -> None:
    assert not refused(world, by_header)
    assert not refused(world, by_url)


@given(changes())
def test_another_method_is_refused(
    world: World, by_header: Request, by_url: Request, change: tuple[float, str]
) -> None:
    for request in (by_header, by_url):
        assert refused(world, replace(request, method=changed(request.method, change)))


@given(changes())
def test_another_path_or_query_is_refused(
    world: World, by_header: Request, by_url: Request, change: tuple[float, str]
) -> None:
    for request in (by_header, by_url):
        target = changed(request.url.removeprefix(ORIGIN), change)
        assume(target.startswith("/"))
        assert refused(world, replace(request, url=f"{ORIGIN}{target}"))


@given(changes())
def test_another_body_is_refused(
    world: World, by_header: Request, by_url: Request, change: tuple[float, str]
) -> None:
    body = changed(by_header.body.decode(), change)

    assert refused(world, replace(by_header, body=body.encode()))
    assert refused(world, replace(by_url, body=body.encode()))


@given(st.data(), changes())
def test_another_value_of_a_header_is_refused(
    world: World, by_header: Request, by_url: Request, data: st.DataObject,
    change: tuple[float, str],
) -> None:  # fmt: skip
    """Host, date, session token, the signature and all that it names are among them."""
    for request in (by_header, by_url):
        name = data.draw(st.sampled_from(sorted(request.headers)))
        assert refused(world, request.with_header(name, changed(request.headers[name], change)))


@given(st.data())
def test_a_header_that_is_gone_is_missed(
    world: World, by_header: Request, by_url: Request, data: st.DataObject
) -> None:
    for request in (by_header, by_url):
        name = data.draw(st.sampled_from(sorted(request.headers)))
        left = tuple(pair for pair in request.headers.pairs if pair[0].lower() != name)
        assert refused(world, replace(request, headers=Headers(left)))


@given(st.sampled_from(["Host", "X-Amz-Date", "X-Amz-Security-Token", "X-Amz-Target"]), changes())
def test_a_second_value_of_a_header_that_matters_is_refused(
    world: World, by_header: Request, name: str, change: tuple[float, str]
) -> None:
    second = (name, changed(by_header.headers[name], change))
    for pairs in ((*by_header.headers.pairs, second), (second, *by_header.headers.pairs)):
        assert refused(world, replace(by_header, headers=Headers(pairs)))


@given(st.from_regex(r"[a-zA-Z-]{1,12}=[ -%'-~]{0,12}", fullmatch=True))
def test_a_query_that_was_added_to_is_refused(world: World, by_url: Request, more: str) -> None:
    assert refused(world, replace(by_url, url=f"{by_url.url}&{more}"))


@pytest.mark.parametrize(
    "part, instead",
    [("/us-east-1/", "/us-east-2/"), ("/sts/", "/sso/"), ("/aws4_request", "/aws5_request")],
)
def test_another_scope_is_refused(
    world: World, by_header: Request, part: str, instead: str
) -> None:
    value = by_header.headers["Authorization"].replace(part, instead)

    assert refused(world, by_header.with_header("Authorization", value))


@given(st.integers(-(3600 * 24 * 400), 3600 * 24 * 400).filter(bool))
def test_another_time_is_refused(world: World, by_header: Request, seconds: int) -> None:
    """A replay at another time needs another date, and that is signed."""
    at = datetime.fromtimestamp(world.clock.now().timestamp() + seconds, UTC)

    assert refused(world, by_header.with_header("X-Amz-Date", sigv4.timestamp(at)))
