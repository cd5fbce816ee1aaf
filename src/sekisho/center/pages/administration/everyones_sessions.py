"""Sessions: who is signed in now, with which browsers, and the tools beneath them."""

from starlette.responses import Response

from sekisho.center import everyones_sessions
from sekisho.center.everyones_sessions import After
from sekisho.center.own_sessions import BrowserSession
from sekisho.center.pages.administration.guard import show
from sekisho.center.pages.administration.places import HOME
from sekisho.center.pages.administration.searching import sought_in
from sekisho.center.pages.telling import browser_name
from sekisho.center.pages.visit import Visit
from sekisho.center.sessions import Session

__all__ = ["end", "sessions"]

_SIZE = 25
_OUTCOMES = ("one", "all", "before")


def sessions(visit: Visit, session: Session) -> Response:
    """List who is signed in; `q` is how the user name begins, `after` turns the page."""
    sought = sought_in(visit)
    found = everyones_sessions.live_sessions(
        visit.center, person=sought, size=_SIZE, after=_after(visit.query.get("after", ""))
    )
    following = found.further
    ended = visit.query.get("ended", "")
    return show(
        visit,
        "sessions.html",
        live=found.sessions,
        here=session.id,
        listed={"following": following and f"{following.expires_at}.{following.id}"},
        sought=sought,
        name_of=_name_of,
        ended=ended if ended in _OUTCOMES else "",
    )


def end(visit: Visit, _session: Session) -> Response:
    """End one browser session, one tool's sign-in or everything of a person."""
    center, form = visit.center, visit.form
    if "person" in form:
        ended = "all" if everyones_sessions.end_all_by_id(center, form["person"]) else "before"
    elif "sign_in" in form:
        ended = "one" if everyones_sessions.end_tool(center, form["sign_in"]) else "before"
    else:
        session_id = form.get("session", "")
        ended = "one" if everyones_sessions.end_session(center, session_id) else "before"
    return visit.go(f"{HOME}/sessions?ended={ended}")


def _name_of(session: BrowserSession) -> str:
    return browser_name(session.user_agent)


def _after(text: str) -> After | None:
    """Return where a page begins; a place that nobody was given is the beginning."""
    expires_at, _, session_id = text.replace("\0", "").partition(".")
    good = expires_at.isascii() and expires_at.isdecimal() and len(expires_at) < 19
    return After(int(expires_at), session_id) if good else None
