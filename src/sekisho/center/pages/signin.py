"""Signing in with user name and password, and signing out."""

from http import HTTPStatus
from typing import assert_never

from starlette.responses import Response

from sekisho.center import sessions
from sekisho.center.directory import people
from sekisho.center.directory.people import User
from sekisho.center.factors import half_sign_in, passkeys
from sekisho.center.lockouts import LockedOut
from sekisho.center.pages import cookies
from sekisho.center.pages.destinations import START, local_destination
from sekisho.center.pages.visit import Visit
from sekisho.center.sessions import Session
from sekisho.secret import Secret

__all__ = ["ask", "form", "let_in", "sign_in", "sign_out", "signed_out", "start"]


def ask(visit: Visit) -> Response:
    """Ask for user name and password; somebody who is signed in goes on at once."""
    wanted = local_destination(visit.query.get("next", ""))
    if visit.session is not None:
        return visit.go(wanted)
    return form(visit, wanted)


def form(
    visit: Visit, wanted: str, *, status: int = HTTPStatus.OK, problem: str = "", wait: int = 0
) -> Response:
    """Show the form, on the way to the page `wanted`.

    `problem` is what it says about the last try, and `wait` for how many seconds none is looked at.
    """
    passkey = passkeys.what_to_ask(visit.center, visit.origin, visit.bound_to)
    response = visit.show(
        "signin.html",
        status=status,
        takes_deep_links=visit.request.method == "GET",
        uses_keys=bool(passkey and passkey["key_options"]),
        next=wanted,
        problem=problem,
        wait_seconds=wait,
        passkey=passkey,
    )
    if wait:
        response.headers["Retry-After"] = str(wait)
    return response


def start(visit: Visit) -> Response:
    """Lead a start URL with a slash at its end to the one without."""
    return visit.go(START)


def sign_in(visit: Visit) -> Response:
    """Check user name and password, start a session under a new cookie, and go on.

    Whoever has a second factor, or has to get one, goes on to that, without a session yet.
    An unknown user and a wrong password get one answer: 403, as RFC 9110 §15.5.4 has it for
    credentials that do not suffice. Whoever tries too often is told to wait.
    """
    wanted = local_destination(visit.form.get("next", ""))
    found = people.authenticate(
        visit.center,
        visit.form.get("username", "").strip(),
        Secret(visit.form.get("password", "")),
        address=visit.address,
    )
    match found:
        case User():
            return _go_on(visit, found, wanted)
        case LockedOut(seconds=seconds):
            return form(
                visit,
                wanted,
                status=HTTPStatus.TOO_MANY_REQUESTS,
                problem="locked_out",
                wait=seconds,
            )
        case None:
            return form(visit, wanted, status=HTTPStatus.FORBIDDEN, problem="no_match")
        case _:
            assert_never(found)


def _go_on(visit: Visit, user: User, wanted: str) -> Response:
    begun = half_sign_in.begin(visit.center, user, next_page=wanted)
    if begun is not None:
        response = visit.go("/signin/second")
        cookies.put_half(visit.request, response, begun.cookie)
        return response
    return let_in(visit, user, wanted)


def let_in(visit: Visit, user: User, wanted: str) -> Response:
    """Start a session for `user`, who has shown all that is asked for, and go on to `wanted`."""
    browser = visit.browser
    response = visit.go(wanted)
    cookie = sessions.start_session(
        visit.center, user, address=browser.address, user_agent=browser.user_agent
    )
    cookies.put_session(visit.request, response, cookie)
    return response


def signed_out(visit: Visit) -> Response:
    """Say that nobody is signed in; somebody who is gets the button."""
    return visit.show("signout.html" if visit.session else "signed-out.html")


def sign_out(visit: Visit, session: Session) -> Response:
    """End the session and every token that came from it."""
    sessions.end_session(visit.center, session)
    response = visit.go("/signout")
    cookies.drop_session(visit.request, response)
    return response
