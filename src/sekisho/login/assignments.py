"""What the person who signed in is assigned: every account, and every role in it."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from sekisho.aws.endpoint import Endpoint
from sekisho.aws.portal import Account, Portal
from sekisho.errors import ServiceRejected, TokenNotAccepted
from sekisho.login.crew import one_by_one
from sekisho.login.refresh import Notice, fresh_token, unnoticed
from sekisho.model import RoleName, SignInTarget
from sekisho.ports import Clock, Http
from sekisho.secret import Secret
from sekisho.store.interface import CachedToken, Store, TokenRecord
from sekisho.wire.rejection import Rejection

__all__ = ["AssignedAccount", "Assignments", "Spread", "assignments"]

_NOT_ACCEPTED = 401

_Answer = TypeVar("_Answer")
_Roles = tuple[RoleName, ...]
Spread = Callable[[Callable[[Account], _Roles], Sequence[Account]], Sequence[_Roles]]
"""Asks for each account, and returns the answers in their order: `login.crew` has two ways."""


@dataclass(frozen=True, slots=True)
class AssignedAccount:
    """One account, with the roles that the person has in it."""

    account: Account
    roles: tuple[RoleName, ...]
    """In the service's order; empty where they were taken away while they were being listed."""


@dataclass(frozen=True, slots=True)
class Assignments:
    """All that one token could fetch credentials for."""

    person: str | None
    """`None` where it is not known who signed in."""
    accounts: tuple[AssignedAccount, ...]
    """In the service's order."""


def assignments(
    *,
    target: SignInTarget,
    oidc: Endpoint,
    portal: Endpoint,
    store: Store,
    http: Http,
    clock: Clock,
    lock_folder: Path,
    login: str,
    notice: Notice = unnoticed,
    spread: Spread = one_by_one,
) -> Assignments:
    """Ask the portal, with the cached token of `target`, what it could open.

    Blocks for one call for all accounts and one for each of them, with all their pages; `spread`
    says how many of the latter are under way at a time. A token that the portal does not accept is
    refreshed once (`login.refresh`). Raises what `fresh_token`, `spread` and the portal's calls
    raise; `TokenNotAccepted`, `ServiceRejected`.
    """
    take = partial(
        fresh_token,
        target=target,
        oidc=oidc,
        portal=portal,
        store=store,
        http=http,
        clock=clock,
        lock_folder=lock_folder,
        login=login,
        notice=notice,
    )
    asked = Portal(http, portal)
    held = _HeldToken(take)
    accounts = held.ask(asked.list_accounts)
    if isinstance(accounts, Rejection):
        raise _refused("ListAccounts", accounts, target, login)

    def roles(account: Account) -> _Roles:
        found = held.ask(lambda token: asked.list_account_roles(token, account.account_id))
        if not isinstance(found, Rejection):
            return found
        if found.status in (403, 404):  # no role any more (`spec/identity-center.md` §2.5)
            return ()
        raise _refused("ListAccountRoles", found, target, login)

    listed = map(AssignedAccount, accounts, spread(roles, accounts))
    return Assignments(held.person, tuple(listed))


class _HeldToken:
    """A token for many calls, refreshed once where the portal accepts it no more."""

    def __init__(self, take: Callable[..., tuple[CachedToken, TokenRecord | None]]) -> None:
        self._take = take
        self._lock = threading.Lock()
        self._token, self._record = take()
        self._first = self._token

    @property
    def person(self) -> str | None:
        return None if self._record is None else self._record.person

    def ask(self, call: Callable[[Secret], _Answer | Rejection]) -> _Answer | Rejection:
        """Call with the token; where it is refused, once more with its successor."""
        token = self._token
        answer = call(token.access_token)
        if not isinstance(answer, Rejection) or answer.status != _NOT_ACCEPTED:
            return answer
        with self._lock:
            if self._token is token and token is self._first:
                self._token, self._record = self._take(refused=token)
        return answer if self._token is token else call(self._token.access_token)


def _refused(
    operation: str, rejection: Rejection, target: SignInTarget, login: str
) -> TokenNotAccepted | ServiceRejected:
    if rejection.status == _NOT_ACCEPTED:
        return TokenNotAccepted(target.token_key.value, login=login)
    return ServiceRejected(operation, error=rejection.error, description=rejection.message)
