"""How a page is served: one address, an endpoint for each method."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sekisho.center.pages.visit import Endpoint

__all__ = ["route"]


def route(
    path: str,
    *,
    get: Endpoint | None = None,
    head: Endpoint | None = None,
    post: Endpoint | None = None,
) -> Route:
    """Serve `path` by the endpoint of each method; other methods are answered 405.

    HEAD is answered as GET is, unless it has an endpoint of its own.
    """
    by_method = {} if get is None else {"GET": get, "HEAD": head or get}
    if post is not None:
        by_method["POST"] = post

    async def endpoint(request: Request) -> Response:
        return await by_method[request.method](request)

    return Route(path, endpoint, methods=list(by_method))
