"""How SCIM says no: RFC 7644's error, and AWS's name for it in the header.

Source: RFC 7644 §3.12; the SCIM developer guide's table of errors (`spec/identity-center.md` §4.6).
"""

import json

from sekisho.center.protocol.fault import Fault
from sekisho.wire.http import Headers, Response

__all__ = ["INVALID", "MEDIA_TYPE", "conflict", "error", "invalid", "mutability", "not_found"]

MEDIA_TYPE = "application/scim+json"
INVALID = "ValidationException"
_ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"
_TYPE = "scimType"
_STATUSES = {
    INVALID: 400,
    "UnauthorizedException": 401,
    "ResourceNotFoundException": 404,
    "ConflictException": 409,
    "ThrottlingException": 429,
    "InternalServerException": 500,
}


def invalid(detail: str, kind: str = "invalidValue") -> Fault:
    """Return the fault of a request that is wrong in itself; `kind` is RFC 7644's `scimType`."""
    return Fault(INVALID, detail, details={_TYPE: kind})


def mutability(detail: str) -> Fault:
    """Return the fault of changing what cannot be changed so."""
    return invalid(detail, "mutability")


def not_found(detail: str) -> Fault:
    """Return the fault of something that is not there."""
    return Fault("ResourceNotFoundException", detail)


def conflict(detail: str) -> Fault:
    """Return the fault of something that somebody else has."""
    return Fault("ConflictException", detail, details={_TYPE: "uniqueness"})


def error(fault: Fault, request_id: str, *, allowed: tuple[str, ...] = ()) -> Response:
    """Write an error; `allowed` are the methods that a 405 tells of (RFC 9110 §15.5.6)."""
    status = fault.status or _STATUSES.get(fault.name, 400)
    kind = fault.details.get(_TYPE) or ("invalidValue" if fault.name == INVALID else None)
    document = {"schemas": [_ERROR], "status": str(status), "detail": fault.message}
    if kind is not None and status in (400, 409):  # RFC 7644 §3.12 has them for no other
        document[_TYPE] = kind
    headers = {
        "Content-Type": MEDIA_TYPE,
        "Cache-Control": "no-store",
        "x-amzn-RequestId": request_id,
        "x-amzn-ErrorType": fault.name,
    }
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if status == 405:
        headers["Allow"] = ", ".join(sorted(allowed))
    if fault.retry_after is not None:
        headers["Retry-After"] = str(fault.retry_after)
    return Response(status, Headers(headers), json.dumps(document).encode())
