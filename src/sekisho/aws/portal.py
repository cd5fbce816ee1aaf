"""Calls to the access portal (service `sso`), with an access token."""

from collections.abc import Callable
from typing import TypeVar

from sekisho.aws.endpoint import Endpoint
from sekisho.aws.exchange import call
from sekisho.errors import ServiceFailed
from sekisho.model import AccountId, Role, RoleCredentials, RoleName
from sekisho.ports import Http
from sekisho.secret import Secret
from sekisho.values import dataclass
from sekisho.wire import portal as wire
from sekisho.wire.http import Request, Response
from sekisho.wire.portal import Account, Page
from sekisho.wire.rejection import Rejection

__all__ = ["Account", "Portal"]

_MOST_PAGES = 10_000
_OK = 200

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Portal:
    """The access portal at one endpoint.

    Every method blocks for its calls with their retries, and returns the `Rejection` of a 4xx
    answer: 401 for a token that is no longer good, 403 for a role that the person does not have.
    Each raises `PlainHttpRefused`, `Unreachable`, `TlsNotVerified`, `Throttled`, `ServiceFailed`.
    """

    http: Http
    """Already retrying (`aws.retry`)."""
    endpoint: Endpoint

    def get_role_credentials(self, token: Secret, role: Role) -> RoleCredentials | Rejection:
        """Fetch new temporary keys of `role`."""
        return call(
            self.http,
            self.endpoint,
            wire.get_role_credentials(self.endpoint.url, token, role),
            lambda response: wire.role_credentials_in(response, role),
            operation="GetRoleCredentials",
        )

    def list_accounts(self, token: Secret) -> tuple[Account, ...] | Rejection:
        """List every account in which the person has a role, in the service's order."""
        return self._pages(
            lambda following: wire.list_accounts(self.endpoint.url, token, following),
            wire.accounts_in,
            operation="ListAccounts",
        )

    def list_account_roles(
        self, token: Secret, account_id: AccountId
    ) -> tuple[RoleName, ...] | Rejection:
        """List every role that the person has in one account, in the service's order."""
        return self._pages(
            lambda following: wire.list_account_roles(
                self.endpoint.url, token, account_id, following
            ),
            wire.roles_in,
            operation="ListAccountRoles",
        )

    def logout(self, token: Secret) -> Rejection | None:
        """End the session behind `token` at the service; role credentials live on."""
        return call(
            self.http,
            self.endpoint,
            wire.logout(self.endpoint.url, token),
            lambda _response: None,
            operation="Logout",
        )

    def _pages(
        self,
        ask: Callable[[str | None], Request],
        read: Callable[[Response], Page[Item]],
        *,
        operation: str,
    ) -> tuple[Item, ...] | Rejection:
        """Turn the pages until there is no next one; a service that goes in circles has failed."""
        items: list[Item] = []
        seen: set[str] = set()
        following: str | None = None
        while len(seen) < _MOST_PAGES:
            page = call(self.http, self.endpoint, ask(following), read, operation=operation)
            if isinstance(page, Rejection):
                return page
            items += page.items
            following = page.next_token
            if following is None:
                return tuple(items)
            if following in seen:
                break
            seen.add(following)
        raise ServiceFailed(operation, status=_OK, reason="the pages of the list do not end")
