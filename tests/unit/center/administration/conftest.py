"""botocore's own clients, signed with an administrator's role credentials, and a center in memory."""

import functools
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import botocore.session
import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.config import Config
from botocore.loaders import create_loader

from sekisho.center import rolekeys
from sekisho.testing.clock import FakeClock
from sekisho.wire.http import Headers, Request
from tests.unit.center.scene import (
    ADMIN,
    DEV,
    ORIGIN,
    PERSON,
    STG,
    VIEW,
    World,
)

Clients = Callable[..., Any]
_MODELS = create_loader()
"""Reading a model takes longer than the test: all clients share what has been read."""
_ONE_TRY = Config(retries={"total_max_attempts": 1})


class _Raw:
    """An answer's body, as botocore reads it."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self, **_: object) -> list[bytes]:
        return [self._body]

    def read(self, *_: object) -> bytes:
        return self._body


@pytest.fixture
def clock() -> FakeClock:
    """Stands still at the present, which botocore signs with."""
    return FakeClock(datetime.now(UTC))


def botocore_client(
    world: World,
    service: str,
    name: str = PERSON,
    *,
    region: str = "us-east-1",
    signed_for: str = "",
    keys: Mapping[str, str] | None = None,
) -> Any:
    """Make AWS's client for a service, for a person who is in an administering group, or not."""
    session = botocore.session.Session()
    session.register_component("data_loader", _MODELS)
    held = _keys_of(world, name) if keys is None else keys
    session.set_credentials(held["AccessKeyId"], held["SecretAccessKey"], held["SessionToken"])
    made = session.create_client(service, region_name=region, endpoint_url=ORIGIN, config=_ONE_TRY)
    if signed_for:
        made._request_signer._signing_name = signed_for
    made.meta.events.register("before-send", lambda request, **_: _send(world, request))
    return made


def _keys_of(world: World, name: str) -> Mapping[str, str]:
    account, role = (DEV, ADMIN) if name == PERSON else (STG, VIEW)
    issued = rolekeys.issue(world.center, world.signed_in(name).user, account, role)
    return {
        "AccessKeyId": issued.access_key_id,
        "SecretAccessKey": issued.secret_access_key.reveal(),
        "SessionToken": issued.session_token.reveal(),
    }


@pytest.fixture
def clients(world: World) -> Clients:
    """Make clients for services of one center."""
    return functools.partial(botocore_client, world)


@pytest.fixture
def instance(clients: Clients) -> str:
    (found,) = clients("sso-admin").list_instances()["Instances"]
    arn: str = found["InstanceArn"]
    return arn


def _send(world: World, request: AWSPreparedRequest) -> AWSResponse:
    split = urlsplit(request.url)
    headers = {
        name: value.decode() if isinstance(value, bytes) else value
        for name, value in request.headers.items()
    }
    body = request.body or b""
    target = f"{ORIGIN}{split.path}" + (f"?{split.query}" if split.query else "")
    answer = world.http.send(
        Request(
            request.method,
            target,
            Headers({"Host": split.netloc, **headers}),
            body.encode() if isinstance(body, str) else body,
        )
    )
    return AWSResponse(request.url, answer.status, dict(answer.headers.pairs), _Raw(answer.body))
