"""From an HTTP request to the operation that it calls.

One origin serves every service: REST-JSON operations by path and method, `POST /` by its
`X-Amz-Target`, else by its `Action` (`spec/identity-center.md` §0.12).
"""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from starlette.requests import Request as HttpRequest
from starlette.responses import RedirectResponse
from starlette.responses import Response as HttpResponse
from starlette.routing import Route

from sekisho.center.protocol import json11, query, rest_json
from sekisho.center.protocol.call import Call, Serve
from sekisho.center.protocol.exchange import EveryMethod, Exchange, Protocol, exchange
from sekisho.center.protocol.fault import Fault
from sekisho.center.protocol.model import Operation, Service
from sekisho.wire.http import Request, Response

__all__ = ["query_route", "rest_routes"]

_REST_LIMIT = 16 * 1024
_QUERY_LIMIT = 64 * 1024


def rest_routes(service: Service, served: Mapping[str, Serve]) -> list[Route]:
    """Make a route for each path of the operations that are `served`; the model has both.

    Where the model has a query behind the path (`/token?aws_iam=t`), it tells operations apart.
    """
    by_path: dict[str, list[Operation]] = {}
    for name in served:
        operation = service.operations[name]
        by_path.setdefault(urlsplit(operation.path).path, []).append(operation)
    return [
        Route(path, _endpoint(_rest_protocol(service, served, operations)))
        for path, operations in by_path.items()
    ]


def query_route(
    service: Service,
    served: Mapping[str, Serve],
    *,
    otherwise: Serve,
    targets: Sequence[json11.Target] = (),
) -> Route:
    """Make the route of `/`; `otherwise` answers the model's operations that are not served.

    A request with an `X-Amz-Target` is for one of `targets`, which speak JSON. A person who comes here with a browser is sent to the access portal.
    """
    by_prefix = {target.prefix: target for target in targets}
    protocol = _either(_json_protocol(by_prefix), _query_protocol(service, served, otherwise))

    async def handle(http_request: HttpRequest) -> HttpResponse:
        is_visit = http_request.method in ("GET", "HEAD")
        if is_visit and "Action" not in http_request.query_params:
            return RedirectResponse("/start", status_code=303)
        return await exchange(http_request, protocol)

    return Route("/", EveryMethod(handle))


def _endpoint(protocol: Protocol) -> EveryMethod:
    async def handle(http_request: HttpRequest) -> HttpResponse:
        return await exchange(http_request, protocol)

    return EveryMethod(handle)


def _rest_protocol(
    service: Service, served: Mapping[str, Serve], operations: Sequence[Operation]
) -> Protocol:
    def serve(at: Exchange) -> Response:
        operation = _operation(operations, at.request)
        if operation is None:
            raise Fault(rest_json.INVALID, "Method not allowed", status=405)
        at.begin(operation.name)
        if at.too_large:
            raise Fault(rest_json.INVALID, f"The body is over {_REST_LIMIT} bytes", status=413)
        output = served[operation.name](_call(at, rest_json.read(operation, at.request)))
        return rest_json.answer(operation, output, at.request_id)

    def refuse(at: Exchange, fault: Fault) -> Response:
        response = rest_json.error(service, fault, at.request_id)
        return _advised(response, fault, *{each.method for each in operations})

    return Protocol(serve, refuse, _REST_LIMIT)


def _operation(operations: Sequence[Operation], request: Request) -> Operation | None:
    """That of the method, and of the fixed query if the request has one."""
    query = set(parse_qsl(urlsplit(request.url).query, keep_blank_values=True))
    fitting = [
        (len(fixed), each)
        for each in operations
        if each.method == request.method
        and (fixed := set(parse_qsl(urlsplit(each.path).query))) <= query
    ]
    return max(fitting, key=lambda pair: pair[0], default=(0, None))[1]


def _query_protocol(service: Service, served: Mapping[str, Serve], otherwise: Serve) -> Protocol:
    def serve(at: Exchange) -> Response:
        if at.request.method not in ("GET", "POST"):
            raise Fault("InvalidAction", "Method not allowed", status=405)
        if at.too_large:
            raise Fault(
                "RequestEntityTooLarge", f"The body is over {_QUERY_LIMIT} bytes", status=413
            )
        operation = query.operation_of(service, at.request)
        at.begin(operation.name)
        answering = served.get(operation.name, otherwise)
        output = answering(_call(at, query.read(operation, at.request)))
        return query.answer(service, operation, output, at.request, at.request_id)

    def refuse(at: Exchange, fault: Fault) -> Response:
        response = query.error(service, fault, at.request, at.request_id)
        return _advised(response, fault, "GET", "POST")

    return Protocol(serve, refuse, _QUERY_LIMIT)


def _json_protocol(targets: Mapping[str, json11.Target]) -> Protocol:
    def serve(at: Exchange) -> Response:
        operation, answering = json11.target_of(targets, at.request)
        at.begin(operation.name)
        if at.too_large:
            raise Fault("ValidationException", f"The body is over {_QUERY_LIMIT} bytes")
        output = answering(_call(at, json11.read(operation, at.request)))
        return json11.answer(operation, output, at.request_id)

    def refuse(at: Exchange, fault: Fault) -> Response:
        return _advised(json11.error(fault, at.request_id), fault)

    return Protocol(serve, refuse, _QUERY_LIMIT)


def _either(json: Protocol, query: Protocol) -> Protocol:
    """One path, two protocols: the header says which."""

    def of(at: Exchange) -> Protocol:
        return json if json11.TARGET in at.request.headers else query

    return Protocol(
        lambda at: of(at).serve(at), lambda at, fault: of(at).refuse(at, fault), _QUERY_LIMIT
    )


def _call(at: Exchange, params: Mapping[str, Any]) -> Call:
    return Call(at.center, params, at.origin, at.address, at.request)


def _advised(response: Response, fault: Fault, *methods: str) -> Response:
    """A 405 says which methods there are (RFC 9110 §15.5.6), and who was too fast how long to
    wait (§10.2.3).
    """
    headers = response.headers
    if response.status == 405:
        headers = headers.with_("Allow", ", ".join(sorted(methods)))
    if fault.retry_after is not None:
        headers = headers.with_("Retry-After", str(fault.retry_after))
    return Response(response.status, headers, response.body)
