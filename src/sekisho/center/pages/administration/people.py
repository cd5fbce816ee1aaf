"""People: the list of them, as many as they are."""

from sqlalchemy import select
from starlette.responses import Response

from sekisho.center.pages.administration.guard import show
from sekisho.center.pages.administration.searching import searched, sought_in
from sekisho.center.pages.visit import Visit
from sekisho.center.sessions import Session
from sekisho.center.storage.tables import users

__all__ = ["people"]


def people(visit: Visit, _session: Session) -> Response:
    """List people; `q` is how their user name or display name begins, `after` turns the page."""
    with visit.center.database.reading() as connection:
        listed = searched(
            visit,
            connection,
            select(users.c.id, users.c.name, users.c.display_name, users.c.enabled),
            (users.c.name, users.c.display_name),
            users.c.id,
        )
    return show(visit, "people.html", listed=listed, sought=sought_in(visit))
