"""An invitation: the person chooses a password, and signs in with it."""

from http import HTTPStatus

from starlette.responses import Response

from sekisho.center.directory import invitations, roster
from sekisho.center.pages.errors import Problem
from sekisho.center.pages.visit import Visit
from sekisho.secret import Secret

__all__ = ["ask", "choose"]


def ask(visit: Visit) -> Response:
    """Ask for a password, twice."""
    return _form(visit, visit.query.get("code", ""), problem=None)


def choose(visit: Visit) -> Response:
    """Give the person the password that was typed twice, and send them to sign in with it."""
    code, password = visit.form.get("code", ""), visit.form.get("password", "")
    fault = roster.fault_of(Secret(password))
    if fault is not None:
        return _form(visit, code, problem=fault)
    if password != visit.form.get("again", ""):
        return _form(visit, code, problem="different")
    if invitations.take_up(visit.center, Secret(code), Secret(password)) is None:
        return visit.refuse(Problem.INVITATION_GONE, HTTPStatus.GONE)
    return visit.go("/signin")


def _form(visit: Visit, code: str, *, problem: str | None) -> Response:
    person = invitations.invited(visit.center, Secret(code))
    if person is None:
        return visit.refuse(Problem.INVITATION_GONE, HTTPStatus.GONE)
    return visit.show(
        "invitation.html",
        status=HTTPStatus.OK if problem is None else HTTPStatus.BAD_REQUEST,
        invited=person,
        code=code,
        problem=problem,
        least=roster.SHORTEST_PASSWORD,
    )
