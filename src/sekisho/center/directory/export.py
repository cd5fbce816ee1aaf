"""The directory file of what is in the database: `apply` of it makes the same directory again."""

from typing import Any

import yaml
from sqlalchemy import Connection, Row, Select, select

from sekisho.center.directory.instance import load_instance
from sekisho.center.directory.principals import RoleKind
from sekisho.center.storage import tables
from sekisho.center.storage.database import Database

__all__ = ["export"]

_WIDTH = 100
_UNITS = (("d", 86400), ("h", 3600), ("m", 60), ("s", 1))


def export(database: Database, *, with_password_hashes: bool) -> str:
    """Return the directory file, in an order that depends on names alone.

    Without password hashes, nobody who is new to another center can sign in to it.
    """
    with database.setting_up() as connection:  # an instance gets its id when it is first read
        document = {
            "instance": _instance(connection),
            "administrators": [
                row.name for row in _by_name(connection, tables.groups) if row.administers
            ],
            "accounts": _accounts(connection),
            "permission_sets": _permission_sets(connection),
            "groups": [{"name": row.name} for row in _by_name(connection, tables.groups)],
            "users": _users(connection, with_password_hashes=with_password_hashes),
            "assignments": _assignments(connection),
            "roles": _roles(connection),
        }
    filled = {key: value for key, value in document.items() if value}
    return yaml.safe_dump(
        filled, sort_keys=False, allow_unicode=True, width=_WIDTH, default_flow_style=None
    )


def _by_name(connection: Connection, table: Any) -> list[Row[Any]]:
    return list(connection.execute(select(table).order_by(table.c.name)))


def _instance(connection: Connection) -> dict[str, object]:
    instance = load_instance(connection)
    entry: dict[str, object] = {
        "start_urls": list(instance.start_urls),
        "region": instance.region,
        "session_duration": _duration(instance.session_seconds),
        "mfa": instance.mfa.value,
    }
    return {**entry, "account_ids": "any"} if instance.any_account_ids else entry


def _accounts(connection: Connection) -> list[dict[str, object]]:
    return [
        _without_none({"id": row.id, "name": row.name, "email": row.email})
        for row in _by_name(connection, tables.accounts)
    ]


def _permission_sets(connection: Connection) -> list[dict[str, object]]:
    return [
        {
            "name": row.name,
            "session_duration": _duration(row.session_seconds),
            **({"managed_policies": list(row.managed_policies)} if row.managed_policies else {}),
        }
        for row in _by_name(connection, tables.permission_sets)
    ]


def _users(connection: Connection, *, with_password_hashes: bool) -> list[dict[str, object]]:
    memberships, groups = tables.memberships, tables.groups
    theirs: dict[str, list[str]] = {}
    for row in connection.execute(
        select(memberships.c.user_id, groups.c.name)
        .join(groups, groups.c.id == memberships.c.group_id)
        .order_by(groups.c.name)
    ):
        theirs.setdefault(row.user_id, []).append(row.name)
    return [
        _without_none(
            {
                "name": row.name,
                "display_name": row.display_name,
                "password_hash": row.password_hash if with_password_hashes else None,
                "groups": theirs.get(row.id),
                "disabled": None if row.enabled else True,
            }
        )
        for row in _by_name(connection, tables.users)
    ]


def _assignments(connection: Connection) -> list[dict[str, object]]:
    """Return one entry for each principal and permission set, with all their accounts."""
    table, accounts = tables.assignments, tables.accounts
    found: list[dict[str, object]] = []
    for kind, principals in (("group", tables.groups), ("user", tables.users)):
        query: Select[Any] = (
            select(principals.c.name, table.c.permission_set, accounts.c.name.label("account"))
            .select_from(table)
            .join(principals, principals.c.id == table.c.principal_id)
            .join(accounts, accounts.c.id == table.c.account_id)
            .order_by(principals.c.name, table.c.permission_set, accounts.c.name)
        )
        together: dict[tuple[str, str], list[str]] = {}
        for row in connection.execute(query):
            together.setdefault((row.name, row.permission_set), []).append(row.account)
        found += [
            {kind: name, "accounts": names, "permission_set": permission_set}
            for (name, permission_set), names in together.items()
        ]
    return found


def _roles(connection: Connection) -> list[dict[str, object]]:
    names = {row.id: row.name for row in connection.execute(select(tables.accounts))}
    roles, trusts = tables.roles, tables.role_trusts
    lists: dict[tuple[str, str], list[dict[str, object]]] = {}
    for row in connection.execute(select(trusts)):
        is_role = row.trusted_kind == RoleKind.ROLE.value
        lists.setdefault((row.account_id, row.role), []).append(
            _without_none(
                {
                    "account": names[row.trusted_account_id],
                    "role" if is_role else "permission_set": row.trusted_name,
                    "external_id": row.external_id,
                }
            )
        )
    entries = [
        (names[row.account_id], row.name, lists.get((row.account_id, row.name), []))
        for row in connection.execute(select(roles))
    ]
    return [
        {"account": account, "name": name, "trusted": sorted(trusted, key=str)}
        for account, name, trusted in sorted(entries, key=lambda entry: entry[:2])
    ]


def _duration(seconds: int) -> str:
    """Spell it in the largest unit that leaves no rest."""
    unit, size = next(each for each in _UNITS if not seconds % each[1])
    return f"{seconds // size}{unit}"


def _without_none(entry: dict[str, object]) -> dict[str, object]:
    return {key: value for key, value in entry.items() if value is not None}
