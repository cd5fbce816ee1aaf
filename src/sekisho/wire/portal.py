"""What the client says to the access portal (service `sso`), and how it reads the answers.

REST-JSON, unsigned, the access token in a header. Source: AWS's service model sso 2019-06-10;
`spec/aws-cli.md` §6.1, `spec/identity-center.md` §2.
"""

from collections.abc import Mapping
from typing import Generic, TypeVar
from urllib.parse import quote, urlencode

from sekisho.model import AccountId, Role, RoleCredentials, RoleName
from sekisho.secret import Secret
from sekisho.values import dataclass
from sekisho.wire import shape
from sekisho.wire.http import Headers, Request, Response

__all__ = [
    "TOKEN_HEADER",
    "Account",
    "Page",
    "accounts_in",
    "get_role_credentials",
    "list_account_roles",
    "list_accounts",
    "logout",
    "role_credentials_in",
    "roles_in",
]

TOKEN_HEADER = "x-amz-sso_bearer_token"
"""With underscores, which some proxies and servers drop."""

_MILLISECONDS = 1000

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Account:
    """An account in which the person has at least one role."""

    account_id: AccountId
    name: str | None
    email: str | None


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """One page of a list."""

    items: tuple[Item, ...]
    next_token: str | None
    """What asks for the following page; `None` on the last one."""


def get_role_credentials(endpoint: str, token: Secret, role: Role) -> Request:
    """Ask for temporary keys of `role`."""
    query = {"role_name": role.role_name, "account_id": role.account_id}
    return _get(f"{endpoint}/federation/credentials", token, query)


def role_credentials_in(response: Response, role: Role) -> RoleCredentials:
    """Read the answer to GetRoleCredentials for `role`. Raises `shape.NotThisShape`."""
    keys = shape.inner(shape.members(response), "roleCredentials")
    return RoleCredentials(
        access_key_id=shape.word(keys, "accessKeyId"),
        secret_access_key=Secret(shape.text(keys, "secretAccessKey")),
        session_token=Secret(shape.word(keys, "sessionToken")),
        expires_at=shape.instant(keys, "expiration", per_second=_MILLISECONDS),
        role=role,
    )


def list_accounts(endpoint: str, token: Secret, next_token: str | None) -> Request:
    """Ask for the accounts of the person, from `next_token` on."""
    return _get(f"{endpoint}/assignment/accounts", token, _page(next_token))


def accounts_in(response: Response) -> Page[Account]:
    """Read a page of ListAccounts; name and address may be missing. Raises `NotThisShape`."""
    body = shape.members(response)
    accounts = tuple(
        Account(
            AccountId(shape.word(each, "accountId")),
            _text_or_none(each, "accountName"),
            _text_or_none(each, "emailAddress"),
        )
        for each in shape.objects(body, "accountList")
    )
    return Page(accounts, _text_or_none(body, "nextToken"))


def list_account_roles(
    endpoint: str, token: Secret, account_id: AccountId, next_token: str | None
) -> Request:
    """Ask for the person's roles in one account, from `next_token` on."""
    query = {"account_id": account_id, **_page(next_token)}
    return _get(f"{endpoint}/assignment/roles", token, query)


def roles_in(response: Response) -> Page[RoleName]:
    """Read a page of ListAccountRoles. Raises `shape.NotThisShape`."""
    body = shape.members(response)
    roles = tuple(
        RoleName(shape.text(each, "roleName")) for each in shape.objects(body, "roleList")
    )
    return Page(roles, _text_or_none(body, "nextToken"))


def logout(endpoint: str, token: Secret) -> Request:
    """Ask to end the session behind the token. The answer to it has no body."""
    return Request("POST", f"{endpoint}/logout", _bearing(token))


def _get(url: str, token: Secret, query: Mapping[str, str]) -> Request:
    asked = f"?{urlencode(query, quote_via=quote, safe='')}" if query else ""
    return Request("GET", f"{url}{asked}", _bearing(token))


def _bearing(token: Secret) -> Headers:
    return Headers({TOKEN_HEADER: token.reveal()})


def _page(next_token: str | None) -> dict[str, str]:
    return {} if next_token is None else {"next_token": next_token}


def _text_or_none(holder: Mapping[str, object], name: str) -> str | None:
    return shape.text(holder, name) if holder.get(name) not in (None, "") else None
