"""What a sign-in takes and what it yields; the flows are members of this family."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Protocol

from sekisho.aws.endpoint import Endpoint
from sekisho.model import Region, Role, RoleCredentials, SignInTarget, StartUrl
from sekisho.ports import Browser, Clock, Http, Keyboard, Loopback
from sekisho.store.interface import CachedToken, TokenRecord

__all__ = [
    "Flow",
    "NoKeyboard",
    "NoProgress",
    "Progress",
    "SignInOptions",
    "SignInPorts",
    "SignInResult",
    "SignInRoute",
]


class Flow(StrEnum):
    """The two ways to a token."""

    PKCE = "pkce"
    """Authorization code with PKCE and a loopback redirect (RFC 7636, RFC 8252)."""
    DEVICE_CODE = "device-code"
    """Device authorization grant (RFC 8628)."""


class Progress(Protocol):
    """How the person is told. A method returns at once, and asks nothing."""

    def choose(self, flow: Flow, why: str) -> None:
        """The sign-in will go by `flow`, because of `why` (a clause without a full stop)."""

    def show_url(self, url: str, *, opened: bool) -> None:
        """The person signs in at `url`; `opened` says whether a browser took it."""

    def show_code(
        self,
        user_code: str,
        url: str,
        complete_url: str,
        host: str,
        region: Region,
        *,
        opened: bool,
    ) -> None:
        """The person enters `user_code` at `url`, or compares it at `complete_url`.

        `host` is where the pages are, `region` where the sign-in service is: what a careful
        person compares. `opened` says whether a browser took `complete_url`.
        """

    def waiting(self, seconds: float) -> None:
        """From now on the sign-in is waited for, at most for `seconds`."""

    def may_paste(self) -> None:
        """Where the browser ended may be pasted here, if it could not come back."""

    def trouble(self, reason: str) -> None:
        """Something went wrong that does not end the wait: an answer refused, a poll failed."""


class NoProgress:
    """Tells nobody anything."""

    def choose(self, flow: Flow, why: str) -> None:
        """Pass over it."""

    def show_url(self, url: str, *, opened: bool) -> None:
        """Pass over it."""

    def show_code(
        self,
        user_code: str,
        url: str,
        complete_url: str,
        host: str,
        region: Region,
        *,
        opened: bool,
    ) -> None:
        """Pass over it."""

    def waiting(self, seconds: float) -> None:
        """Pass over it."""

    def may_paste(self) -> None:
        """Pass over it."""

    def trouble(self, reason: str) -> None:
        """Pass over it."""


class NoKeyboard:
    """Satisfies `ports.Keyboard` where nobody types."""

    @contextmanager
    def listen(self, hear: Callable[[str], None]) -> Iterator[bool]:  # noqa: ARG002 (the port's)
        """Hear nothing."""
        yield False


@dataclass(frozen=True, slots=True)
class SignInPorts:
    """The ways out that a sign-in needs."""

    http: Http
    """Retries already (`aws.retry.RetryingHttp`)."""
    clock: Clock
    browser: Browser
    loopback: Loopback
    progress: Progress
    keyboard: Keyboard = field(default_factory=NoKeyboard)


@dataclass(frozen=True, slots=True)
class SignInOptions:
    """What the person asked for."""

    use_device_code: bool = False
    no_browser: bool = False
    """Open nothing; the flow stays what it is, and its URL is shown and waited for."""
    callback_port: int = 0
    """The loopback port of the redirect; 0 takes any, another number is also a wish for PKCE."""
    deadline: float = 600.0
    """Seconds that the person has."""
    login: str = "sekisho login"
    """The command that makes this sign-in, for what an error says to do."""


@dataclass(frozen=True, slots=True)
class SignInRoute:
    """What is signed in to, and by which endpoints."""

    target: SignInTarget
    role: Role | None
    """The named profile's role, by which the person is learnt; `None` where it has none."""
    oidc: Endpoint
    portal: Endpoint
    sts: Endpoint | None
    """`None` where there is no Region for it: then the person stays unknown."""
    leads_to: StartUrl | None = None
    """The portal that a company's own start URL leads to (`aws.start_url`): what the service is
    told in its place. `None` where the start URL is AWS's."""
    outdated: tuple[Role, ...] = ()
    """Roles of which no cached credentials outlive the new sign-in: perhaps they are of somebody
    else, and other tools than sekisho would use them."""

    @property
    def at_service(self) -> SignInTarget:
        """The target as the sign-in service knows it; everything here keeps the configured one."""
        return (
            self.target if self.leads_to is None else replace(self.target, start_url=self.leads_to)
        )


@dataclass(frozen=True, slots=True)
class SignInResult:
    """A finished sign-in; everything in it has been stored."""

    token: CachedToken
    record: TokenRecord
    """`record.person` is `None` where the person could not be learnt, and `note` says why."""
    credentials: RoleCredentials | None
    """The role credentials of the route's role, where they were issued."""
    flow: Flow
    note: str
    """Why the person is unknown; empty when they are known."""
