"""The test controls over HTTP, for tests in any language (design §3).

    POST   /_test/clock    {"advance_seconds": 3600}
    POST   /_test/faults   {"operation": "GetRoleCredentials", "status": 429, "count": 2}
    DELETE /_test/faults
    POST   /_test/refresh  {"single_use": true, "grace_seconds": 0}
    GET    /_test/calls

Each request carries the token that `center serve --test-controls` prints, comes from this
machine, and calls it by a loopback name. What is wrong with a request is said in JSON.
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sekisho.center.controls import Controls, InjectedFault
from sekisho.center.doorkeeper import LOOPBACK_NAMES, host_name
from sekisho.center.protocol.model import load
from sekisho.center.services import oidc, portal
from sekisho.secret import Secret

__all__ = ["operations", "routes"]

_LARGEST_BODY = 16 * 1024
_LOOPBACK_ADDRESSES = ("127.", "::1")
_BEARER = "bearer "
_EXCEPTION = re.compile(r"[A-Za-z][A-Za-z0-9.]{0,127}")
_LONGEST_LATENCY_MS = 10 * 60 * 1000
_MOST_CALLS = 1_000_000
_LONGEST_GRACE = 10 * 365 * 24 * 3600

_Fields = Mapping[str, Any]


def routes(controls: Controls | None) -> list[BaseRoute]:
    """Make the routes; none for a center without controls, or with controls without a token."""
    if controls is None or controls.token is None:
        return []
    acts: Mapping[str, Mapping[str, Callable[[Controls, _Fields], object]]] = {
        "/_test/clock": {"POST": _advance},
        "/_test/faults": {"POST": _inject, "DELETE": _clear},
        "/_test/refresh": {"POST": _refresh},
        "/_test/calls": {"GET": _calls},
    }
    return [
        Route(path, _endpoint(controls, controls.token, by_method), methods=[*by_method])
        for path, by_method in acts.items()
    ]


class _Refused(Exception):
    """What is wrong with a request, in words."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


def _endpoint(
    controls: Controls,
    token: Secret,
    by_method: Mapping[str, Callable[[Controls, _Fields], object]],
) -> Callable[[Request], Any]:
    async def answer(request: Request) -> Response:
        try:
            _check_caller(request, token)
            method = "GET" if request.method == "HEAD" else request.method
            fields = await _fields(request) if method == "POST" else {}
            return JSONResponse(by_method[method](controls, fields))
        except _Refused as refused:
            headers = {"WWW-Authenticate": "Bearer"} if refused.status == 401 else None
            return JSONResponse({"error": refused.message}, refused.status, headers)

    return answer


def _check_caller(request: Request, token: Secret) -> None:
    """Let in who is on this machine, calls it by a loopback name, and has the token."""
    address = "" if request.client is None else request.client.host
    if not address.startswith(_LOOPBACK_ADDRESSES):
        raise _Refused(403, "the test controls answer this machine only")
    if host_name(request.headers.get("Host", "")) not in LOOPBACK_NAMES:
        names = ", ".join(sorted(LOOPBACK_NAMES))
        raise _Refused(421, f"the test controls answer under these names only: {names}")
    said = request.headers.getlist("Authorization")
    bearer = said[0] if len(said) == 1 else ""
    given = bearer[len(_BEARER) :].strip() if bearer.lower().startswith(_BEARER) else ""
    if Secret(given) != token:  # compared in constant time
        raise _Refused(
            401,
            "send the header `Authorization: Bearer TOKEN`, with the TOKEN that "
            "`sekisho center serve --test-controls` prints on its second line",
        )


async def _fields(request: Request) -> _Fields:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LARGEST_BODY:
            raise _Refused(413, f"the body is over {_LARGEST_BODY} bytes")
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        raise _Refused(400, "the body is not JSON") from None
    if not isinstance(value, dict):
        raise _Refused(400, "the body has to be a JSON object")
    return value


# --- what can be done ----------------------------------------------------------------------------


def _advance(controls: Controls, fields: _Fields) -> object:
    _only(fields, "advance_seconds")
    seconds = fields.get("advance_seconds")
    if not isinstance(seconds, int | float) or isinstance(seconds, bool):
        raise _Refused(400, "advance_seconds has to be a number of seconds")
    try:
        controls.clock.advance(seconds)
    except ValueError:
        raise _Refused(
            400, "advance_seconds has to be 0 or more, and at most a hundred years in all"
        ) from None
    return {"now": controls.clock.now().isoformat(), "ahead_seconds": controls.clock.ahead}


def _inject(controls: Controls, fields: _Fields) -> object:
    _only(fields, "operation", "status", "error", "latency_ms", "count")
    operation, error = fields.get("operation"), fields.get("error")
    if not isinstance(operation, str) or operation not in operations():
        raise _Refused(400, f"operation has to be one of {', '.join(sorted(operations()))}")
    if error is not None and not (isinstance(error, str) and _EXCEPTION.fullmatch(error)):
        raise _Refused(400, "error has to be the name of an exception: TooManyRequestsException")
    injected = InjectedFault(
        operation,
        status=_whole(fields, "status", least=400, most=599),
        error=error,
        latency_ms=_whole(fields, "latency_ms", least=0, most=_LONGEST_LATENCY_MS) or 0,
        count=_whole(fields, "count", least=1, most=_MOST_CALLS) or 1,
    )
    if injected.fault is None and not injected.latency_ms:
        raise _Refused(400, "name what is to happen: a status, an error, or a latency_ms")
    controls.inject(injected)
    return _pending(controls)


def _clear(controls: Controls, _fields: _Fields) -> object:
    controls.clear_faults()
    return _pending(controls)


def _pending(controls: Controls) -> object:
    return {
        "faults": [
            {
                "operation": injected.operation,
                "status": injected.status,
                "error": injected.error,
                "latency_ms": injected.latency_ms,
                "count": injected.count,
            }
            for injected in controls.faults
        ]
    }


def _refresh(controls: Controls, fields: _Fields) -> object:
    _only(fields, "single_use", "grace_seconds")
    single_use = fields.get("single_use")
    if not isinstance(single_use, bool):
        raise _Refused(400, "single_use has to be true or false")
    grace = _whole(fields, "grace_seconds", least=0, most=_LONGEST_GRACE) or 0
    if single_use:
        controls.use_refresh_tokens_once(grace_seconds=grace)
    else:
        controls.use_refresh_tokens_again()
    return {"single_use": single_use, "grace_seconds": grace if single_use else None}


def _calls(controls: Controls, _fields: _Fields) -> object:
    return controls.counts()


def operations() -> frozenset[str]:
    """Name the operations that a fault can happen to. STS answers all of its model's."""
    return frozenset({*oidc.OPERATIONS, *portal.OPERATIONS, *load("sts").operations})


def _only(fields: _Fields, *known: str) -> None:
    unknown = sorted(set(fields) - set(known))
    if unknown:
        raise _Refused(400, f"unknown: {', '.join(unknown)}; known: {', '.join(known)}")


def _whole(fields: _Fields, name: str, *, least: int, most: int) -> int | None:
    value = fields.get(name)
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise _Refused(400, f"{name} has to be a whole number from {least} to {most}")
    return value
