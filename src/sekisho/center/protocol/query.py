"""The query protocol, of `sts`: a form in, XML out, or JSON where it is asked for.

Source: the service model; `spec/identity-center.md` §3.1 to §3.4.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from xml.sax.saxutils import escape

from sekisho.center.protocol.fault import Fault
from sekisho.center.protocol.model import Kind, Operation, Service, Shape
from sekisho.center.protocol.values import from_form, members_of, to_json
from sekisho.wire.http import Headers, Request, Response

__all__ = ["INVALID", "answer", "error", "operation_of", "read"]

INVALID = "ValidationError"

_FORM = "application/x-www-form-urlencoded"
_MOST_FIELDS = 512


def operation_of(service: Service, request: Request) -> Operation:
    """Return the operation that the form, or the query of a GET, names with `Action`.

    Raises `Fault` MissingAction, or InvalidAction for one that this version does not have.
    """
    form = _form_of(request)
    action = form.get("Action", "")
    if not action:
        raise Fault("MissingAction", "The request names no Action")
    version = form.get("Version", "NO_VERSION_SPECIFIED")
    if action not in service.operations or version != service.version:
        raise Fault("InvalidAction", f"Could not find operation {action} for version {version}")
    return service.operations[action]


def read(operation: Operation, request: Request) -> dict[str, Any]:
    """Read the operation's members. Raises `Fault` ValidationError."""
    params: dict[str, Any] = from_form(
        operation.input, _form_of(request), "", operation.name, fault=INVALID
    )
    return params


def answer(
    service: Service,
    operation: Operation,
    output: Mapping[str, object],
    request: Request,
    request_id: str,
) -> Response:
    """Write a success."""
    wrapper = operation.result_wrapper or f"{operation.name}Result"
    if _wants_json(request):
        document = {
            f"{operation.name}Response": {
                wrapper: to_json(operation.output, output),
                "ResponseMetadata": {"RequestId": request_id},
            }
        }
        return _json_response(200, document, request_id)
    result = _element(wrapper, _xml(operation.output, output))
    metadata = _element("ResponseMetadata", _element("RequestId", escape(request_id)))
    root = f"{operation.name}Response"
    xml = f'<{root} xmlns="{service.xml_namespace}">{result}{metadata}</{root}>'
    return _xml_response(200, xml, request_id)


def error(service: Service, fault: Fault, request: Request, request_id: str) -> Response:
    """Write an error."""
    status = fault.status or service.statuses.get(fault.name, 400)
    kind = "Sender" if status < 500 else "Receiver"
    if _wants_json(request):
        parts = {"Type": kind, "Code": fault.name, "Message": fault.message}
        return _json_response(status, {"Error": parts, "RequestId": request_id}, request_id)
    inner = (
        _element("Type", kind)
        + _element("Code", escape(fault.name))
        + _element("Message", escape(_printable(fault.message)))
    )
    xml = (
        f'<ErrorResponse xmlns="{service.xml_namespace}">{_element("Error", inner)}'
        f"{_element('RequestId', escape(request_id))}</ErrorResponse>"
    )
    return _xml_response(status, xml, request_id)


def _form_of(request: Request) -> dict[str, str]:
    """Read the fields: of the body of a POST with a form in it, else of the query."""
    media_type = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if request.method == "POST":
        text = request.body.decode("latin-1") if media_type == _FORM else ""
    else:
        text = urlsplit(request.url).query
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise Fault(INVALID, "The form has too many fields") from None
    form = dict(pairs)
    if len(form) < len(pairs):
        raise Fault(INVALID, "A parameter occurs more than once")
    return form


def _wants_json(request: Request) -> bool:
    return "application/json" in request.headers.get("Accept", "").lower()


def _xml(shape: Shape, value: object) -> str:
    match shape.kind, value:
        case Kind.STRUCTURE, Mapping():
            return "".join(
                _element(member.wire_name, _xml(member.shape, part))
                for member, part in members_of(shape, value)
            )
        case (Kind.STRING, str()) | (Kind.INTEGER | Kind.LONG, int()):
            return escape(str(value))
        case Kind.TIMESTAMP, datetime():
            return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    raise TypeError(f"a modelled {shape.kind} cannot be a {type(value).__name__}")


def _element(name: str, inner: str) -> str:
    return f"<{name}>{inner}</{name}>"


def _printable(text: str) -> str:
    """XML has no way at all to write most control characters."""
    return "".join(c if c.isprintable() else "�" for c in text)


def _xml_response(status: int, xml: str, request_id: str) -> Response:
    return Response(status, _headers("text/xml", request_id), xml.encode())


def _json_response(status: int, document: object, request_id: str) -> Response:
    headers = _headers("application/json", request_id)
    return Response(status, headers, json.dumps(document).encode())


def _headers(media_type: str, request_id: str) -> Headers:
    return Headers(
        {
            "Content-Type": media_type,
            "Cache-Control": "no-store",
            "x-amzn-RequestId": request_id,
        }
    )
