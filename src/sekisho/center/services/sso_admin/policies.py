"""What a permission set allows. Nothing here evaluates it: it is kept, and said again."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, update

from sekisho.center.protocol.fault import Fault
from sekisho.center.services.administration import Desk, Output, invalid, page_of_list
from sekisho.center.services.sso_admin.provisioning import outdate
from sekisho.center.services.sso_admin.resources import not_found, permission_set
from sekisho.center.storage.tables import permission_sets

__all__ = [
    "attach_customer_managed_policy_reference_to_permission_set",
    "attach_managed_policy_to_permission_set",
    "delete_inline_policy_from_permission_set",
    "delete_permissions_boundary_from_permission_set",
    "detach_customer_managed_policy_reference_from_permission_set",
    "detach_managed_policy_from_permission_set",
    "get_inline_policy_for_permission_set",
    "get_permissions_boundary_for_permission_set",
    "list_customer_managed_policy_references_in_permission_set",
    "list_managed_policies_in_permission_set",
    "put_inline_policy_to_permission_set",
    "put_permissions_boundary_to_permission_set",
]

_AWS = "arn:aws:iam::aws:policy/"
_MOST_POLICIES = 20


def attach_managed_policy_to_permission_set(desk: Desk) -> Output:
    """AttachManagedPolicyToPermissionSet."""
    row = permission_set(desk)
    arn, there = desk.params["ManagedPolicyArn"], _managed(row)
    if arn in there:
        raise Fault("ConflictException", f"{arn} is attached already")
    _refuse_too_many(row)
    return _set(desk, row, managed_policies=[*there, arn])


def detach_managed_policy_from_permission_set(desk: Desk) -> Output:
    """DetachManagedPolicyFromPermissionSet."""
    row = permission_set(desk)
    arn, there = desk.params["ManagedPolicyArn"], _managed(row)
    if arn not in there:
        raise not_found("ManagedPolicy")
    return _set(desk, row, managed_policies=[each for each in there if each != arn])


def list_managed_policies_in_permission_set(desk: Desk) -> Output:
    """ListManagedPoliciesInPermissionSet, by ARN."""
    row = permission_set(desk)
    arns, following = page_of_list(desk, sorted(_managed(row)), str, of=(row.id,))
    found = [{"Name": arn.rpartition("/")[2], "Arn": arn} for arn in arns]
    return {"AttachedManagedPolicies": found, "NextToken": following}


def attach_customer_managed_policy_reference_to_permission_set(desk: Desk) -> Output:
    """AttachCustomerManagedPolicyReferenceToPermissionSet."""
    row, reference = permission_set(desk), _reference(desk)
    if reference in row.customer_policies:
        raise Fault("ConflictException", f"{reference['Name']} is attached already")
    _refuse_too_many(row)
    return _set(desk, row, customer_policies=[*row.customer_policies, reference])


def detach_customer_managed_policy_reference_from_permission_set(desk: Desk) -> Output:
    """DetachCustomerManagedPolicyReferenceFromPermissionSet."""
    row, reference = permission_set(desk), _reference(desk)
    if reference not in row.customer_policies:
        raise not_found("CustomerManagedPolicyReference")
    return _set(
        desk, row, customer_policies=[each for each in row.customer_policies if each != reference]
    )


def list_customer_managed_policy_references_in_permission_set(desk: Desk) -> Output:
    """ListCustomerManagedPolicyReferencesInPermissionSet, by path and name."""
    row = permission_set(desk)
    ordered: Sequence[Mapping[str, str]] = sorted(row.customer_policies, key=_whole)
    found, following = page_of_list(desk, ordered, _whole, of=(row.id,))
    return {"CustomerManagedPolicyReferences": found, "NextToken": following}


def put_inline_policy_to_permission_set(desk: Desk) -> Output:
    """PutInlinePolicyToPermissionSet: one policy, as JSON."""
    row, policy = permission_set(desk), desk.params["InlinePolicy"]
    try:
        document = json.loads(policy)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        raise invalid("InlinePolicy is no JSON object", at="InlinePolicy")
    return _set(desk, row, inline_policy=policy)


def get_inline_policy_for_permission_set(desk: Desk) -> Output:
    """GetInlinePolicyForPermissionSet: an empty text where there is none."""
    return {"InlinePolicy": permission_set(desk).inline_policy or ""}


def delete_inline_policy_from_permission_set(desk: Desk) -> Output:
    """DeleteInlinePolicyFromPermissionSet."""
    row = permission_set(desk)
    if row.inline_policy is None:
        raise not_found("InlinePolicy")
    return _set(desk, row, inline_policy=None)


def put_permissions_boundary_to_permission_set(desk: Desk) -> Output:
    """PutPermissionsBoundaryToPermissionSet: a managed policy of AWS's, or a customer's."""
    row, boundary = permission_set(desk), desk.params["PermissionsBoundary"]
    if len(boundary) != 1:
        raise invalid("a PermissionsBoundary is one policy: AWS's or the customer's")
    return _set(desk, row, boundary=boundary)


def get_permissions_boundary_for_permission_set(desk: Desk) -> Output:
    """GetPermissionsBoundaryForPermissionSet."""
    boundary = permission_set(desk).boundary
    if boundary is None:
        raise not_found("PermissionsBoundary")
    return {"PermissionsBoundary": boundary}


def delete_permissions_boundary_from_permission_set(desk: Desk) -> Output:
    """DeletePermissionsBoundaryFromPermissionSet."""
    row = permission_set(desk)
    if row.boundary is None:
        raise not_found("PermissionsBoundary")
    return _set(desk, row, boundary=None)


def _managed(row: Row[Any]) -> list[str]:
    """A directory file names AWS's policies without what all their ARNs begin with."""
    return [name if name.startswith("arn:") else f"{_AWS}{name}" for name in row.managed_policies]


def _reference(desk: Desk) -> dict[str, str]:
    given = desk.params["CustomerManagedPolicyReference"]
    return {"Name": given["Name"], "Path": given.get("Path", "/")}


def _whole(reference: Mapping[str, str]) -> str:
    return f"{reference['Path']}{reference['Name']}"


def _refuse_too_many(row: Row[Any]) -> None:
    if len(row.managed_policies) + len(row.customer_policies) >= _MOST_POLICIES:
        raise Fault(
            "ServiceQuotaExceededException", f"a permission set has at most {_MOST_POLICIES}"
        )


def _set(desk: Desk, row: Row[Any], **values: object) -> Output:
    this = permission_sets.c.name == row.name
    desk.connection.execute(update(permission_sets).where(this).values(**values))
    outdate(desk, row)
    return {}
