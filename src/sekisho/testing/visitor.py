"""A person at a browser without JavaScript, who signs in through real pages.

It has no way around them: it reads what the pages say, fills in their fields by name, and
presses their buttons by what is written on them. It sends what a browser sends (cookies,
`Origin`, `Sec-Fetch-*`), so the pages' own protection is in force.
"""

from collections.abc import Callable, Collection
from urllib.parse import urlencode, urljoin, urlsplit

from sekisho.ports import Http
from sekisho.secret import Secret
from sekisho.testing.authenticator_app import AuthenticatorApp
from sekisho.testing.cookies import CookieJar
from sekisho.testing.page import Button, Form, Page, read_page
from sekisho.wire.http import Headers, Request, Response

__all__ = ["NotOnPage", "Visitor", "sign_in_through_pages"]

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_KEEP_METHOD = frozenset({307, 308})
_MOST_HOPS = 10
_MOST_PAGES = 8
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_CALLBACK = "/oauth/callback"
_SECOND_STEP = "/signin/second"
_BY_APP = "With the code of an authenticator app"
_EXCERPT = 160


class NotOnPage(LookupError):
    """The page has no such field, button or link, or leads where it should not."""


class Visitor:
    """Opens pages, fills in fields, presses buttons; `page` is what is being looked at.

    Goes to the allowed origins only, and to a loopback redirect: the one place where a sign-in
    leads out of the service. Each act blocks until the next page is there, and may raise what
    the `Http` raises.
    """

    def __init__(
        self,
        http: Http,
        *,
        origins: Collection[str] = (),
        deliver: Callable[[Request], Response] | None = None,
    ) -> None:
        """Send through `http`.

        `origins` may be visited (`https://example.com:8443`); without any, the origin of the
        first page opened may. `deliver` takes the visit to a loopback redirect
        (`http://127.0.0.1:PORT/oauth/callback`); without it that goes through `http` as well.
        """
        self._http = http
        self._origins = set(origins)
        self._deliver = http.send if deliver is None else deliver
        self.cookies = CookieJar()
        """What it would send along; whoever has them is signed in where it is."""
        self._page: Page | None = None
        self.came_back = False
        """Whether it was sent to a loopback redirect since it was last opened; it shows that page then."""

    @property
    def page(self) -> Page:
        """The page that is being looked at. Raises `NotOnPage` before the first."""
        if self._page is None:
            raise NotOnPage("no page has been opened yet")
        return self._page

    def open(self, url: str) -> Page:
        """Go to `url`, as by typing it; follow redirects."""
        if not self._origins:
            self._origins.add(_origin(url))
        self.came_back = False
        return self._go(Request("GET", url, Headers({"Sec-Fetch-Site": "none"})))

    def fill(self, **fields: str) -> Page:
        """Fill in fields by name: `fill(username="dev", password="not a real one")`.

        Raises `NotOnPage` for a field that the page does not show.
        """
        for name, value in fields.items():
            if not self.page.asks_for(name):
                raise NotOnPage(f"there is no field {name!r} {_where(self.page)}")
            self._page = self.page.filled(name, value)
        return self.page

    def press(self, text: str) -> Page:
        """Press the button that says `text`: its form is sent with what is filled in.

        Raises `NotOnPage` when there is no such button.
        """
        found = self.page.button(text)
        if found is None:
            raise NotOnPage(f"there is no button {text!r} {_where(self.page)}")
        return self._go(self._submission(*found))

    def follow(self, text: str) -> Page:
        """Follow the link that says `text`. Raises `NotOnPage` when there is none."""
        for words, href in self.page.links:
            if words == text:
                return self._go(self._same_site("GET", urljoin(self.page.url, href)))
        raise NotOnPage(f"there is no link {text!r} {_where(self.page)}")

    def _submission(self, form: Form, button: Button) -> Request:
        fields = dict(form.fields)
        if button.name:
            fields[button.name] = button.value
        action = button.action if button.action is not None else form.action
        url = urljoin(self.page.url, action or self.page.url)
        if form.method != "post":
            return self._same_site("GET", f"{url.partition('?')[0]}?{urlencode(fields)}")
        request = self._same_site("POST", url, urlencode(fields).encode())
        # Fetch §3.2: under the policy no-referrer a browser does not say where a form is from.
        hidden = self.page.referrer_policy == "no-referrer"
        origin = "null" if hidden else _origin(self.page.url)
        return request.with_header("Origin", origin).with_header(
            "Content-Type", "application/x-www-form-urlencoded"
        )

    def _same_site(self, method: str, url: str, body: bytes = b"") -> Request:
        site = "same-origin" if _origin(url) == _origin(self.page.url) else "cross-site"
        return Request(method, url, Headers({"Sec-Fetch-Site": site}), body)

    def _go(self, request: Request) -> Page:
        for _ in range(_MOST_HOPS):
            if _is_loopback_redirect(request):
                self.came_back = True
                return self._show(request.url, self._deliver(_with_host(request)))
            if _origin(request.url) not in self._origins:
                raise NotOnPage(f"the page leads away, to {_origin(request.url)}")
            response = self._send(request)
            if response.status not in _REDIRECTS or "Location" not in response.headers:
                return self._show(request.url, response)
            request = _redirected(request, response)
        raise NotOnPage(f"the page redirects more than {_MOST_HOPS} times")

    def _send(self, request: Request) -> Response:
        prepared = _with_host(request)
        prepared = prepared.with_header("Accept", "text/html,application/xhtml+xml")
        prepared = prepared.with_header("Sec-Fetch-Mode", "navigate")
        prepared = prepared.with_header("Sec-Fetch-Dest", "document")
        cookies = self.cookies.header(request.url)
        if cookies:
            prepared = prepared.with_header("Cookie", cookies)
        response = self._http.send(prepared)
        for name, value in response.headers.pairs:
            if name.lower() == "set-cookie":
                self.cookies.take(request.url, value)
        return response

    def _show(self, url: str, response: Response) -> Page:
        self._page = read_page(
            url,
            response.status,
            response.body.decode(errors="replace"),
            referrer_policy=response.headers.get("Referrer-Policy", ""),
        )
        return self._page


def sign_in_through_pages(
    visitor: Visitor,
    url: str,
    user: str,
    password: Secret,
    *,
    press: str = "Allow",
    app: AuthenticatorApp | None = None,
) -> Page:
    """Do what a person does whom a sign-in has sent to `url`, of either flow.

    Sign in as `user` where the pages ask for it, show a code of `app` where they ask for a second
    factor, confirm the code that the device flow shows, and press the button `press` (`Allow` or
    `Deny`). Returns the page that then comes: the last
    one of the service, or, after a loopback redirect, the one that waits there.

    Raises `NotOnPage` where the pages lead nowhere: the password or the app's code is not
    accepted, the device's code is unknown, there is no such button.
    """
    visitor.open(url)
    signed_in = False
    for _ in range(_MOST_PAGES):
        page = visitor.page
        if visitor.came_back:
            return page
        if page.button(press) is not None:
            return visitor.press(press)
        if urlsplit(page.url).path == _SECOND_STEP and page.status < 400 and app is not None:
            _show_codes(visitor, app)
            continue
        if page.asks_for("password"):
            if signed_in:
                break
            signed_in = True
            visitor.fill(password=password.reveal())
        if page.asks_for("username"):
            visitor.fill(username=user)
        forward = next((text for text in ("Sign in", "Next", "Continue") if page.button(text)), "")
        if not forward or page.status >= 400:
            break
        visitor.press(forward)
    raise NotOnPage(f"there is no way to {press!r} {_where(visitor.page)}")


def _show_codes(visitor: Visitor, app: AuthenticatorApp) -> None:
    """Answer the second step by the first code of `app` that was not used yet."""
    if not visitor.page.asks_for("code"):
        visitor.follow(_BY_APP)
    for code in app.codes():
        visitor.fill(code=code)
        visitor.press("Continue")
        if visitor.came_back or not visitor.page.asks_for("code"):
            return


def _redirected(request: Request, response: Response) -> Request:
    url = urljoin(request.url, response.headers["Location"])
    if response.status in _KEEP_METHOD:
        return Request(request.method, url, request.headers, request.body)
    return Request("GET", url, Headers({"Sec-Fetch-Site": request.headers["Sec-Fetch-Site"]}))


def _is_loopback_redirect(request: Request) -> bool:
    parts = urlsplit(request.url)
    return (
        request.method == "GET"
        and parts.scheme == "http"
        and parts.hostname in _LOOPBACK
        and parts.path == _CALLBACK
    )


def _with_host(request: Request) -> Request:
    return request.with_header("Host", urlsplit(request.url).netloc)


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _where(page: Page) -> str:
    """Name a page in a message: its beginning, never its address, which may hold a code."""
    return f"on the page {page.title!r} (status {page.status}): {page.text[:_EXCERPT]}"
