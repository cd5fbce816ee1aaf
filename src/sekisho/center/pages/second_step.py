"""The second step of a sign-in: show the second factor."""

from http import HTTPStatus
from typing import assert_never

from starlette.responses import Response

from sekisho.center.factors import half_sign_in
from sekisho.center.factors.catalogue import WAYS
from sekisho.center.factors.enrolled import ways_of
from sekisho.center.factors.half_sign_in import Finished, HalfSignIn, Refusal
from sekisho.center.factors.interface import Kind, Step
from sekisho.center.lockouts import LockedOut
from sekisho.center.pages import cookies
from sekisho.center.pages.errors import Problem
from sekisho.center.pages.visit import Visit

__all__ = ["answer", "ask"]


def ask(visit: Visit) -> Response:
    """Ask for one of the person's factors: the one that `with` names, or the first."""
    half = _half(visit)
    if half is None:
        return visit.go("/signin")
    if half.must_enrol:
        return visit.go("/signin/enrol")
    return _form(visit, half, visit.query.get("with", ""))


def answer(visit: Visit) -> Response:
    """Check what the person shows; a right answer signs them in under a new cookie."""
    half = _half(visit)
    wanted = visit.form.get("with", "")
    if half is None or wanted not in set(Kind):
        return visit.refuse(Problem.SECOND_STEP_GONE, HTTPStatus.GONE)
    found = half_sign_in.answer(
        visit.center,
        half,
        Kind(wanted),
        visit.form,
        origin=visit.origin,
        browser=visit.browser,
    )
    match found:
        case Finished():
            response = visit.go(half.next)
            cookies.drop_half(visit.request, response)
            cookies.put_session(visit.request, response, found.cookie)
            return response
        case LockedOut(seconds=seconds):
            response = _form(visit, half, wanted, problem="locked-out", wait_seconds=seconds)
            response.headers["Retry-After"] = str(seconds)
            return response
        case Refusal.WRONG:
            return _form(visit, half, wanted, problem="wrong")
        case Refusal.GONE:
            return visit.refuse(Problem.SECOND_STEP_GONE, HTTPStatus.GONE)
        case _:
            assert_never(found)


_STATUS = {
    "": HTTPStatus.OK,
    "wrong": HTTPStatus.FORBIDDEN,
    "locked-out": HTTPStatus.TOO_MANY_REQUESTS,
}


def _half(visit: Visit) -> HalfSignIn | None:
    return half_sign_in.half_of(visit.center, cookies.half(visit.request))


def _form(
    visit: Visit, half: HalfSignIn, wanted: str, *, problem: str = "", wait_seconds: int = 0
) -> Response:
    with visit.center.database.reading() as connection:
        theirs = ways_of(connection, half.user.id)
    if not theirs:  # the last one was removed in another browser
        return visit.refuse(Problem.SECOND_STEP_GONE, HTTPStatus.GONE)
    kind = next((each for each in theirs if each == wanted), theirs[0])
    step = Step(half.user, half.id, visit.origin)
    return visit.show(
        "second-step.html",
        status=_STATUS[problem],
        uses_keys=kind is Kind.SECURITY_KEY,
        kind=kind.value,
        others=[each.value for each in theirs if each is not kind],
        problem=problem,
        wait_seconds=wait_seconds,
        asked=WAYS[kind].ask(visit.center, step),
    )
