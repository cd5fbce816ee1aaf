"""Every page: its address, its methods, and the handler that makes it."""

from starlette.requests import Request
from starlette.responses import Response

from sekisho.center.pages import (
    authenticator_app,
    consent,
    console,
    credentials,
    device,
    enrolment,
    invitation,
    own_sessions,
    passkey,
    portal,
    profile,
    proof,
    recovery_codes,
    second_step,
    security_key,
    signin,
)
from sekisho.center.pages.administration.routes import ADMINISTRATION
from sekisho.center.pages.errors import Problem, error_page
from sekisho.center.pages.headers import STATIC_HEADERS
from sekisho.center.pages.routing import route
from sekisho.center.pages.templating import STATIC_FILES
from sekisho.center.pages.visit import fresh_page, page, signed_in_page

__all__ = ["PAGES"]


async def _static(request: Request) -> Response:
    """Answer with a file of the explicit list."""
    found = STATIC_FILES.get(request.path_params["name"])
    if found is None:
        return error_page(request, Problem.NOT_FOUND, 404)
    content, media_type = found
    return Response(content, headers=STATIC_HEADERS, media_type=media_type)


PAGES = (
    route("/start", get=signed_in_page(portal.show), head=page(portal.lead_to_alias)),
    route(
        "/start/", get=page(signin.start), head=page(portal.lead_to_alias)
    ),  # `…/start/#/device?…`: the browser keeps the rest
    route("/start/credentials", post=signed_in_page(credentials.show)),
    route("/console", get=signed_in_page(console.ask), post=signed_in_page(console.enter)),
    route(
        "/sessions", get=signed_in_page(own_sessions.show), post=signed_in_page(own_sessions.end)
    ),
    route("/invitation", get=page(invitation.ask), post=page(invitation.choose, hashes=True)),
    route("/signin", get=page(signin.ask), post=page(signin.sign_in, hashes=True)),
    route(
        "/profile/password",
        get=fresh_page(profile.ask_password),
        post=fresh_page(profile.change_password, hashes=True),
    ),
    route("/profile", get=signed_in_page(profile.show)),
    route("/profile/factors", post=fresh_page(profile.remove_factor)),
    route(
        "/profile/authenticator-app",
        get=fresh_page(authenticator_app.ask),
        post=fresh_page(authenticator_app.add),
    ),
    route(
        "/profile/security-key",
        get=fresh_page(security_key.ask),
        post=fresh_page(security_key.add),
    ),
    route(
        "/profile/recovery-codes",
        get=fresh_page(recovery_codes.ask),
        post=fresh_page(recovery_codes.make),
    ),
    route(
        "/signin/again",
        get=signed_in_page(proof.ask),
        post=signed_in_page(proof.prove, hashes=True),
    ),
    route("/signin/enrol", get=page(enrolment.ask_app), post=page(enrolment.add_app)),
    route(
        "/signin/enrol/security-key",
        get=page(enrolment.ask_key),
        post=page(enrolment.add_key),
    ),
    route("/signin/passkey", post=page(passkey.sign_in)),
    route("/signin/second", get=page(second_step.ask), post=page(second_step.answer)),
    route(
        "/signout",
        get=page(signin.signed_out),
        post=signed_in_page(signin.sign_out, otherwise="/signout"),
    ),
    route("/device", get=signed_in_page(device.ask), post=signed_in_page(device.decide)),
    route("/consent", get=signed_in_page(consent.ask), post=signed_in_page(consent.decide)),
    *ADMINISTRATION,
    route("/static/{name}", get=_static),
)
