"""Recovery codes: how many are left, and new ones, shown once."""

from collections.abc import Sequence

from starlette.responses import Response

from sekisho.center import audit
from sekisho.center.events import Event
from sekisho.center.factors import recovery_codes
from sekisho.center.factors.enrolled import enrolled
from sekisho.center.pages.visit import Visit
from sekisho.center.sessions import Session
from sekisho.secret import Secret

__all__ = ["ask", "make", "show_codes"]


def ask(visit: Visit, session: Session) -> Response:
    """Say how many are left, and ask whether to make new ones."""
    with visit.center.database.reading() as connection:
        left = recovery_codes.left(connection, session.user.id)
    return visit.show("recovery-codes.html", left=left)


def make(visit: Visit, session: Session) -> Response:
    """Make new ones in place of the old, and show them this once."""
    center, user = visit.center, session.user
    with center.database.writing() as connection:
        if not enrolled(connection, user.id):
            return visit.go("/profile?done=no-factor")
        codes = recovery_codes.renew(connection, user.id, center.now())
        audit.keep(connection, Event.CODES_MADE, at=center.now(), person=user)
    return show_codes(visit, codes, onward="/profile")


def show_codes(visit: Visit, codes: Sequence[Secret], *, onward: str) -> Response:
    """Show new codes, which nobody can show again; `onward` is where the person goes then."""
    return visit.show(
        "new-recovery-codes.html", codes=[code.reveal() for code in codes], onward=onward
    )
