"""Whether what stands in front of the center passes on what tools send: it asks itself, from outside.

The portal's token comes in a header with underscores (`spec/identity-center.md` §0.10), which nginx and
others drop without a word: then every sign-in succeeds, and every tool is told that its token is invalid.

1. The center sends a nonce of one use to its own public URL, in that header and in an ordinary one.
2. Whichever replica is reached answers what it has got, and proves by the keys that they share that it is
   one of them: another service at that URL would otherwise pass for one that lost the header.
"""

import hmac
import json
import secrets
from typing import Any

from starlette.requests import Request as HttpRequest
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sekisho.center.center import Center
from sekisho.center.forwarded import TOLD
from sekisho.center.keys import Keys
from sekisho.errors import SekishoError
from sekisho.ports import Http
from sekisho.wire.http import Headers, Request
from sekisho.wire.portal import TOKEN_HEADER

__all__ = ["ROUTE", "probe"]

_PATH = "/.well-known/sekisho-probe"
_NONCE_HEADER = "x-sekisho-probe"
_LONGEST_NONCE = 64


def probe(http: Http, url: str, keys: Keys) -> str | None:
    """Ask the center at its public `url`, and return what the operator should mend, if anything.

    Blocks until the answer is there, or `http` gives up. Raises nothing.
    """
    nonce = secrets.token_urlsafe()
    headers = Headers({_NONCE_HEADER: nonce, TOKEN_HEADER: nonce})
    try:
        answer = http.send(Request("GET", f"{url}{_PATH}", headers))
    except SekishoError as error:
        return (
            f"the center cannot reach itself at {url}, so its proxies were not checked: "
            f"{error.what}; if this machine can never reach it, look from another: "
            f"curl {url}/healthz"
        )
    found = _read(answer.body) if answer.status == 200 else {}
    if not hmac.compare_digest(str(found.get("proof")), _proof(keys, nonce)):
        return (
            f"what answers at {url} is not this center (status {answer.status}), or a replica with "
            "other keys; look at the proxy's upstreams, and give every replica the same --keys"
        )
    if found.get("token_header") is not True:
        return (
            f"the header {TOKEN_HEADER} gets lost on the way from {url}: every tool will be told "
            "that its token is invalid; have the proxies pass it on "
            "(nginx: underscores_in_headers on;)"
        )
    return _CLIENTS.get(str(found.get("client")))


_CLIENTS = {
    "not believed": (
        "a proxy says who the client is, and is not believed: all people count as one machine, and "
        "are locked out together; name its address: --trusted-proxy CIDR"
    ),
    "not said": (
        "no proxy says who the client is: all people count as one machine, and are locked out "
        "together (nginx: proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;)"
    ),
}
"""What is wrong with what the proxies say of the client."""


def _answer(request: HttpRequest) -> Response:
    center: Center = request.app.state.center
    nonce = request.headers.get(_NONCE_HEADER, "")
    if not 0 < len(nonce) <= _LONGEST_NONCE:
        return JSONResponse({"error": f"the header {_NONCE_HEADER} is missing"}, 400)
    return JSONResponse(
        {
            "proof": _proof(center.keys, nonce),
            "token_header": request.headers.get(TOKEN_HEADER) == nonce,
            "client": _client(request, center),
        }
    )


ROUTE = Route(_PATH, _answer, methods=["GET"])


def _client(request: HttpRequest, center: Center) -> str:
    if request.scope.get(TOLD):
        return "told"
    if "x-forwarded-for" in request.headers or "forwarded" in request.headers:
        return "not believed"
    return "not said" if center.settings.trusted_proxies else "direct"


def _proof(keys: Keys, nonce: str) -> str:
    return keys.derive("proxy probe", nonce).hex()


def _read(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
