"""`GET /.well-known/jwks.json`: what an application verifies our ID tokens with.

AWS publishes nothing of the kind, and needs nothing: it reads its tokens itself. An application that
would rather check than believe can do so here (docs/decisions/0028).
"""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sekisho.center import id_tokens

__all__ = ["ROUTE"]

_A_WHILE = "public, max-age=300"
"""Keys are added before they sign anything, so a copy may be five minutes old."""


def _show(request: Request) -> Response:
    keys = id_tokens.published(request.app.state.center.keys)
    return JSONResponse(
        keys,
        headers={"Cache-Control": _A_WHILE, "X-Content-Type-Options": "nosniff"},
        media_type="application/jwk-set+json",
    )


ROUTE = Route("/.well-known/jwks.json", _show, methods=["GET"])
