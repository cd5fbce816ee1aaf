"""Which accounts have a permission set's role, and whether it is the latest version of it.

A change of a permission set does not reach an account before it is provisioned again
(`spec/identity-center.md` §4.3): whoever forgets that sees it here.
"""

from typing import Any

from sqlalchemy import Row, Select, select, update

from sekisho.center.services.administration import Desk, Output, invalid, page
from sekisho.center.services.sso_admin import requests
from sekisho.center.services.sso_admin.requests import Kind
from sekisho.center.services.sso_admin.resources import (
    arn_of,
    check_instance,
    not_found,
    permission_set,
)
from sekisho.center.storage.tables import assignments, permission_sets, provisioned

__all__ = [
    "describe_permission_set_provisioning_status",
    "list_accounts_for_provisioned_permission_set",
    "list_permission_set_provisioning_status",
    "list_permission_sets_provisioned_to_account",
    "outdate",
    "provision_permission_set",
]

_LATEST = "LATEST_PERMISSION_SET_PROVISIONED"


def provision_permission_set(desk: Desk) -> Output:
    """ProvisionPermissionSet: to one account, or to all that have it."""
    row, params = permission_set(desk), desk.params
    here = [provisioned.c.permission_set == row.name]
    if params["TargetType"] == "AWS_ACCOUNT":
        if "TargetId" not in params:
            raise invalid("TargetId is required for TargetType AWS_ACCOUNT")
        here.append(provisioned.c.account_id == params["TargetId"])
    brought = desk.connection.execute(update(provisioned).where(*here).values(latest=True))
    if "TargetId" in params and not brought.rowcount:
        raise not_found("Provisioned PermissionSet")
    details = {"PermissionSetArn": arn_of(desk, row), "AccountId": params.get("TargetId")}
    status = requests.done(desk, Kind.PROVISIONING, details)
    return {"PermissionSetProvisioningStatus": status}


def describe_permission_set_provisioning_status(desk: Desk) -> Output:
    """DescribePermissionSetProvisioningStatus."""
    found = requests.described(desk, Kind.PROVISIONING, "ProvisionPermissionSetRequestId")
    return {"PermissionSetProvisioningStatus": found}


def list_permission_set_provisioning_status(desk: Desk) -> Output:
    """ListPermissionSetProvisioningStatus."""
    return requests.listed(desk, Kind.PROVISIONING, "PermissionSetsProvisioningStatus")


def list_accounts_for_provisioned_permission_set(desk: Desk) -> Output:
    """ListAccountsForProvisionedPermissionSet, by account id."""
    row = permission_set(desk)
    query = select(provisioned).where(provisioned.c.permission_set == row.name)
    found, following = page(
        desk,
        _of_status(desk, query),
        provisioned.c.account_id,
        lambda each: each.account_id,
        of=(row.id,),
    )
    return {"AccountIds": found, "NextToken": following}


def list_permission_sets_provisioned_to_account(desk: Desk) -> Output:
    """ListPermissionSetsProvisionedToAccount, by id."""
    check_instance(desk)
    account = desk.params["AccountId"]
    query = (
        select(permission_sets.c.id)
        .join(provisioned, provisioned.c.permission_set == permission_sets.c.name)
        .where(provisioned.c.account_id == account)
    )
    found, following = page(
        desk,
        _of_status(desk, query),
        permission_sets.c.id,
        lambda row: arn_of(desk, row),
        of=(account,),
    )
    return {"PermissionSets": found, "NextToken": following}


def outdate(desk: Desk, row: Row[Any]) -> None:
    """Note that accounts have an earlier version of a permission set from now on."""
    of_it = provisioned.c.permission_set == row.name
    desk.connection.execute(update(provisioned).where(of_it).values(latest=False))


def _of_status(desk: Desk, query: Select[Any]) -> Select[Any]:
    """Of what is still assigned to somebody, those that the request asks for."""
    query = query.where(
        select(assignments.c.principal_id)
        .where(
            assignments.c.account_id == provisioned.c.account_id,
            assignments.c.permission_set == provisioned.c.permission_set,
        )
        .exists()
    )
    status = desk.params.get("ProvisioningStatus")
    return query if status is None else query.where(provisioned.c.latest.is_(status == _LATEST))
