"""The addresses of the administration."""

from starlette.responses import Response

from sekisho.center.pages.administration import audit_trail, everyones_sessions, people
from sekisho.center.pages.administration.guard import administrators_act, administrators_page
from sekisho.center.pages.administration.places import HOME, PLACES
from sekisho.center.pages.routing import route
from sekisho.center.pages.visit import Visit
from sekisho.center.sessions import Session

__all__ = ["ADMINISTRATION"]


def _enter(visit: Visit, _session: Session) -> Response:
    """Lead to the first place."""
    _, address = PLACES[0]
    return visit.go(address)


ADMINISTRATION = (
    route(HOME, get=administrators_page(_enter)),
    route(f"{HOME}/people", get=administrators_page(people.people)),
    route(
        f"{HOME}/sessions",
        get=administrators_page(everyones_sessions.sessions),
        post=administrators_act(everyones_sessions.end),
    ),
    route(f"{HOME}/audit-trail", get=administrators_page(audit_trail.trail_page)),
    route(f"{HOME}/audit-trail/export", get=administrators_page(audit_trail.export)),
)
