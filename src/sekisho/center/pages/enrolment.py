"""Getting a second factor before the sign-in is whole, where everybody has to have one."""

from collections.abc import Callable
from http import HTTPStatus

from sqlalchemy import Connection
from starlette.responses import Response

from sekisho.center.factors import half_sign_in, recovery_codes, security_keys, totp
from sekisho.center.factors.enrolled import keep_added
from sekisho.center.factors.half_sign_in import HalfSignIn
from sekisho.center.factors.interface import Kind
from sekisho.center.pages import authenticator_app, cookies, security_key
from sekisho.center.pages.errors import Problem
from sekisho.center.pages.recovery_codes import show_codes
from sekisho.center.pages.visit import Visit
from sekisho.secret import Secret

__all__ = ["add_app", "add_key", "ask_app", "ask_key", "sign_in_with", "waiting"]

_ACTION = "/signin/enrol"
_WITH_KEY = "/signin/enrol/security-key"


def ask_app(visit: Visit) -> Response:
    """Show the picture that an authenticator app reads."""
    half = waiting(visit)
    if half is None:
        return visit.go("/signin")
    return authenticator_app.form(visit, half.user, action=_ACTION)


def add_app(visit: Visit) -> Response:
    """Add the app if its code is right, sign the person in, and show their recovery codes."""
    center, half = visit.center, waiting(visit)
    if half is None:
        return visit.refuse(Problem.SECOND_STEP_GONE, HTTPStatus.GONE)
    found = authenticator_app.shown(visit, half.user, action=_ACTION)
    if isinstance(found, Response):
        return found

    def enrol(connection: Connection) -> bool:
        totp.add(
            connection,
            center.keys,
            half.user.id,
            found.name,
            found.secret,
            found.step,
            center.now(),
        )
        return True

    return sign_in_with(visit, half, Kind.AUTHENTICATOR_APP, enrol)


def ask_key(visit: Visit) -> Response:
    """Ask for a security key."""
    half = waiting(visit)
    if half is None:
        return visit.go("/signin")
    return security_key.form(visit, half.user, action=_WITH_KEY, bound_to=half.id)


def add_key(visit: Visit) -> Response:
    """Add the key if its answer holds, sign the person in, and show their recovery codes."""
    center, half = visit.center, waiting(visit)
    if half is None:
        return visit.refuse(Problem.SECOND_STEP_GONE, HTTPStatus.GONE)
    found = security_key.shown(visit, half.user, action=_WITH_KEY, bound_to=half.id)
    if isinstance(found, Response):
        return found

    def enrol(connection: Connection) -> bool:
        refused = security_keys.add(
            connection, half.user.id, found.party, found.name, found.key, center.now()
        )
        return refused is None

    return sign_in_with(visit, half, Kind.SECURITY_KEY, enrol)


def sign_in_with(
    visit: Visit, half: HalfSignIn, kind: Kind, enrol: Callable[[Connection], bool]
) -> Response:
    """Enrol the person's first factor, sign them in, and show them their recovery codes.

    `enrol` is as `half_sign_in.finish` has it.
    """
    codes: list[Secret] = []

    def both(connection: Connection) -> bool:
        added = enrol(connection)
        if added:
            keep_added(connection, visit.center, half.user, kind)
            codes.extend(recovery_codes.renew(connection, half.user.id, visit.center.now()))
        return added

    finished = half_sign_in.finish(visit.center, half, browser=visit.browser, enrol=both)
    if finished is None:
        return visit.refuse(Problem.SECOND_STEP_GONE, HTTPStatus.GONE)
    response = show_codes(visit, codes, onward=half.next)
    cookies.drop_half(visit.request, response)
    cookies.put_session(visit.request, response, finished.cookie)
    return response


def waiting(visit: Visit) -> HalfSignIn | None:
    """Return the sign-in that waits in this browser for a factor to be enrolled."""
    half = half_sign_in.half_of(visit.center, cookies.half(visit.request))
    return half if half is not None and half.must_enrol else None
