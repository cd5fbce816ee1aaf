"""Account assignments: who has which permission set in which account. The sign-in sees them at once."""

from typing import Any

from sqlalchemy import ColumnElement, Row, case, delete, or_, select

from sekisho.center.protocol.fault import Fault
from sekisho.center.services.administration import Desk, Output, page
from sekisho.center.services.sso_admin import requests
from sekisho.center.services.sso_admin.requests import Kind
from sekisho.center.services.sso_admin.resources import (
    arn_of,
    check_instance,
    not_found,
    permission_set,
)
from sekisho.center.storage.inserting import insert_if_absent
from sekisho.center.storage.tables import (
    accounts,
    assignments,
    groups,
    memberships,
    permission_sets,
    provisioned,
    users,
)

__all__ = [
    "create_account_assignment",
    "delete_account_assignment",
    "describe_account_assignment_creation_status",
    "describe_account_assignment_deletion_status",
    "list_account_assignment_creation_status",
    "list_account_assignment_deletion_status",
    "list_account_assignments",
    "list_account_assignments_for_principal",
    "principal_of",
]

_PRINCIPALS = {"USER": users, "GROUP": groups}


def create_account_assignment(desk: Desk) -> Output:
    """CreateAccountAssignment; one that is there already is as good as new, as at AWS."""
    row = permission_set(desk)
    account_id, principal_id = _account(desk), principal_of(desk)
    insert_if_absent(
        desk.connection,
        assignments,
        account_id=account_id,
        permission_set=row.name,
        principal_id=principal_id,
    )
    insert_if_absent(
        desk.connection, provisioned, account_id=account_id, permission_set=row.name, latest=True
    )
    status = requests.done(desk, Kind.CREATION, _details(desk))
    return {"AccountAssignmentCreationStatus": status}


def delete_account_assignment(desk: Desk) -> Output:
    """DeleteAccountAssignment; with the last one the account loses the role."""
    row = permission_set(desk)
    here = (
        assignments.c.account_id == desk.params["TargetId"],
        assignments.c.permission_set == row.name,
    )
    this = assignments.c.principal_id == desk.params["PrincipalId"]
    removed = desk.connection.execute(delete(assignments).where(*here, this))
    if not removed.rowcount:
        raise not_found("AccountAssignment")
    others = select(assignments.c.principal_id).where(*here).limit(1)
    if desk.connection.execute(others).one_or_none() is None:
        desk.connection.execute(
            delete(provisioned).where(
                provisioned.c.account_id == desk.params["TargetId"],
                provisioned.c.permission_set == row.name,
            )
        )
    status = requests.done(desk, Kind.DELETION, _details(desk))
    return {"AccountAssignmentDeletionStatus": status}


def describe_account_assignment_creation_status(desk: Desk) -> Output:
    """DescribeAccountAssignmentCreationStatus."""
    found = requests.described(desk, Kind.CREATION, "AccountAssignmentCreationRequestId")
    return {"AccountAssignmentCreationStatus": found}


def describe_account_assignment_deletion_status(desk: Desk) -> Output:
    """DescribeAccountAssignmentDeletionStatus."""
    found = requests.described(desk, Kind.DELETION, "AccountAssignmentDeletionRequestId")
    return {"AccountAssignmentDeletionStatus": found}


def list_account_assignment_creation_status(desk: Desk) -> Output:
    """ListAccountAssignmentCreationStatus."""
    return requests.listed(desk, Kind.CREATION, "AccountAssignmentsCreationStatus")


def list_account_assignment_deletion_status(desk: Desk) -> Output:
    """ListAccountAssignmentDeletionStatus."""
    return requests.listed(desk, Kind.DELETION, "AccountAssignmentsDeletionStatus")


def list_account_assignments(desk: Desk) -> Output:
    """ListAccountAssignments of one permission set in one account, by principal."""
    row, account_id = permission_set(desk), desk.params["AccountId"]
    query = select(assignments.c.principal_id, _kind().label("kind")).where(
        assignments.c.account_id == account_id, assignments.c.permission_set == row.name
    )
    arn = arn_of(desk, row)
    found, following = page(
        desk,
        query,
        assignments.c.principal_id,
        lambda each: {
            "AccountId": account_id,
            "PermissionSetArn": arn,
            "PrincipalType": each.kind,
            "PrincipalId": each.principal_id,
        },
        of=(account_id, row.id),
    )
    return {"AccountAssignments": found, "NextToken": following}


def list_account_assignments_for_principal(desk: Desk) -> Output:
    """ListAccountAssignmentsForPrincipal; for a user, also those of their groups."""
    check_instance(desk)
    principal_id = principal_of(desk)
    theirs: ColumnElement[bool] = assignments.c.principal_id == principal_id
    if desk.params["PrincipalType"] == "USER":
        of_groups = select(memberships.c.group_id).where(memberships.c.user_id == principal_id)
        theirs = or_(theirs, assignments.c.principal_id.in_(of_groups))
    whole = (
        assignments.c.account_id + " " + permission_sets.c.id + " " + assignments.c.principal_id
    ).label("whole")
    query = (
        select(
            whole,
            assignments.c.account_id,
            assignments.c.principal_id,
            permission_sets.c.id,
            _kind().label("kind"),
        )
        .join(permission_sets, permission_sets.c.name == assignments.c.permission_set)
        .where(theirs)
    )
    if account_id := desk.params.get("Filter", {}).get("AccountId"):
        query = query.where(assignments.c.account_id == account_id)
    found, following = page(
        desk, query, whole, lambda row: _of_principal(desk, row), of=(principal_id,)
    )
    return {"AccountAssignments": found, "NextToken": following}


def _of_principal(desk: Desk, row: Row[Any]) -> dict[str, object]:
    return {
        "AccountId": row.account_id,
        "PermissionSetArn": arn_of(desk, row),
        "PrincipalId": row.principal_id,
        "PrincipalType": row.kind,
    }


def _kind() -> ColumnElement[str]:
    is_user = select(users.c.id).where(users.c.id == assignments.c.principal_id).exists()
    return case((is_user, "USER"), else_="GROUP")


def _account(desk: Desk) -> str:
    account_id: str = desk.params["TargetId"]
    known = select(accounts.c.id).where(accounts.c.id == account_id)
    if desk.connection.execute(known).one_or_none() is None:
        raise not_found(f"AWS account {account_id}")
    return account_id


def principal_of(desk: Desk) -> str:
    """Return the id of the user or group that the request names. Raises `Fault`."""
    kind, principal_id = desk.params["PrincipalType"], desk.params["PrincipalId"]
    table = _PRINCIPALS[kind]
    known = select(table.c.id).where(table.c.id == principal_id)
    if desk.connection.execute(known).one_or_none() is None:
        raise Fault("ResourceNotFoundException", f"{kind} not found: {principal_id}")
    return str(principal_id)


def _details(desk: Desk) -> dict[str, object]:
    members = ("TargetId", "TargetType", "PermissionSetArn", "PrincipalType", "PrincipalId")
    return {member: desk.params[member] for member in members}
