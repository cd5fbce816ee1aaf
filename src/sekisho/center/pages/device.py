"""The person's side of the device flow: enter the code, compare it, allow or deny (RFC 8628 §3.3).

Whoever asked for the code may be anybody: a stranger can send a link with a code of their own.
So the code is shown even when the link carried it (§3.3.1), the asker's name counts as text that
a stranger wrote (§5.4), and nothing is approved without a press. Sign-in comes before a code is
looked up, so that nobody can try codes anonymously, and whoever has tried five wrong ones has to
wait (§5.1).
"""

import unicodedata
from http import HTTPStatus

from starlette.responses import Response

from sekisho.center import lockouts
from sekisho.center.directory import assignments
from sekisho.center.grants import device_code
from sekisho.center.lockouts import LockedOut, Tries
from sekisho.center.pages.errors import Problem
from sekisho.center.pages.visit import Visit
from sekisho.center.sessions import Session

__all__ = ["ask", "decide", "spelt"]


def spelt(typed: str) -> str:
    """Spell a code as the service does: capitals, a dash after four (RFC 8628 §6.1).

    Case, dashes and blanks do not count, nor does full-width typing.
    """
    letters = [c for c in unicodedata.normalize("NFKC", typed).upper() if c.isalnum()]
    return "".join(letters[:4]) + "-" + "".join(letters[4:])


def ask(visit: Visit, session: Session) -> Response:
    """Ask for a code; with one in the address, show it to be compared."""
    typed = visit.query.get("user_code", "").strip()
    if not typed:
        return visit.show("device.html", typed="", problem=None)
    return _compare(visit, session, typed)


def decide(visit: Visit, session: Session) -> Response:
    """Take a typed code, or the person's answer about one."""
    typed = visit.form.get("user_code", "").strip()
    match visit.form.get("decision"):
        case "allow":
            answer, template = device_code.approve, "device-allowed.html"
        case "deny":
            answer, template = device_code.deny, "device-denied.html"
        case _:
            return _compare(visit, session, typed)
    tries = _tries(visit, session)
    locked = lockouts.count_try(visit.center, tries)
    if locked is not None:
        return _locked_out(visit, locked)
    if not answer(visit.center, spelt(typed), session):
        return visit.refuse(Problem.DEVICE_GONE, HTTPStatus.GONE)
    lockouts.give_back(visit.center, tries)
    return visit.show(template)


def _tries(visit: Visit, session: Session) -> Tries:
    """Name the guesses of this person from this address."""
    return lockouts.tries(visit.center, "user-code failures", visit.address, session.user.id)


def _locked_out(visit: Visit, locked: LockedOut) -> Response:
    response = visit.show(
        "device.html",
        status=HTTPStatus.TOO_MANY_REQUESTS,
        typed="",
        problem="locked-out",
        wait_seconds=locked.seconds,
    )
    response.headers["Retry-After"] = str(locked.seconds)
    return response


def _compare(visit: Visit, session: Session, typed: str) -> Response:
    tries = _tries(visit, session)
    locked = lockouts.count_try(visit.center, tries)
    if locked is not None:
        return _locked_out(visit, locked)
    found = device_code.pending(visit.center, spelt(typed))
    if found is None:
        return visit.show(
            "device.html", status=HTTPStatus.NOT_FOUND, typed=typed, problem="no-match"
        )
    lockouts.give_back(visit.center, tries)
    waited = visit.center.clock.now() - found.asked_at
    opens = assignments.all_of(visit.center, session.user.id)
    return visit.show("device-compare.html", device=found, waited=waited, accounts=opens)
