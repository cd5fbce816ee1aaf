"""Accounts and roles, drawn: a table for people, JSON for programs."""

from collections.abc import Mapping, Sequence
from typing import TypedDict

from rich.table import Table
from rich.text import Text

from sekisho.cli.show.printable import printable
from sekisho.login.assignments import Assignments
from sekisho.model import ProfileName, Role, SignInTarget

__all__ = ["Named", "roles_json", "roles_table"]

Named = Mapping[Role, Sequence[ProfileName]]
"""Which profiles stand for a role."""


class _TokenKeyRow(TypedDict):
    form: str
    value: str


class _RoleRow(TypedDict):
    role_name: str
    profiles: list[str]


class _AccountRow(TypedDict):
    account_id: str
    name: str | None
    email: str | None
    roles: list[_RoleRow]


class _RolesJson(TypedDict):
    version: int
    token_key: _TokenKeyRow
    start_url: str
    region: str
    person: str | None
    accounts: list[_AccountRow]


def roles_table(found: Assignments, named: Named) -> Table:
    """Draw one row for each role; an account's id and name stand at its first one."""
    drawn = Table()
    drawn.add_column("Account", no_wrap=True)
    drawn.add_column("Name", overflow="fold")
    drawn.add_column("Role", overflow="fold")
    drawn.add_column("Profile", overflow="fold", style="green")
    for assigned in found.accounts:
        account = assigned.account
        heads = [Text(account.account_id, style="bold"), Text(account.name or "")]
        for role_name in assigned.roles:
            profiles = named.get(Role(account.account_id, role_name), ())
            names = Text(printable(", ".join(profiles))) if profiles else Text("–", style="dim")
            drawn.add_row(*heads, Text(role_name), names)
            heads = [Text(), Text()]
        if not assigned.roles:
            drawn.add_row(*heads, Text("no role any more", style="dim"), Text())
    return drawn


def roles_json(found: Assignments, named: Named, target: SignInTarget) -> _RolesJson:
    """Return `roles --json`, version 1."""
    key = target.token_key
    return {
        "version": 1,
        "token_key": {"form": key.form.value, "value": key.value},
        "start_url": target.start_url,
        "region": target.region,
        "person": found.person,
        "accounts": [
            {
                "account_id": assigned.account.account_id,
                "name": assigned.account.name,
                "email": assigned.account.email,
                "roles": [
                    {
                        "role_name": name,
                        "profiles": [*named.get(Role(assigned.account.account_id, name), ())],
                    }
                    for name in assigned.roles
                ],
            }
            for assigned in found.accounts
        ],
    }
