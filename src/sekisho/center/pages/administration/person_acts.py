"""What an administrator does to a person beside their names: keep out, let in, invite, remove."""

from http import HTTPStatus

from starlette.responses import Response

from sekisho.center.directory import invitations, roster
from sekisho.center.pages.administration.guard import done, show
from sekisho.center.pages.administration.people import person_row
from sekisho.center.pages.administration.places import HOME
from sekisho.center.pages.visit import Visit
from sekisho.center.protocol.fault import Fault
from sekisho.center.services.errands import errand
from sekisho.center.sessions import Session
from sekisho.center.storage.times import from_epoch
from sekisho.errors import UsageError

__all__ = ["act", "ask_delete", "back", "delete", "invite"]

_INVITED_FOR = 7 * 24 * 3600


def act(visit: Visit, session: Session) -> Response:
    """Disable or enable the person, or reset their second factors. Nobody locks themselves out here."""
    center = visit.center
    with center.database.reading() as connection:
        row = person_row(connection, visit)
    here, now = f"{HOME}/people/{row.id}", center.now()
    try:
        match visit.form.get("act"):
            case "disable" if row.id != session.user.id:
                roster.disable(center.database, row.name, now=now)
                return done(visit, here, "person_disabled")
            case "enable":
                roster.enable(center.database, row.name, now=now)
                return done(visit, here, "person_enabled")
            case "reset" if row.id != session.user.id:
                roster.reset_mfa(center.database, row.name, now=now)
                return done(visit, here, "factors_reset")
    except UsageError:
        raise _gone() from None
    return visit.go(here)


def invite(visit: Visit, _session: Session) -> Response:
    """Make a link by which the person chooses a password, and show it this once.

    By POST only, so that no link, no reload and no history can make one.
    """
    center = visit.center
    with center.database.reading() as connection:
        row = person_row(connection, visit)
    try:
        code = invitations.invite(center.database, row.name, seconds=_INVITED_FOR, now=center.now())
    except UsageError:
        raise _gone() from None
    return show(
        visit,
        "invited.html",
        them=row,
        link=f"{visit.origin}/invitation?code={code.reveal()}",
        until=from_epoch(center.now() + _INVITED_FOR),
    )


def back(visit: Visit, _session: Session) -> Response:
    """Lead from the address of an invitation, which only a button makes, to the person."""
    return visit.go(f"{HOME}/people/{visit.request.path_params['id']}")


def ask_delete(visit: Visit, session: Session) -> Response:
    """Ask for the person's user name, typed, before they are removed."""
    return _confirm(visit, session, differs=False)


def delete(visit: Visit, session: Session) -> Response:
    """Remove the person as `DeleteUser` does."""
    with visit.center.database.reading() as connection:
        row = person_row(connection, visit)
    if row.id == session.user.id or visit.form.get("typed", "").strip() != row.name:
        return _confirm(visit, session, differs=True)
    with errand(visit.center, session.user) as do:
        do("DeleteUser", UserId=row.id)
    return done(visit, f"{HOME}/people", "person_deleted")


def _confirm(visit: Visit, session: Session, *, differs: bool) -> Response:
    with visit.center.database.reading() as connection:
        row = person_row(connection, visit)
    return show(
        visit,
        "delete.html",
        status=HTTPStatus.BAD_REQUEST if differs else HTTPStatus.OK,
        kind="person",
        name=row.name,
        differs=differs,
        refused=row.id == session.user.id,
        back=f"{HOME}/people/{row.id}",
    )


def _gone() -> Fault:
    return Fault("ResourceNotFoundException", "USER not found.")
