"""What stands before every page of the administration: who may see it, and who may change anything.

Others than administrators get the page of an address at which nothing is: what is not theirs is not
there for them. A change wants a proof of recent date that it is the person who signed in: a browser that was
left alone can be looked at, and does nothing.
"""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from sekisho.center.pages.administration.places import PLACES
from sekisho.center.pages.errors import Problem
from sekisho.center.pages.languages import Language
from sekisho.center.pages.texts import CATALOGUES
from sekisho.center.pages.visit import Endpoint, Visit, ask_again, signed_in_page
from sekisho.center.protocol.fault import Fault
from sekisho.center.services.errands import DENIED
from sekisho.center.sessions import Session

__all__ = ["Administers", "administrators_act", "administrators_page", "done", "show"]

_DONE = frozenset(
    key.partition(".")[2] for key in CATALOGUES[Language.ENGLISH] if key.startswith("done.")
)
"""What the pages say has been done: names of texts of `done`."""
_FORM_LIMIT = 256 * 1024
"""Bytes: an inline policy has up to 32,768 characters, and a form spells one with up to six bytes."""

Administers = Callable[[Visit, Session], Response]
"""What makes a page for an administrator. It may raise `Fault`."""


def administrators_page(handler: Administers) -> Endpoint:
    """Make a page that only administrators see; for others nothing is there."""

    def guarded(visit: Visit, session: Session) -> Response:
        if not session.administers:
            return visit.refuse(Problem.NOT_FOUND, HTTPStatus.NOT_FOUND)
        try:
            return handler(visit, session)
        except Fault as fault:
            return _refused(visit, fault)

    return signed_in_page(guarded, form_limit=_FORM_LIMIT)


def administrators_act(handler: Administers) -> Endpoint:
    """Make what changes something, at the address of the page that has its form.

    Whoever has not shown who they are for a while is asked to, and comes back to that page. Nothing has been done then.
    """

    def fresh(visit: Visit, session: Session) -> Response:
        return ask_again(visit, session) or handler(visit, session)

    return administrators_page(fresh)


def show(visit: Visit, template: str, *, status: int = 200, **values: Any) -> Response:
    """Answer with a page of the administration: one of `templates/administration/`.

    What was done just now stands above it, when the address says so (`done`).
    """
    return visit.show(
        f"administration/{template}",
        status=status,
        places=PLACES,
        path=visit.request.url.path,
        done=visit.query.get("done", ""),
        known_done=_DONE,
        after=visit.query.get("after", ""),
        has_directory_file=visit.center.settings.directory is not None,
        **values,
    )


def done(visit: Visit, path: str, what: str, **query: str) -> Response:
    """Lead to the page at `path`, which says that `what` was done: the name of a text of `done`."""
    return visit.go(f"{path}?{urlencode({**query, 'done': what})}")


def _refused(visit: Visit, fault: Fault) -> Response:
    """Answer what no form shows: somebody's rights, or what they look at, went away meanwhile."""
    if fault.name == DENIED:
        return visit.refuse(Problem.NOT_FOUND, HTTPStatus.NOT_FOUND)
    if fault.name == "ResourceNotFoundException":
        return show(visit, "gone.html", status=HTTPStatus.NOT_FOUND)
    return show(visit, "refused.html", status=HTTPStatus.CONFLICT, message=fault.message)
