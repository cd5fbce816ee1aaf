"""The access portal's API (service `sso`): accounts, roles, role credentials, sign-out.

Source: the service model `sso`; `spec/identity-center.md` §2. Assignments are read anew at every
call. The bearer token stands for a person, so it opens every role that the person is assigned.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from sekisho.center import audit, rolekeys, sessions, tokens
from sekisho.center.directory import applications, assignments
from sekisho.center.directory.applications import ACCOUNT_ACCESS
from sekisho.center.limits import PORTAL
from sekisho.center.protocol.call import Call, Serve
from sekisho.center.protocol.fault import Fault
from sekisho.center.services.paging import BadToken, Page, page_of
from sekisho.center.services.throttling import refuse_haste
from sekisho.center.tokens import Bearer
from sekisho.secret import Secret

__all__ = [
    "OPERATIONS",
    "get_role_credentials",
    "list_account_roles",
    "list_accounts",
    "logout",
]

T = TypeVar("T")

_PAGE_SIZE = 100


def list_accounts(call: Call) -> Mapping[str, object]:
    """ListAccounts (§2.4), by name and id."""
    holder = _holder(call)
    page = _page(
        call,
        assignments.accounts_of(call.center, holder.user.id),
        key=lambda account: (account.name, account.account_id),
        of=(holder.user.id, "accounts"),
    )
    audit.record("accounts.listed", user=holder.user.name)
    accounts = [
        {
            "accountId": account.account_id,
            "accountName": account.name,
            "emailAddress": account.email,
        }
        for account in page.items
    ]
    return {"accountList": accounts, "nextToken": page.next_token}


def list_account_roles(call: Call) -> Mapping[str, object]:
    """ListAccountRoles (§2.5): permission sets by name. No role at all is no access."""
    holder, account_id = _holder(call), call.params["accountId"]
    names = assignments.roles_of(call.center, holder.user.id, account_id)
    if not names:
        raise _no_access()
    audit.record("roles.listed", user=holder.user.name, account=account_id)
    page = _page(call, names, key=lambda name: (name,), of=(holder.user.id, "roles", account_id))
    roles = [{"roleName": name, "accountId": account_id} for name in page.items]
    return {"roleList": roles, "nextToken": page.next_token}


def get_role_credentials(call: Call) -> Mapping[str, object]:
    """GetRoleCredentials (§2.8): new ones at each call; they expire in MILLIseconds."""
    holder = _holder(call)
    try:
        issued = rolekeys.issue(
            call.center,
            holder.user,
            call.params["accountId"],
            call.params["roleName"],
            session_id=holder.session_id,
        )
    except rolekeys.NotAssigned:
        raise _no_access() from None
    return {
        "roleCredentials": {
            "accessKeyId": issued.access_key_id,
            "secretAccessKey": issued.secret_access_key.reveal(),
            "sessionToken": issued.session_token.reveal(),
            "expiration": int(issued.expires_at.timestamp()) * 1000,
        }
    }


def logout(call: Call) -> Mapping[str, object]:
    """Logout (§2.9): ends the session behind the token, and so its sibling sign-ins too."""
    holder = _holder(call)
    sessions.end_session_by_id(call.center, holder.session_id, holder.user)
    return {}


OPERATIONS: Mapping[str, Serve] = {
    "ListAccounts": list_accounts,
    "ListAccountRoles": list_account_roles,
    "GetRoleCredentials": get_role_credentials,
    "Logout": logout,
}


def _holder(call: Call) -> Bearer:
    """Return who calls, and count the call: with them, or with the machine of an unknown token."""
    holder = tokens.holder_of(call.center, Secret(call.params.get("accessToken", "")))
    whose = None if holder is None else holder.user.id
    refuse_haste(call, PORTAL, "TooManyRequestsException", whose=whose)
    if holder is None or not _opens_accounts(call, holder):
        raise Fault("UnauthorizedException", "Session token not found or invalid")
    return holder


def _opens_accounts(call: Call, holder: Bearer) -> bool:
    """Whether the token is for the accounts at all (§1.12).

    Clients in the legacy form are, without asking for the scope. An application's token is for as
    long as an administrator lets the application have the scope, and the person the application.
    """
    if holder.scopes and ACCOUNT_ACCESS not in holder.scopes:
        return False
    if holder.application is None:
        return True
    with call.center.database.reading() as connection:
        application = applications.application_of(connection, holder.application)
        return (
            application is not None
            and ACCOUNT_ACCESS in application.targets
            and applications.may_use(connection, holder.application, holder.user.id)
        )


def _no_access() -> Fault:
    """One answer for an unknown account, an unknown role and one that is not assigned (§2.3).

    403 and not 401: at a 401 tools sign in again, in a loop. AWS's model does not have it.
    """
    return Fault("ForbiddenException", "No access", status=403)


def _page(
    call: Call, items: Sequence[T], *, key: Callable[[T], tuple[str, ...]], of: tuple[str, ...]
) -> Page[T]:
    try:
        return page_of(
            call.center,
            items,
            key=key,
            of=of,
            size=call.params.get("maxResults", _PAGE_SIZE),
            token=call.params.get("nextToken"),
        )
    except BadToken:
        raise Fault("InvalidRequestException", "next_token is not valid here") from None
