"""A person of the center's directory, who signs in through its pages without a browser."""

from typing import Protocol
from urllib.parse import urlencode

from sekisho.adapters.clock import SystemClock
from sekisho.adapters.http import NetworkHttp
from sekisho.aws.endpoint import Endpoint
from sekisho.aws.retry import RetryingHttp
from sekisho.login.choose import Surroundings
from sekisho.login.interface import SignInOptions, SignInPorts, SignInRoute
from sekisho.login.sign_in import sign_in
from sekisho.model import SignInTarget
from sekisho.ports import Clock
from sekisho.secret import Secret
from sekisho.store.interface import Store
from sekisho.testing.authenticator_app import AuthenticatorApp
from sekisho.testing.browser import FakeBrowser
from sekisho.testing.clock import FakeClock
from sekisho.testing.loopback import Deliver, FakeLoopback
from sekisho.testing.page import Page
from sekisho.testing.progress import NotedProgress
from sekisho.testing.visitor import Visitor, sign_in_through_pages

__all__ = ["Person", "SignInPlace"]

_DESKTOP = Surroundings("linux", {"DISPLAY": ":0"}, in_container=False)


class SignInPlace(Protocol):
    """Where a token is put: an `AwsHome`."""

    def target(self, session: str | None) -> SignInTarget:
        """What is signed in to, under the name of an sso-session or in the legacy form."""

    def store(self, clock: Clock) -> Store:
        """The caches."""


class Person:
    """Somebody with a password and a browser.

    The pages are the real ones, over HTTP; the browser fills in their forms and presses their
    buttons, and keeps its session between one visit and the next.
    """

    def __init__(
        self,
        name: str,
        password: Secret | str,
        *,
        url: str,
        app: AuthenticatorApp | None = None,
    ) -> None:
        """Be `name`, with that `password`, at the center of that `url`.

        `app` answers where the sign-in asks for a second factor.
        """
        self.name = name
        self._password = password if isinstance(password, Secret) else Secret(password)
        self._url = url
        self._app = app
        self._http = NetworkHttp({})
        self.browser = Visitor(self._http, origins={url})
        """To visit other pages with: the access portal, `person.browser.open(url + "/start")`."""

    def allow(self, what: str) -> Page:
        """Sign in and press Allow: at an authorize URL, or for a device's URL or user code.

        An authorize URL leads to the redirect URI of the client, which is visited as well: the
        client has to be listening. Returns the last page. Raises `NotOnPage` where the pages lead
        nowhere: the password is wrong, the code unknown or expired.
        """
        return self._visit(self.browser, what, "Allow")

    def deny(self, what: str) -> Page:
        """Sign in and press Deny, where `allow` presses Allow."""
        return self._visit(self.browser, what, "Deny")

    def sign_in(self, home: SignInPlace, *, session: str | None = "test") -> None:
        """Do the whole of `aws sso login` for a home, and leave its token cache as that does.

        `session` names the `[sso-session]`; `None` signs in for profiles in the legacy form.
        """
        target = home.target(session)
        clock = SystemClock()
        waits = FakeClock(clock.now())  # a device that polls: its waits take no time
        progress = NotedProgress()

        def come_back(deliver: Deliver) -> None:
            visitor = Visitor(self._http, origins={self._url}, deliver=deliver)
            self._visit(visitor, progress.urls[-1], "Allow")

        waits.at(0.5, lambda: target.session is None and self.allow(progress.urls[-1]))
        endpoint = Endpoint(self._url, target.region, overridden=True, source="the test's center")
        ports = SignInPorts(
            RetryingHttp(self._http, waits),
            waits,
            FakeBrowser(),
            FakeLoopback(waits, come_back),
            progress,
        )
        route = SignInRoute(target, None, endpoint, endpoint, None)
        sign_in(route, SignInOptions(), ports, home.store(clock), _DESKTOP)

    def _visit(self, visitor: Visitor, what: str, press: str) -> Page:
        url = what if "://" in what else f"{self._url}/device?{urlencode({'user_code': what})}"
        return sign_in_through_pages(
            visitor, url, self.name, self._password, press=press, app=self._app
        )
