"""The wizard's way in: a sign-in that is there, or a new one that is kept only at the end."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TypeVar

from sekisho.aws.endpoint import Endpoint
from sekisho.aws.portal import Account, Portal
from sekisho.aws.start_url import resolve_start_url
from sekisho.errors import NothingAssigned, ServiceRejected, StartUrlRefused, TokenNotAccepted
from sekisho.login.choose import Surroundings
from sekisho.login.held import held_token
from sekisho.login.interface import SignInOptions, SignInPorts, SignInResult, SignInRoute
from sekisho.login.sign_in import FreshSignIn, keep, new_sign_in
from sekisho.model import AccountId, Region, Role, RoleName, SignInTarget, StartUrl, TokenKey
from sekisho.secret import Secret
from sekisho.store.interface import Store
from sekisho.wire.rejection import Rejection

__all__ = ["Entrance"]

_Answer = TypeVar("_Answer")


@dataclass(slots=True)
class Entrance:
    """Signs in where that is needed, and asks the portal.

    Nothing is stored before `keep`; a token that was there before, good for 15 minutes and bound
    to the same place, is used as it is.
    """

    ports: SignInPorts
    store: Store
    options: SignInOptions
    surroundings: Surroundings
    endpoints: Callable[[Region], tuple[Endpoint, Endpoint]]
    """The sign-in service's and the portal's endpoint for the portal's Region."""
    sts: Callable[[Region | None], Endpoint | None]
    """STS's endpoint for the profile's Region; `None` where there is none."""
    announce: Callable[[SignInTarget], None]
    """Called before each sign-in."""
    outdated: Callable[[TokenKey], tuple[Role, ...]]
    """The roles whose credentials of an earlier sign-in are not to be left."""
    _fresh: FreshSignIn | None = field(default=None, init=False)
    _token: Secret | None = field(default=None, init=False)

    def enter(self, target: SignInTarget, *, anew: bool) -> Secret:
        """Return a token for `target`: the one that is held, or, `anew` or without one, a new one.

        Blocks until the person is through. Raises what a sign-in does.
        """
        route = self._route(target)
        held = None
        if not anew:
            held = held_token(route, self.store, self.ports.clock, login=self.options.login)
        if held is not None:
            self._token = held.access_token
            return held.access_token
        self.announce(target)
        route = replace(route, leads_to=self._leads_to(target))
        self._fresh = new_sign_in(route, self.options, self.ports, self.store, self.surroundings)
        self._token = self._fresh.token.access_token
        return self._token

    def _leads_to(self, target: SignInTarget) -> StartUrl | None:
        """Where a company's own start URL leads, as for `login`; it must be in the same Region."""
        portal = resolve_start_url(target.start_url, target.region, self.ports.http)
        if portal.region != target.region:
            reason = f"It leads to a portal in {portal.region}, not in {target.region}."
            raise StartUrlRefused(target.start_url, reason)
        return None if portal.url == target.start_url else portal.url

    def accounts(self, target: SignInTarget) -> tuple[Account, ...]:
        """List the person's accounts. Raises what a call, and a sign-in, does."""
        return self._ask(target, "ListAccounts", lambda portal, token: portal.list_accounts(token))

    def roles(self, target: SignInTarget, account: AccountId) -> tuple[RoleName, ...]:
        """List the person's roles in `account`. Raises the same."""
        return self._ask(
            target,
            "ListAccountRoles",
            lambda portal, token: portal.list_account_roles(token, account),
        )

    def keep(self, target: SignInTarget, role: Role, region: Region | None) -> SignInResult | None:
        """Store the sign-in that was made, under the token key of `target`, and learn who it was.

        `None`, and nothing stored, where none was needed. Raises `FileError`.
        """
        if self._fresh is None:
            return None
        route = self._route(target, role, region)
        return keep(self._fresh, route, self.ports, self.store)

    def _ask(
        self,
        target: SignInTarget,
        operation: str,
        call: Callable[[Portal, Secret], _Answer | Rejection],
    ) -> _Answer:
        """Call; where a token that was held is no longer good (401), sign in and call again."""
        token = self._token or self.enter(target, anew=False)
        portal = Portal(self.ports.http, self._route(target).portal)
        answer = call(portal, token)
        if isinstance(answer, Rejection) and answer.status == 401 and self._fresh is None:
            answer = call(portal, self.enter(target, anew=True))
        if not isinstance(answer, Rejection):
            return answer
        if answer.status == 401:
            raise TokenNotAccepted(target.token_key.value, login=self.options.login)
        if answer.status in {403, 404}:
            raise NothingAssigned(f"{operation}: {answer.message or answer.error}")
        raise ServiceRejected(operation, error=answer.error, description=answer.message)

    def _route(
        self, target: SignInTarget, role: Role | None = None, region: Region | None = None
    ) -> SignInRoute:
        oidc, portal = self.endpoints(target.region)
        outdated = self.outdated(target.token_key)
        return SignInRoute(target, role, oidc, portal, self.sts(region), outdated=outdated)
