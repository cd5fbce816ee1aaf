"""One request to a page: read whole, checked, and who makes it.

A handler is a plain function from a `Visit` to a response. `page` and `signed_in_page` stand in
front of it and do what every page needs: they read the form, ask for a sign-in, and refuse forms
that another site sent.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from urllib.parse import parse_qsl, urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from sekisho.center import sessions
from sekisho.center.audit import acting
from sekisho.center.center import Center
from sekisho.center.factors.half_sign_in import Browser
from sekisho.center.pages import cookies, csrf
from sekisho.center.pages.destinations import destination
from sekisho.center.pages.errors import Problem, error_page, language_of
from sekisho.center.pages.headers import protect
from sekisho.center.pages.origin import needs_hsts, own_origin
from sekisho.center.pages.templating import fill
from sekisho.center.pages.turns import in_turn
from sekisho.center.sessions import Session
from sekisho.center.settings import Revocation
from sekisho.center.storage import bearer

__all__ = [
    "Endpoint",
    "Handler",
    "Visit",
    "ask_again",
    "fresh_page",
    "page",
    "read_form",
    "signed_in_page",
]

_FORM_TYPE = "application/x-www-form-urlencoded"
_FORM_LIMIT = 16 * 1024
"""Bytes of a form, where none says otherwise. The longest field is a password."""
_FRESH = timedelta(minutes=15)
"""How long a proof is good for what changes who may get in, and how."""
_DRAINED = 1024 * 1024
"""How much of a longer one is read and thrown away, so that the answer still arrives."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One request to a page."""

    request: Request
    center: Center
    session: Session | None
    """Who is signed in; a page made by `signed_in_page` always has one."""
    cookie: str
    """The secret that the forms of this visit are bound to."""
    form: Mapping[str, str]
    """The fields of a POST; empty for a GET."""

    @property
    def query(self) -> Mapping[str, str]:
        """The parameters of the address."""
        return self.request.query_params

    @property
    def origin(self) -> str:
        """Where the person reaches this center: `scheme://host[:port]`."""
        return own_origin(self.request)

    @property
    def address(self) -> str:
        """Where the request came from, as far as the connection tells."""
        return self.request.client.host if self.request.client else ""

    @property
    def bound_to(self) -> str:
        """What names the cookie that the forms are bound to, and is no secret: its hash."""
        return bearer.digest(self.cookie)

    @property
    def browser(self) -> Browser:
        """The browser, for the session that it gets."""
        return Browser(self.address, self.request.headers.get("user-agent", ""))

    def show(
        self,
        template: str,
        *,
        status: int = 200,
        form_may_lead_to: str = "",
        takes_deep_links: bool = False,
        uses_keys: bool = False,
        **values: object,
    ) -> Response:
        """Answer with the page that `template` makes of `values`, in the browser's language.

        `takes_deep_links` and `uses_keys` say which of our two scripts the page runs.
        """
        shared = {
            "person": self.session.user if self.session else None,
            "administers": self.session is not None and self.session.administers,
            "form_token": csrf.form_token(self.cookie),
            "keys_outlive": self.center.settings.revocation is Revocation.AWS,
            "takes_deep_links": takes_deep_links,
            "uses_keys": uses_keys,
        }
        page = fill(template, language_of(self.request), {**shared, **values})
        return protect(
            HTMLResponse(page, status),
            form_may_lead_to=form_may_lead_to,
            runs_our_script=takes_deep_links or uses_keys,
            hsts=needs_hsts(self.request),
        )

    def go(self, url: str, *, status: int = HTTPStatus.SEE_OTHER) -> Response:
        """Answer with a redirect after which a browser always uses GET (RFC 9700 §4.12)."""
        response = RedirectResponse(url, status_code=status)
        return protect(response, hsts=needs_hsts(self.request))

    def refuse(self, problem: Problem, status: int) -> Response:
        """Answer with the page that explains `problem`."""
        return error_page(self.request, problem, status)


Handler = Callable[[Visit], Response]
"""What makes one page. It may block on the database, and runs in a thread of its own."""
Endpoint = Callable[[Request], Awaitable[Response]]


def page(handler: Handler, *, hashes: bool = False) -> Endpoint:
    """Make a page that anybody may see; `hashes` says that it takes the work of a password's hash.

    Its forms are bound to the session's cookie, or to a visitor's while nobody is signed in.
    """

    async def endpoint(request: Request) -> Response:
        form = await read_form(request)
        if form is None:
            return error_page(request, Problem.FORM_UNREADABLE, HTTPStatus.BAD_REQUEST)
        session = await run_in_threadpool(_session, request)
        known = cookies.session(request) if session else cookies.visitor(request)
        cookie = known or cookies.new_visitor()
        visit = Visit(request, request.app.state.center, session, cookie, form)
        response = _refuse_form(visit)
        if response is None:
            response = await (in_turn if hashes else run_in_threadpool)(handler, visit)
        if known is None:
            cookies.put_visitor(request, response, cookie)
        return response

    return endpoint


def signed_in_page(
    handler: Callable[[Visit, Session], Response],
    *,
    otherwise: str | None = None,
    form_limit: int = _FORM_LIMIT,
    hashes: bool = False,
) -> Endpoint:
    """Make a page for somebody who is signed in, whose form may have `form_limit` bytes.

    `hashes` is as in `page`.

    Others go to `otherwise`; without it they are sent to sign in, and from there back here.
    """

    def guarded(visit: Visit, session: Session | None) -> Response:
        if session is None:
            back = destination(visit.request.url.path, {**visit.query, **visit.form})
            return visit.go(otherwise or f"/signin?{urlencode({'next': back})}")
        refusal = _refuse_form(visit)
        with acting(session.user):
            return handler(visit, session) if refusal is None else refusal

    async def endpoint(request: Request) -> Response:
        form = await read_form(request, limit=form_limit)
        if form is None:
            return error_page(request, Problem.FORM_UNREADABLE, HTTPStatus.BAD_REQUEST)
        session = await run_in_threadpool(_session, request)
        cookie = cookies.session(request) or ""
        visit = Visit(request, request.app.state.center, session, cookie, form)
        return await (in_turn if hashes else run_in_threadpool)(guarded, visit, session)

    return endpoint


def fresh_page(handler: Callable[[Visit, Session], Response], *, hashes: bool = False) -> Endpoint:
    """Make a page for somebody who has shown who they are within the last 15 minutes.

    Whoever has not is asked for it, and from there led back to the page; what a form had in it has
    to be sent again.
    """

    def guarded(visit: Visit, session: Session) -> Response:
        return ask_again(visit, session) or handler(visit, session)

    return signed_in_page(guarded, hashes=hashes)


def ask_again(visit: Visit, session: Session) -> Response | None:
    """Return the way to the page that asks for a proof; `None` when the last one is recent."""
    if visit.center.clock.now() - session.proved_at <= _FRESH:
        return None
    back = destination(visit.request.url.path, {**visit.query, **visit.form})
    return visit.go(f"/signin/again?{urlencode({'next': back})}")


def _session(request: Request) -> Session | None:
    return sessions.session_of(request.app.state.center, cookies.session(request))


def _refuse_form(visit: Visit) -> Response | None:
    """Return the refusal of a form that did not come from one of our pages, for this browser."""
    if visit.request.method != "POST":
        return None
    if csrf.sent_from_elsewhere(visit.request):
        return visit.refuse(Problem.FORM_FROM_ELSEWHERE, HTTPStatus.FORBIDDEN)
    if not csrf.token_fits(visit.form.get(csrf.FIELD, ""), visit.cookie):
        again = destination(visit.request.url.path, {**visit.query, **visit.form})
        return error_page(visit.request, Problem.FORM_STALE, HTTPStatus.FORBIDDEN, again=again)
    return None


async def read_form(request: Request, *, limit: int = _FORM_LIMIT) -> dict[str, str] | None:
    """Return the fields of a POST; `None` when the body is no form, or has over `limit` bytes.

    A NUL is in no text that a person types, and databases refuse it.
    """
    if request.method != "POST":
        return {}
    body, size = bytearray(), 0
    try:
        async for chunk in request.stream():
            size += len(chunk)
            if size <= limit:
                body += chunk
            elif size > _DRAINED:
                return None
    except ClientDisconnect:
        return None
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if size > limit or media_type != _FORM_TYPE:
        return None
    fields = dict(parse_qsl(body.decode("latin-1"), keep_blank_values=True))
    return None if any("\0" in value for value in fields.values()) else fields
