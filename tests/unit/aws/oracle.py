"""What botocore's own clients put on the wire, for comparison with ours."""

import json
from collections.abc import Mapping
from urllib.parse import urlsplit

import botocore.session
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.config import Config

from sekisho.aws.endpoint import Service
from sekisho.model import RoleCredentials
from sekisho.wire.http import Headers, Request

__all__ = ["comparable", "sent_by_botocore"]

ENDPOINT = "http://127.0.0.1:8765"
SESSION = botocore.session.Session()  # one for all: it reads AWS's models once


class _Body:
    """An answer's body in the form in which botocore reads one."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self) -> list[bytes]:
        return [self._body]


def sent_by_botocore(
    service: Service,
    operation: str,
    arguments: Mapping[str, object],
    *,
    endpoint: str = ENDPOINT,
    credentials: RoleCredentials | None = None,
) -> Request:
    """Return what the client of `service` sends for `operation`, which is its Python name.

    It is signed when there are `credentials`.
    """
    keys: dict[str, object] = {"config": Config(signature_version=botocore.UNSIGNED)}
    if credentials is not None:
        keys = {
            "aws_access_key_id": credentials.access_key_id,
            "aws_secret_access_key": credentials.secret_access_key.reveal(),
            "aws_session_token": credentials.session_token.reveal(),
        }
    client = SESSION.create_client(
        service.value,
        "us-east-1",
        endpoint_url=endpoint,
        **keys,
    )
    body = (
        b"<R><GetCallerIdentityResult/><AssumeRoleResult/></R>" if service is Service.STS else b"{}"
    )
    sent: list[Request] = []

    def take(request: AWSPreparedRequest, **_: object) -> AWSResponse:
        pairs = tuple((name, _text(value)) for name, value in request.headers.items())
        data = _text(request.body or "").encode()
        sent.append(Request(request.method, request.url, Headers(pairs), data))
        return AWSResponse(request.url, 200, {}, _Body(body))

    client.meta.events.register(f"before-send.{service.value}", take)
    getattr(client, operation)(**arguments)
    return sent[0]


def comparable(request: Request) -> tuple[object, ...]:
    """What must be the same: method, URL, query, content type, bearer token and body."""
    parts = urlsplit(request.url)
    body: object = request.body
    if request.headers.get("Content-Type") == "application/json":
        body = json.loads(request.body)
    return (
        request.method,
        parts.netloc,
        parts.path,
        parts.query,
        request.headers.get("Content-Type"),
        request.headers.get("x-amz-sso_bearer_token"),
        body,
    )


def _text(value: object) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
