"""REST-JSON, the protocol of `sso-oidc` and `sso`: requests in, answers and errors out.

Source: the service models; `spec/identity-center.md` §1.1 to §1.5, §2.1 to §2.3.
"""

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from sekisho.center.protocol.fault import Fault
from sekisho.center.protocol.model import Location, Operation, Service
from sekisho.center.protocol.values import from_json, from_text, to_json
from sekisho.wire.http import Headers, Request, Response

__all__ = ["INVALID", "answer", "error", "read"]

INVALID = "InvalidRequestException"
"""What both services call a request that is wrong in itself."""

_JSON = "application/json"
_OAUTH_NAMES = {
    "InternalServerException": "server_error",
    "InvalidRequestRegionException": "invalid_request",
}
"""OAuth's name of an error is the exception's in snake case, but for these."""
_CAPITAL = re.compile(r"(?<!^)(?=[A-Z])")


def read(operation: Operation, request: Request) -> dict[str, Any]:
    """Read the operation's input from `request`. Raises `Fault` for what the model forbids."""
    wanted = {member.location for member in operation.input.members.values()}
    params: dict[str, Any] = {}
    if Location.BODY in wanted:
        params |= from_json(operation.input, _body_of(request), "the body", fault=INVALID)
    if Location.QUERY in wanted:
        params |= _query_of(operation, request)
    if Location.HEADER in wanted:
        params |= _headers_of(operation, request.headers)
    for name, member in operation.input.members.items():
        if member.required and member.location is not Location.HEADER and name not in params:
            raise Fault(INVALID, f"Missing required parameter: {member.wire_name}")
    return params


def answer(operation: Operation, output: Mapping[str, object], request_id: str) -> Response:
    """Write a success. An operation without an output has an empty body."""
    body = b""
    if operation.output.members:
        body = json.dumps(to_json(operation.output, output)).encode()
    return Response(200, _headers(request_id), body)


def error(service: Service, fault: Fault, request_id: str) -> Response:
    """Write an error, in the form that the service's exceptions have.

    The header names the exception: without it the AWS CLI sees "400" and gives up (§1.5). Where
    the model has OAuth's form, errors that it does not have (of a signature) keep the other one.
    """
    status = fault.status or service.statuses.get(fault.name, 400)
    if fault.name in service.oauth_errors:
        oauth = _OAUTH_NAMES.get(fault.name) or _in_snake_case(fault.name)
        body = {"error": oauth, "error_description": fault.message, **fault.details}
    else:
        body = {"message": fault.message, "__type": fault.name}
    headers = _headers(request_id).with_("x-amzn-ErrorType", fault.name)
    return Response(status, headers, json.dumps(body).encode())


def _headers(request_id: str) -> Headers:
    return Headers(
        {
            "Content-Type": _JSON,
            "Cache-Control": "no-store",
            "Pragma": "no-cache",
            "x-amzn-RequestId": request_id,
            "RequestId": request_id,  # what the portal calls it (§2.2)
        }
    )


def _body_of(request: Request) -> object:
    media_type = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if media_type != _JSON:
        raise Fault(INVALID, f"Content-Type has to be {_JSON}", status=415)
    try:
        value = json.loads(request.body)
    except (ValueError, RecursionError):
        raise Fault(INVALID, "The body is not JSON") from None
    return value


def _query_of(operation: Operation, request: Request) -> dict[str, Any]:
    pairs = parse_qsl(urlsplit(request.url).query, keep_blank_values=True)
    params: dict[str, Any] = {}
    for name, member in operation.input.members.items():
        values = [value for key, value in pairs if key == member.wire_name]
        if member.location is not Location.QUERY or not values:
            continue
        if len(values) > 1:
            raise Fault(INVALID, f"{member.wire_name} occurs more than once")
        params[name] = from_text(member.shape, values[0], member.wire_name, fault=INVALID)
    return params


def _headers_of(operation: Operation, headers: Headers) -> dict[str, Any]:
    """Read header members. A proxy may have written `-` for `_`: both, if they differ, are
    somebody's attempt to be two people at once (§0.11).
    """
    params: dict[str, Any] = {}
    for name, member in operation.input.members.items():
        if member.location is not Location.HEADER:
            continue
        values = _values(headers, member.wire_name)
        dashed = _values(headers, member.wire_name.replace("_", "-"))
        if len(values) > 1 or (values and any(other != values[0] for other in dashed)):
            raise Fault(INVALID, f"{member.wire_name} has more than one value")
        if values:
            params[name] = from_text(member.shape, values[0], member.wire_name, fault=INVALID)
    return params


def _values(headers: Headers, name: str) -> list[str]:
    return [value for key, value in headers.pairs if key.lower() == name.lower()]


def _in_snake_case(exception: str) -> str:
    return _CAPITAL.sub("_", exception.removesuffix("Exception")).lower()
