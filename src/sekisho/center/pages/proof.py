"""Signed in, and asked again who it is: before what changes how the person signs in."""

from http import HTTPStatus
from typing import assert_never

from starlette.responses import Response

from sekisho.center import sessions
from sekisho.center.directory import people
from sekisho.center.directory.people import User
from sekisho.center.factors import half_sign_in
from sekisho.center.lockouts import LockedOut
from sekisho.center.pages import cookies
from sekisho.center.pages.destinations import local_destination
from sekisho.center.pages.visit import Visit
from sekisho.center.sessions import Session
from sekisho.secret import Secret

__all__ = ["ask", "prove"]


def ask(visit: Visit, _session: Session) -> Response:
    """Ask for the password; the second factor comes after it, as at the sign-in."""
    return _form(visit, local_destination(visit.query.get("next", "")))


def prove(visit: Visit, session: Session) -> Response:
    """Check the password, and give the session a new cookie, or go on to the second factor."""
    wanted = local_destination(visit.form.get("next", ""))
    found = people.authenticate(
        visit.center,
        session.user.name,
        Secret(visit.form.get("password", "")),
        address=visit.address,
    )
    match found:
        case User():
            return _go_on(visit, session, wanted)
        case LockedOut(seconds=seconds):
            response = _form(visit, wanted, "locked-out", HTTPStatus.TOO_MANY_REQUESTS, seconds)
            response.headers["Retry-After"] = str(seconds)
            return response
        case None:
            return _form(visit, wanted, "wrong", HTTPStatus.FORBIDDEN)
        case _:
            assert_never(found)


def _go_on(visit: Visit, session: Session, wanted: str) -> Response:
    begun = half_sign_in.begin(visit.center, session.user, next_page=wanted, session_id=session.id)
    if begun is not None:
        response = visit.go("/signin/second")
        cookies.put_half(visit.request, response, begun.cookie)
        return response
    response = visit.go(wanted)
    cookie = sessions.prove(visit.center, session)
    if cookie is not None:
        cookies.put_session(visit.request, response, cookie)
    return response


def _form(
    visit: Visit,
    wanted: str,
    problem: str = "",
    status: HTTPStatus = HTTPStatus.OK,
    wait_seconds: int = 0,
) -> Response:
    return visit.show(
        "proof.html", status=status, next=wanted, problem=problem, wait_seconds=wait_seconds
    )
