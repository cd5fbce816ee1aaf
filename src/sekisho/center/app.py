"""The center as an ASGI application: every service and every page, on one origin."""

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute

from sekisho.center import audit, probe, test_controls
from sekisho.center.center import Center, open_center
from sekisho.center.controls import Controls
from sekisho.center.doorkeeper import Doorkeeper
from sekisho.center.forwarded import Forwarded
from sekisho.center.health import Health
from sekisho.center.housekeeping import Housekeeper
from sekisho.center.pages.errors import Problem, error_page, http_error_page, wants_page
from sekisho.center.pages.routes import PAGES
from sekisho.center.protocol.dispatch import query_route, rest_routes
from sekisho.center.protocol.model import load
from sekisho.center.services import federation, oidc, portal, published_keys, signin, sts
from sekisho.center.services.identitystore import operations as identitystore
from sekisho.center.services.scim.routes import ROUTES as SCIM_ROUTES
from sekisho.center.services.sso_admin import operations as sso_admin
from sekisho.center.settings import CenterSettings
from sekisho.center.storage.database import DatabaseAway
from sekisho.ports import Clock

__all__ = ["Center", "build_app"]


def build_app(
    settings: CenterSettings, *, clock: Clock, controls: Controls | None = None
) -> Starlette:
    """Open a center and put it behind one origin. It needs no lifespan, and no socket.

    With `controls` it is a center under test, and answers below `/_test` when they have a token.
    Raises what `open_center` raises.
    """
    center = open_center(settings, clock=clock, controls=controls)
    doorkeeper = Middleware(
        Doorkeeper, clock=clock, public_url=settings.public_url, hosts=center.instance.hosts
    )
    forwarded = Middleware(Forwarded, trusted=settings.trusted_proxies)
    health = Health()
    app = Starlette(
        routes=[*_routes(), health.route(), *test_controls.routes(controls)],
        middleware=[forwarded, Middleware(Housekeeper), doorkeeper],
        exception_handlers={
            HTTPException: _explain,
            DatabaseAway: _be_patient,
            Exception: _apologise,
        },
    )
    app.router.redirect_slashes = False  # `/token/` is not `/token`, and nobody's form is resent
    app.state.center = center
    app.state.health = health
    return app


def _routes() -> list[BaseRoute]:
    return [
        *rest_routes(load("sso-oidc"), oidc.OPERATIONS),
        *rest_routes(load("sso"), portal.OPERATIONS),
        query_route(
            load("sts"),
            sts.OPERATIONS,
            otherwise=sts.not_authorized,
            targets=(sso_admin.TARGET, identitystore.TARGET),
        ),
        *signin.ROUTES,
        *federation.ROUTES,
        published_keys.ROUTE,
        *PAGES,
        *SCIM_ROUTES,
        probe.ROUTE,
    ]


def _explain(request: Request, error: Exception) -> Response:
    """Say what the routing found wrong: to a browser with a page, to a tool with a line."""
    if not isinstance(error, HTTPException):
        raise error
    if wants_page(request):
        return http_error_page(request, error)
    return PlainTextResponse(f"{error.detail}\n", error.status_code, error.headers)


def _be_patient(request: Request, _away: Exception) -> Response:
    """Say that the database cannot be reached now: SDKs try again, and so do people."""
    audit.warn("database", "it cannot be reached")
    if wants_page(request):
        return error_page(request, Problem.BROKEN, 503)
    return Response(
        status_code=503,
        headers={"x-amzn-ErrorType": "ServiceUnavailableException", "Retry-After": "1"},
    )


def _apologise(request: Request, _bug: Exception) -> Response:
    """Answer after a bug of ours; the server puts its traceback into the log.

    SDKs read an empty 500 as one, whatever the protocol, and try again.
    """
    if wants_page(request):
        return error_page(request, Problem.BROKEN, 500)
    return Response(status_code=500, headers={"x-amzn-ErrorType": "InternalServerException"})
