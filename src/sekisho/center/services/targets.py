"""What an administrator's change is about, for the audit trail: ids, and the names that go with them.

Names are looked up before the operation, which may remove what has them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Table, select

from sekisho.center.audit import Who
from sekisho.center.storage.tables import accounts, groups, memberships, permission_sets, users

__all__ = ["Target", "made_by", "target_of"]

_SAID_AS_IT_IS = (
    "ApplicationArn",
    "GrantType",
    "ManagedPolicyArn",
    "Name",
    "RegionName",
    "ResourceArn",
    "Scope",
    "TrustedTokenIssuerArn",
)
"""Members of requests that are names or ids, whatever they are of."""


@dataclass(frozen=True, slots=True)
class Target:
    """What a change is about."""

    person: Who | None
    """A user, where it is about one."""
    facts: Mapping[str, str] = field(default_factory=dict)


def target_of(connection: Connection, params: Mapping[str, Any]) -> Target:
    """Return what a request with `params` is about; what is not there yet has no name yet."""
    ids = _ids(connection, params)
    found = {
        "group": _name(connection, groups, ids.get("group")),
        "group_id": ids.get("group"),
        "permission_set": _name(connection, permission_sets, ids.get("permission_set")),
        "permission_set_id": ids.get("permission_set"),
        "account": ids.get("account"),
        "account_name": _name(connection, accounts, ids.get("account")),
        **{_fact(name): str(params[name]) for name in _SAID_AS_IT_IS if params.get(name)},
    }
    user_id = ids.get("user")
    user_name = _name(connection, users, user_id)
    person = None if user_id is None or user_name is None else Who(user_id, user_name)
    return Target(person, {name: fact for name, fact in found.items() if fact is not None})


def made_by(params: Mapping[str, Any], output: Mapping[str, Any], before: Target) -> Target:
    """Return the target once more, with what the operation has made."""
    if "UserName" in params and "UserId" in output:
        return Target(Who(str(output["UserId"]), str(params["UserName"])), before.facts)
    made: dict[str, str] = {}
    if "GroupId" in output and "GroupId" not in params:
        made = {"group": str(params.get("DisplayName", "")), "group_id": str(output["GroupId"])}
    elif "PermissionSet" in output:
        arn = str(output["PermissionSet"]["PermissionSetArn"])
        made = {"permission_set": str(params["Name"]), "permission_set_id": _last(arn)}
    else:
        arns = {name: str(value) for name, value in output.items() if name in _SAID_AS_IT_IS}
        made = {_fact(name): value for name, value in arns.items()}
    return Target(before.person, {**before.facts, **made})


def _ids(connection: Connection, params: Mapping[str, Any]) -> dict[str, str]:
    member = params.get("MemberId")
    ids = {
        "user": params.get("UserId") or (member or {}).get("UserId"),
        "group": params.get("GroupId"),
        "account": params.get("TargetId") or params.get("AccountId"),
        "permission_set": _last(params.get("PermissionSetArn", "")) or None,
    }
    principal = params.get("PrincipalType")
    if principal is not None:
        ids["user" if principal == "USER" else "group"] = params.get("PrincipalId")
    if membership := params.get("MembershipId"):
        table = memberships
        query = select(table.c.user_id, table.c.group_id).where(table.c.id == membership)
        row = connection.execute(query).one_or_none()
        ids |= {} if row is None else {"user": row.user_id, "group": row.group_id}
    return {what: str(found) for what, found in ids.items() if found}


def _name(connection: Connection, table: Table, row_id: str | None) -> str | None:
    if row_id is None:
        return None
    found = connection.execute(select(table.c.name).where(table.c.id == row_id)).scalar()
    return None if found is None else str(found)


def _fact(member: str) -> str:
    """`ApplicationArn` → `application_arn`."""
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in member).lstrip("_")


def _last(arn: str) -> str:
    return arn.rpartition("/")[2]
