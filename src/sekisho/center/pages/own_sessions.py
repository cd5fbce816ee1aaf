"""My sessions: where the person is signed in, each with a button that ends it."""

from starlette.responses import Response

from sekisho.center import own_sessions
from sekisho.center.own_sessions import BrowserSession
from sekisho.center.pages.telling import browser_name
from sekisho.center.pages.visit import Visit
from sekisho.center.sessions import Session

__all__ = ["end", "show"]

_OUTCOMES = ("one", "others", "before")


def show(visit: Visit, session: Session) -> Response:
    """List the person's browsers and the applications that they let in."""
    ended = visit.query.get("ended", "")
    return visit.show(
        "sessions.html",
        browsers=own_sessions.browser_sessions(visit.center, session),
        command_lines=own_sessions.command_line_sign_ins(visit.center, session),
        here=session.id,
        name_of=_name_of,
        ended=ended if ended in _OUTCOMES else "",
    )


def end(visit: Visit, session: Session) -> Response:
    """End one of them, or everything but this browser, and show what is left."""
    center, form = visit.center, visit.form
    if form.get("everything") == "else":
        own_sessions.end_everything_else(center, session)
        return visit.go("/sessions?ended=others")
    if "sign_in" in form:
        ended = own_sessions.end_sign_in(center, session, form["sign_in"])
    else:
        ended = own_sessions.end_browser_session(center, session, form.get("session", ""))
    return visit.go(f"/sessions?ended={'one' if ended else 'before'}")


def _name_of(session: BrowserSession) -> str:
    return browser_name(session.user_agent)
