"""`GET /authorize`: where a browser arrives with an application's request (§1.13).

AWS has it in no service model. It has to be at the root of the origin: the AWS CLI drops any
path of the endpoint (§0.13).
"""

from collections import Counter
from typing import assert_never

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from sekisho.center.grants import authorization_code
from sekisho.center.grants.authorization_code import (
    AuthorizationRequest,
    PageError,
    PageProblem,
    RedirectError,
)
from sekisho.center.pages.errors import Problem, error_page
from sekisho.center.protocol.exchange import origin_of

__all__ = ["ROUTES", "authorize"]

_SEE_OTHER = 303
"""Never 307, which would send a form on (RFC 9700 §4.12)."""


async def authorize(request: Request) -> Response:
    """Keep the request and go on to the consent page, which asks for a sign-in first."""
    outcome = await run_in_threadpool(_begin, request)
    match outcome:
        case AuthorizationRequest():
            return _go(f"/consent?handle={outcome.handle}")
        case RedirectError():
            return _go(outcome.url)
        case PageError():
            return error_page(
                request, Problem.APPLICATION_REFUSED, 400, detail=f"error.{outcome.problem}"
            )
    assert_never(outcome)


ROUTES = (Route("/authorize", authorize, methods=["GET"]),)


def _begin(request: Request) -> AuthorizationRequest | PageError | RedirectError:
    pairs = request.query_params.multi_items()
    repeated = [name for name, count in Counter(name for name, _ in pairs).items() if count > 1]
    if repeated or any("\0" in value for _, value in pairs):  # RFC 6749 §3.1
        return PageError(PageProblem.REQUEST_MALFORMED)
    return authorization_code.begin(
        request.app.state.center, dict(pairs), issuer=origin_of(request)
    )


def _go(url: str) -> Response:
    return RedirectResponse(
        url,
        status_code=_SEE_OTHER,
        headers={"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"},
    )
