"""The SCIM endpoint, `/<tenant id>/scim/v2/`: who may ask, for what, and in which form.

Source: RFC 7644 §3; the SCIM developer guide, "Supported API operations". Beside its answers to other
services' callers: a wrong tenant id and a wrong token are told alike, before anything is looked at.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from sqlalchemy import Connection
from starlette.requests import Request as HttpRequest
from starlette.responses import Response as HttpResponse
from starlette.routing import Route

from sekisho.center import audit
from sekisho.center.audit import Who
from sekisho.center.bounded import keep_bounded
from sekisho.center.directory import networks, scim_tokens
from sekisho.center.events import Event
from sekisho.center.limits import SCIM
from sekisho.center.protocol.call import Call
from sekisho.center.protocol.exchange import EveryMethod, Exchange, Protocol, exchange
from sekisho.center.protocol.fault import Fault
from sekisho.center.services.scim import discovery, groups, people
from sekisho.center.services.scim.desk import Answer, Desk, Operation, is_one_of
from sekisho.center.services.scim.faults import MEDIA_TYPE, error, invalid, not_found
from sekisho.center.services.scim.lists import selected
from sekisho.center.services.throttling import refuse_haste
from sekisho.secret import Secret
from sekisho.wire.http import Headers, Response

__all__ = ["OPERATIONS", "ROUTES", "Served"]

_BODY_LIMIT = 64 * 1024
_READ_BY = (MEDIA_TYPE, "application/json")
_WITH_BODY = ("POST", "PUT", "PATCH")
_NOT_HERE = frozenset({"Me", "Bulk", ".search"})
"""Of SCIM, but neither AWS's nor ours."""


@dataclass(frozen=True, slots=True)
class Served:
    """One operation."""

    name: str
    """As AWS's trail calls it: `CreateUser`."""
    operation: Operation


OPERATIONS: Mapping[tuple[str, bool], Mapping[str, Served]] = {
    ("Users", False): {
        "GET": Served("ListUsers", people.list_users),
        "POST": Served("CreateUser", people.create_user),
    },
    ("Users", True): {
        "GET": Served("GetUser", people.get_user),
        "PUT": Served("PutUser", people.put_user),
        "PATCH": Served("PatchUser", people.patch_user),
        "DELETE": Served("DeleteUser", people.delete_user),
    },
    ("Groups", False): {
        "GET": Served("ListGroups", groups.list_groups),
        "POST": Served("CreateGroup", groups.create_group),
    },
    ("Groups", True): {
        "GET": Served("GetGroup", groups.get_group),
        "PATCH": Served("PatchGroup", groups.patch_group),
        "DELETE": Served("DeleteGroup", groups.delete_group),
    },
    ("ServiceProviderConfig", False): {
        "GET": Served("ServiceProviderConfig", discovery.service_provider_config),
    },
    ("Schemas", False): {"GET": Served("ListSchemas", discovery.list_schemas)},
    ("Schemas", True): {"GET": Served("GetSchema", discovery.get_schema)},
    ("ResourceTypes", False): {"GET": Served("ListResourceTypes", discovery.list_resource_types)},
    ("ResourceTypes", True): {"GET": Served("GetResourceType", discovery.get_resource_type)},
}
"""By the path behind the base, with an id behind it or without, and by method."""


def _serve(at: Exchange) -> Response:
    tenant, kind, resource_id = _parts(at)
    by_method = OPERATIONS.get((kind, bool(resource_id)), {})
    served = by_method.get(at.request.method)
    at.begin("scim" if served is None else f"scim.{served.name}")
    token = _token_of(at, tenant)
    if served is None:
        raise _unserved(kind, resource_id, by_method)
    body = _body(at) if at.request.method in _WITH_BODY else {}
    with audit.acting(Who(token, f"SCIM {token}")):
        answer = _worked_on(at, served, tenant, resource_id, body)
    return _written(at, answer)


def _refuse(at: Exchange, fault: Fault) -> Response:
    _, kind, resource_id = _parts(at)
    allowed = tuple(OPERATIONS.get((kind, bool(resource_id)), {}))
    return error(fault, at.request_id, allowed=allowed)


def _parts(at: Exchange) -> tuple[str, str, str]:
    """Tenant id, kind and id of a resource; a path that goes on leads to nothing."""
    _, tenant, _, _, *rest = urlsplit(at.request.url).path.split("/")
    kind, resource_id, *more = [*map(unquote, rest), "", ""]
    return unquote(tenant), "" if any(more) else kind, resource_id


def _token_of(at: Exchange, tenant: str) -> str:
    """Return which token asks, and count the request: with it, or with the machine of a wrong one."""
    scheme, _, secret = at.request.headers.get("Authorization", "").partition(" ")
    token = None
    if scheme.lower() == "bearer":
        token = scim_tokens.holder_of(at.center, tenant, Secret(secret.strip()))
    call = Call(at.center, {}, at.origin, at.address, at.request)
    refuse_haste(call, SCIM, "ThrottlingException", whose=token)
    if token is None:
        keep_bounded(at.center, Event.SCIM_REFUSED)
        raise Fault("UnauthorizedException", "The tenant id or the token is not good here")
    return token


def _unserved(kind: str, resource_id: str, by_method: Mapping[str, Served]) -> Fault:
    if by_method:
        return Fault("ValidationException", "That method is not served here", status=405)
    if kind in _NOT_HERE or resource_id in _NOT_HERE:
        return Fault("ValidationException", "That part of SCIM is not served here", status=501)
    return not_found("There is nothing here")


def _body(at: Exchange) -> Mapping[str, Any]:
    if at.too_large:
        raise Fault("ValidationException", f"The body is over {_BODY_LIMIT} bytes", status=413)
    media_type = at.request.headers.get("Content-Type", MEDIA_TYPE).partition(";")[0].strip()
    if media_type.lower() not in _READ_BY:
        raise Fault(
            "ValidationException", f"Content-Type has to be {' or '.join(_READ_BY)}", status=415
        )
    try:
        body = json.loads(at.request.body)
    except (ValueError, RecursionError):
        raise invalid("The body is not JSON", "invalidSyntax") from None
    if not isinstance(body, dict):
        raise invalid("The body has to be an object", "invalidSyntax")
    return body


def _worked_on(
    at: Exchange, served: Served, tenant: str, resource_id: str, body: Mapping[str, Any]
) -> Answer:
    changes = at.request.method != "GET"
    database = at.center.database
    query = urlsplit(at.request.url).query
    with (database.writing if changes else database.reading)() as connection:
        desk = Desk(
            center=at.center,
            connection=connection,
            base=f"{at.origin}/{tenant}/scim/v2",
            issuer=f"scim:{tenant}",
            id=resource_id,
            params=dict(parse_qsl(query, keep_blank_values=True)),
            body=body,
            if_match=at.request.headers.get("If-Match"),
            changes=changes,
        )
        if _lets_in(connection, at):
            return _done(desk, served, at.address)
    keep_bounded(at.center, Event.NETWORK_REFUSED, operation=f"scim.{served.name}")
    raise Fault(
        "AccessDeniedException",
        "The network configuration of the identity store does not let this address in",
        status=403,
    )


def _lets_in(connection: Connection, at: Exchange) -> bool:
    configuration = networks.configuration_of(connection, at.center.instance.identity_store_id)
    return networks.lets_in_scim(configuration, at.address)


def _done(desk: Desk, served: Served, address: str) -> Answer:
    answer = served.operation(desk)
    if desk.changes:
        audit.keep(
            desk.connection, Event.ADMINISTERED,
            at=desk.now, person=answer.person, address=address, has_room=True,
            operation=f"scim.{served.name}", **answer.facts,
        )  # fmt: skip
    return answer


def _written(at: Exchange, answer: Answer) -> Response:
    headers = {
        "Content-Type": MEDIA_TYPE,
        "Cache-Control": "no-store",
        "x-amzn-RequestId": at.request_id,
    }
    document = answer.document
    if document is None:
        del headers["Content-Type"]
        return Response(answer.status, Headers(headers))
    version = document.get("meta", {}).get("version")
    if version is not None:
        headers["ETag"] = version
        unchanged = at.request.headers.get("If-None-Match")
        if at.request.method == "GET" and unchanged and is_one_of(version, unchanged):
            return Response(304, Headers(headers))
    if answer.status == 201:
        headers["Location"] = document["meta"]["location"]
    query = dict(parse_qsl(urlsplit(at.request.url).query, keep_blank_values=True))
    body = json.dumps(selected(document, query)).encode()
    return Response(answer.status, Headers(headers), body)


async def _handle(http_request: HttpRequest) -> HttpResponse:
    return await exchange(http_request, Protocol(_serve, _refuse, _BODY_LIMIT))


ROUTES = (
    Route("/{tenant}/scim/v2", EveryMethod(_handle)),
    Route("/{tenant}/scim/v2/{rest:path}", EveryMethod(_handle)),
)
