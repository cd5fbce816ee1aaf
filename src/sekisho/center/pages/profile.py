"""How a person signs in: their password, their second factors, their recovery codes."""

from http import HTTPStatus
from typing import assert_never

from starlette.responses import Response

from sekisho.center import own_password
from sekisho.center.directory import roster
from sekisho.center.directory.instance import Mfa
from sekisho.center.factors import recovery_codes, security_keys
from sekisho.center.factors.catalogue import FACTORS
from sekisho.center.factors.enrolled import enrolled, remove
from sekisho.center.factors.interface import Kind
from sekisho.center.lockouts import LockedOut
from sekisho.center.own_password import Change
from sekisho.center.pages.visit import Visit
from sekisho.center.sessions import Session
from sekisho.secret import Secret

__all__ = ["ask_password", "change_password", "remove_factor", "show"]

_DONE = frozenset({"added", "removed", "before", "needed", "no-room", "no-factor", "password"})
_FEW = 3
"""Recovery codes left at which the person is warned."""


def show(visit: Visit, session: Session) -> Response:
    """List how the person signs in."""
    with visit.center.database.reading() as connection:
        theirs = enrolled(connection, session.user.id)
        notes = security_keys.notes_of(connection, session.user.id)
        left = recovery_codes.left(connection, session.user.id)
    done = visit.query.get("done", "")
    kinds = [each.kind for each in theirs]
    return visit.show(
        "profile.html",
        factors=theirs,
        notes=notes,
        addable={
            factor.way.kind.value: kinds.count(factor.way.kind) < factor.most for factor in FACTORS
        },
        codes_left=left,
        few=_FEW,
        mfa=visit.center.instance.mfa.value,
        done=done if done in _DONE else "",
    )


def remove_factor(visit: Visit, session: Session) -> Response:
    """Remove one factor; not the last one where the organisation wants everybody to have one."""
    kind, center = visit.form.get("kind", ""), visit.center
    with center.database.reading() as connection:
        number = len(enrolled(connection, session.user.id))
    if number < 2 and center.instance.mfa is Mfa.REQUIRED:
        return visit.go("/profile?done=needed")
    known = kind in {factor.way.kind for factor in FACTORS}
    removed = known and remove(center, session.user, Kind(kind), visit.form.get("factor", ""))
    return visit.go(f"/profile?done={'removed' if removed else 'before'}")


def ask_password(visit: Visit, _session: Session) -> Response:
    """Ask for the old password once, and for the new one twice."""
    return _password_form(visit)


def change_password(visit: Visit, session: Session) -> Response:
    """Change the password; this browser stays signed in, and nothing else does."""
    form = visit.form
    new = Secret(form.get("password", ""))
    fault = roster.fault_of(new)
    if fault is not None:
        return _password_form(visit, fault)
    if new != Secret(form.get("again", "")):
        return _password_form(visit, "different")
    old = Secret(form.get("old", ""))
    done = own_password.change(visit.center, session, old, new, address=visit.address)
    match done:
        case Change.DONE:
            return visit.go("/profile?done=password")
        case Change.WRONG:
            return _password_form(visit, "wrong", HTTPStatus.FORBIDDEN)
        case LockedOut(seconds=seconds):
            response = _password_form(visit, "locked-out", HTTPStatus.TOO_MANY_REQUESTS, seconds)
            response.headers["Retry-After"] = str(seconds)
            return response
        case _:
            assert_never(done)


def _password_form(
    visit: Visit,
    problem: str = "",
    status: HTTPStatus = HTTPStatus.BAD_REQUEST,
    wait_seconds: int = 0,
) -> Response:
    return visit.show(
        "password.html",
        status=status if problem else HTTPStatus.OK,
        problem=problem,
        wait_seconds=wait_seconds,
        least=roster.SHORTEST_PASSWORD,
    )
