"""The JSON protocol, version 1.1, of `sso-admin` and `identitystore`: requests in, answers out.

`POST /` with the operation in `X-Amz-Target: SWBExternalService.ListInstances`. The models name no
HTTP status: a client's error is a 400, and ours a 500 (`spec/identity-center.md` §4.1).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sekisho.center.protocol.call import Serve
from sekisho.center.protocol.fault import Fault
from sekisho.center.protocol.model import Operation, Service, load
from sekisho.center.protocol.values import checked, to_json
from sekisho.wire.http import Headers, Request, Response

__all__ = ["TARGET", "Target", "answer", "error", "read", "target_of"]

TARGET = "X-Amz-Target"
_JSON = "application/x-amz-json-1.1"
_INVALID = "ValidationException"
_UNKNOWN = "UnknownOperationException"
_CALLED = {
    "ExpiredToken": "ExpiredTokenException",
    "IncompleteSignature": "IncompleteSignatureException",
    "InvalidClientTokenId": "UnrecognizedClientException",
    "MissingAuthenticationToken": "MissingAuthenticationTokenException",
    "SignatureDoesNotMatch": "InvalidSignatureException",
}
"""What the query protocol's refusals of a signature are called here."""


@dataclass(frozen=True, slots=True)
class Target:
    """A service that is called by this protocol, and what is served of it."""

    prefix: str
    """Of its operations in the header: `SWBExternalService`."""
    model: str
    """The name of its model, which is read when it is first called."""
    served: Mapping[str, Serve]

    @property
    def service(self) -> Service:
        """The model."""
        return load(self.model)


def target_of(targets: Mapping[str, Target], request: Request) -> tuple[Operation, Serve]:
    """Return the operation that `request` is for; `targets` are by their prefix.

    Raises `Fault` for one that AWS does not have, and for one that is not served here.
    """
    prefix, _, name = request.headers[TARGET].partition(".")
    target = targets.get(prefix)
    operation = None if target is None else target.service.operations.get(name)
    if target is None or operation is None:
        raise Fault(_UNKNOWN, "There is no such operation")
    if name not in target.served:
        raise Fault(_UNKNOWN, f"{name} is not served here")
    return operation, target.served[name]


def read(operation: Operation, request: Request) -> dict[str, Any]:
    """Read the operation's input from `request`. Raises `Fault` for what the model forbids."""
    if request.method != "POST":
        raise Fault(_UNKNOWN, "The JSON protocol is spoken by POST")
    try:
        value = json.loads(request.body or b"{}")
    except (ValueError, RecursionError):
        raise Fault("SerializationException", "The body is not JSON") from None
    if not isinstance(value, dict):
        raise Fault("SerializationException", "The body has to be a JSON object")
    found: dict[str, Any] = checked(operation.input, value, "", fault=_INVALID)
    return found


def answer(operation: Operation, output: Mapping[str, object], request_id: str) -> Response:
    """Write a success; an operation without an output has an empty object."""
    document = to_json(operation.output, output)
    return Response(200, _headers(request_id), json.dumps(document).encode())


def error(fault: Fault, request_id: str) -> Response:
    """Write an error as the services' exceptions are: `__type` and `Message`."""
    document = {
        "__type": _CALLED.get(fault.name, fault.name),
        "Message": fault.message,
        "message": fault.message,  # what the other JSON services call it
        "RequestId": request_id,
        **fault.details,
    }
    return Response(
        500 if fault.name == "InternalServerException" else 400,
        _headers(request_id),
        json.dumps(document).encode(),
    )


def _headers(request_id: str) -> Headers:
    return Headers(
        {"Content-Type": _JSON, "Cache-Control": "no-store", "x-amzn-RequestId": request_id}
    )
