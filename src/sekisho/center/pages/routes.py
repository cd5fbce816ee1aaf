"""Every page: its address, its methods, and the handler that makes it."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sekisho.center.pages import (
    authenticator_app,
    consent,
    console,
    credentials,
    device,
    enrolment,
    invitation,
    own_sessions,
    portal,
    profile,
    proof,
    recovery_codes,
    second_step,
    signin,
)
from sekisho.center.pages.errors import Problem, error_page
from sekisho.center.pages.headers import STATIC_HEADERS
from sekisho.center.pages.templating import STATIC_FILES
from sekisho.center.pages.visit import Endpoint, fresh_page, page, signed_in_page

__all__ = ["PAGES"]


async def _static(request: Request) -> Response:
    """Answer with a file of the explicit list."""
    found = STATIC_FILES.get(request.path_params["name"])
    if found is None:
        return error_page(request, Problem.NOT_FOUND, 404)
    content, media_type = found
    return Response(content, headers=STATIC_HEADERS, media_type=media_type)


def _route(
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


PAGES = (
    _route("/start", get=signed_in_page(portal.show), head=page(portal.lead_to_alias)),
    _route(
        "/start/", get=page(signin.start), head=page(portal.lead_to_alias)
    ),  # `…/start/#/device?…`: the browser keeps the rest
    _route("/start/credentials", post=signed_in_page(credentials.show)),
    _route("/console", get=signed_in_page(console.ask), post=signed_in_page(console.enter)),
    _route(
        "/sessions", get=signed_in_page(own_sessions.show), post=signed_in_page(own_sessions.end)
    ),
    _route("/invitation", get=page(invitation.ask), post=page(invitation.choose)),
    _route("/signin", get=page(signin.ask), post=page(signin.sign_in)),
    _route(
        "/profile/password",
        get=fresh_page(profile.ask_password),
        post=fresh_page(profile.change_password),
    ),
    _route("/profile", get=signed_in_page(profile.show)),
    _route("/profile/factors", post=fresh_page(profile.remove_factor)),
    _route(
        "/profile/authenticator-app",
        get=fresh_page(authenticator_app.ask),
        post=fresh_page(authenticator_app.add),
    ),
    _route(
        "/profile/recovery-codes",
        get=fresh_page(recovery_codes.ask),
        post=fresh_page(recovery_codes.make),
    ),
    _route("/signin/again", get=signed_in_page(proof.ask), post=signed_in_page(proof.prove)),
    _route("/signin/enrol", get=page(enrolment.ask_app), post=page(enrolment.add_app)),
    _route("/signin/second", get=page(second_step.ask), post=page(second_step.answer)),
    _route(
        "/signout",
        get=page(signin.signed_out),
        post=signed_in_page(signin.sign_out, otherwise="/signout"),
    ),
    _route("/device", get=signed_in_page(device.ask), post=signed_in_page(device.decide)),
    _route("/consent", get=signed_in_page(consent.ask), post=signed_in_page(consent.decide)),
    _route("/static/{name}", get=_static),
)
