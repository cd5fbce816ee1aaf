"""`/federation`: from role credentials to the AWS console, by way of a sign-in token (§5).

1. getSigninToken takes role credentials, and answers with a token that is good for a quarter of an
   hour and for one thing: to open a browser as that role. A console session may be asked to last
   from 15 minutes to 12 hours; one of a role that was assumed with another role's credentials
   cannot be made longer (AWS IAM user guide, "Enable custom identity broker access").
2. login shows who the browser would be in the console, for how long, and where it wanted to go.
   There is no console here, and the destination is a stranger's: it is text, and never gone to.

Nothing is stored: the token carries its own proof. AWS's tools differ in how they spell the names
of the parameters, so case does not count.
"""

import base64
import binascii
import hmac
import json
from collections.abc import Mapping
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from sekisho.center import rolekeys
from sekisho.center.bounded import keep_bounded
from sekisho.center.center import Center
from sekisho.center.directory import assignments
from sekisho.center.events import Event
from sekisho.center.pages.errors import Problem, error_page, language_of
from sekisho.center.pages.headers import protect
from sekisho.center.pages.origin import needs_hsts
from sekisho.center.pages.templating import fill
from sekisho.center.pages.visit import read_form
from sekisho.center.protocol.fault import Fault
from sekisho.center.rolekeys import IssuedKey
from sekisho.center.services.signature import holder_of
from sekisho.center.settings import Revocation
from sekisho.center.storage import bearer
from sekisho.center.storage.times import from_epoch
from sekisho.secret import Secret

__all__ = ["ROUTES", "federation"]

_TOKEN_SECONDS = 15 * 60
_SHORTEST, _LONGEST = 15 * 60, 12 * 3600
_PREFIX = "sks_ct_"
_NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}


async def federation(request: Request) -> Response:
    """Answer both actions, of a GET and of a POST, which keeps credentials out of the address."""
    form = await read_form(request)
    if form is None:
        return _refused("InvalidRequest", "The body is not a form")
    given = {name.lower(): value for name, value in {**request.query_params, **form}.items()}
    match given.get("action", "").lower():
        case "getsignintoken":
            return await run_in_threadpool(_get_signin_token, request.app.state.center, given)
        case "login":
            return await run_in_threadpool(_login, request, given)
    return _refused("InvalidAction", "The Action is getSigninToken or login")


ROUTES = (Route("/federation", federation, methods=["GET", "POST"]),)


def _get_signin_token(center: Center, given: Mapping[str, str]) -> Response:
    """Step 1."""
    session = _session_in(given.get("session", ""))
    if session is None:
        return _refused("ValidationError", "Session is JSON: sessionId, sessionKey, sessionToken")
    try:
        key = holder_of(center, session[0], Secret(session[1]), Secret(session[2]))
        until = _until(center, key, given.get("sessionduration"))
    except Fault as fault:
        return _refused(fault.name, fault.message, fault.status or HTTPStatus.BAD_REQUEST)
    keep_bounded(center, Event.CONSOLE_TOKEN, person=key.user, access_key_id=key.access_key_id)
    return JSONResponse({"SigninToken": _token(center, key, until)}, headers=_NO_STORE)


def _login(request: Request, given: Mapping[str, str]) -> Response:
    """Step 2."""
    center: Center = request.app.state.center
    found = _read_token(center, given.get("signintoken", ""))
    if found is None:
        return error_page(request, Problem.REQUEST_GONE, HTTPStatus.BAD_REQUEST)
    key, until = found
    values: dict[str, object] = {
        "person": None,
        "takes_deep_links": False,
        "keys_outlive": center.settings.revocation is Revocation.AWS,
        "account_name": assignments.name_of(center, key.principal.account_id),
        "role": {"account_id": key.principal.account_id, "role_name": key.principal.name},
        "expires_at": from_epoch(until),
        "left": timedelta(seconds=until - center.now()),
        "destination": given.get("destination", ""),
    }
    page = fill("console-opened.html", language_of(request), values)
    return protect(HTMLResponse(page), hsts=needs_hsts(request))


def _session_in(text: str) -> tuple[str, str, str] | None:
    """Read the credentials; their names are compared without regard to case, too."""
    try:
        document = json.loads(text)
        parts = {str(name).lower(): value for name, value in document.items()}
        found = (parts["sessionid"], parts["sessionkey"], parts["sessiontoken"])
        "".join(found).encode()
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return None if "\0" in found[0] else found


def _until(center: Center, key: IssuedKey, duration: str | None) -> int:
    """Return when the console session ends; without a `duration`, with the credentials."""
    if duration is None:
        return key.expires_at
    if key.assumed is not None:
        raise Fault("ValidationError", "SessionDuration is not for roles of role chaining")
    good = duration.isascii() and duration.isdecimal() and len(duration) < len("1000000")
    if not good or not _SHORTEST <= int(duration) <= _LONGEST:
        raise Fault("ValidationError", f"SessionDuration is from {_SHORTEST} to {_LONGEST} seconds")
    return center.now() + int(duration)


def _token(center: Center, key: IssuedKey, until: int) -> str:
    claims = [key.access_key_id, center.now() + _TOKEN_SECONDS, until]
    payload = bearer.encoded(json.dumps(claims).encode())
    return (
        f"{_PREFIX}{center.keys.current}.{payload}.{_proof(center, payload, center.keys.current)}"
    )


def _read_token(center: Center, token: str) -> tuple[IssuedKey, int] | None:
    """Return whose token it is, and when the session ends; `None` for one that is over or none."""
    parts = token.removeprefix(_PREFIX).split(".")
    if not token.startswith(_PREFIX) or len(parts) != 3:
        return None
    master, payload, proof = parts
    try:
        if not hmac.compare_digest(_proof(center, payload, master), proof):
            return None
        claims: list[Any] = json.loads(
            base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
        )
    except (KeyError, TypeError, ValueError, binascii.Error):
        return None
    access_key_id, token_ends, until = claims
    key = rolekeys.key_of(center, access_key_id)
    return None if key is None or token_ends <= center.now() else (key, until)


def _proof(center: Center, payload: str, master: str) -> str:
    return bearer.encoded(center.keys.derive("console token", payload, key=master))


def _refused(name: str, message: str, status: int = HTTPStatus.BAD_REQUEST) -> Response:
    return PlainTextResponse(f"{message}\n", status, {**_NO_STORE, "x-amzn-ErrorType": name})
