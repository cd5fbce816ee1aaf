"""What the person who signed in is assigned: every account, and every role in it."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sekisho.aws.endpoint import Endpoint
from sekisho.aws.portal import Account, Portal
from sekisho.errors import ServiceRejected, TokenNotAccepted
from sekisho.login.refresh import Notice, fresh_token, unnoticed
from sekisho.model import RoleName, SignInTarget
from sekisho.ports import Clock, Http
from sekisho.store.interface import CachedToken, Store, TokenRecord
from sekisho.wire.rejection import Rejection

__all__ = ["AssignedAccount", "Assignments", "assignments"]


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
) -> Assignments:
    """Ask the portal, with the cached token of `target`, what it could open.

    Blocks for one call for all accounts and one for each of them, with all their pages. A token
    that the portal does not accept is refreshed once (`login.refresh`). Raises what `fresh_token`
    and the portal's calls raise; `TokenNotAccepted`, `ServiceRejected`.
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
    token, record = take()
    accounts = asked.list_accounts(token.access_token)
    if isinstance(accounts, Rejection) and accounts.status == 401:
        token, record = take(refused=token)
        accounts = asked.list_accounts(token.access_token)
    if isinstance(accounts, Rejection):
        raise _refused("ListAccounts", accounts, target, login)
    listed = tuple(
        AssignedAccount(each, _roles(asked, token, each, target, login)) for each in accounts
    )
    return Assignments(_person(record), listed)


def _roles(
    portal: Portal, token: CachedToken, account: Account, target: SignInTarget, login: str
) -> tuple[RoleName, ...]:
    roles = portal.list_account_roles(token.access_token, account.account_id)
    if not isinstance(roles, Rejection):
        return roles
    if roles.status in (403, 404):  # no role any more (`spec/identity-center.md` §2.5)
        return ()
    raise _refused("ListAccountRoles", roles, target, login)


def _refused(
    operation: str, rejection: Rejection, target: SignInTarget, login: str
) -> TokenNotAccepted | ServiceRejected:
    if rejection.status == 401:
        return TokenNotAccepted(target.token_key.value, login=login)
    return ServiceRejected(operation, error=rejection.error, description=rejection.message)


def _person(record: TokenRecord | None) -> str | None:
    return None if record is None else record.person
