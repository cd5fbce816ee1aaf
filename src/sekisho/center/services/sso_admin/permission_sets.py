"""Permission sets: what a role is called, and how long its credentials live."""

from typing import Any

from sqlalchemy import Row, delete, insert, select, update

from sekisho.center.protocol.fault import Fault
from sekisho.center.services.administration import Desk, Output, page
from sekisho.center.services.sso_admin.provisioning import outdate
from sekisho.center.services.sso_admin.resources import (
    arn_of,
    check_instance,
    iso_duration,
    permission_set,
    seconds_of,
)
from sekisho.center.services.sso_admin.tags import put_tags, remove_tags
from sekisho.center.storage.tables import assignments, permission_sets, provisioned
from sekisho.center.storage.times import from_epoch

__all__ = [
    "create_permission_set",
    "delete_permission_set",
    "describe_permission_set",
    "list_permission_sets",
    "update_permission_set",
]

_DEFAULT_DURATION = "PT1H"


def create_permission_set(desk: Desk) -> Output:
    """CreatePermissionSet."""
    check_instance(desk)
    params = desk.params
    named = select(permission_sets.c.id).where(permission_sets.c.name == params["Name"])
    if desk.connection.execute(named).one_or_none() is not None:
        raise Fault("ConflictException", f"PermissionSet {params['Name']} exists already")
    desk.connection.execute(
        insert(permission_sets).values(
            name=params["Name"],
            session_seconds=seconds_of(params.get("SessionDuration", _DEFAULT_DURATION)),
            managed_policies=[],
            description=params.get("Description"),
            relay_state=params.get("RelayState"),
            created_at=desk.now,
        )
    )
    made = desk.connection.execute(
        select(permission_sets).where(permission_sets.c.name == params["Name"])
    ).one()
    put_tags(desk, arn_of(desk, made), params.get("Tags", ()))
    return {"PermissionSet": _described(desk, made)}


def describe_permission_set(desk: Desk) -> Output:
    """DescribePermissionSet."""
    return {"PermissionSet": _described(desk, permission_set(desk))}


def list_permission_sets(desk: Desk) -> Output:
    """ListPermissionSets, by id."""
    check_instance(desk)
    query = select(permission_sets)
    found, following = page(desk, query, permission_sets.c.id, lambda row: arn_of(desk, row))
    return {"PermissionSets": found, "NextToken": following}


def update_permission_set(desk: Desk) -> Output:
    """UpdatePermissionSet: what is named. Accounts get it when it is provisioned."""
    row, params = permission_set(desk), desk.params
    values: dict[str, object] = {}
    if "SessionDuration" in params:
        values["session_seconds"] = seconds_of(params["SessionDuration"])
    for member, column in (("Description", "description"), ("RelayState", "relay_state")):
        if member in params:
            values[column] = params[member]
    if values:
        this = permission_sets.c.name == row.name
        desk.connection.execute(update(permission_sets).where(this).values(**values))
        outdate(desk, row)
    return {}


def delete_permission_set(desk: Desk) -> Output:
    """DeletePermissionSet, unless somebody has it."""
    row = permission_set(desk)
    used = select(assignments.c.account_id).where(assignments.c.permission_set == row.name)
    if desk.connection.execute(used.limit(1)).one_or_none() is not None:
        raise Fault("ConflictException", f"PermissionSet {row.name} is assigned in an account")
    remove_tags(desk, arn_of(desk, row))
    desk.connection.execute(delete(provisioned).where(provisioned.c.permission_set == row.name))
    desk.connection.execute(delete(permission_sets).where(permission_sets.c.name == row.name))
    return {}


def _described(desk: Desk, row: Row[Any]) -> dict[str, object]:
    return {
        "Name": row.name,
        "PermissionSetArn": arn_of(desk, row),
        "Description": row.description,
        "CreatedDate": None if row.created_at is None else from_epoch(row.created_at),
        "SessionDuration": iso_duration(row.session_seconds),
        "RelayState": row.relay_state,
    }
