"""Which of AWS's operations the center serves: the table of docs/center/coverage.md.

What is served is read from the code. What moto serves was read off its response classes by hand
(version 5.2.5: a method for the operation), so it can grow old.
"""

from collections.abc import Mapping

from sekisho.center.protocol.model import load
from sekisho.center.services import oidc, portal, sts
from sekisho.center.services.identitystore import operations as identitystore
from sekisho.center.services.scim.routes import OPERATIONS as SCIM_OPERATIONS
from sekisho.center.services.sso_admin import operations as sso_admin

__all__ = ["coverage_page"]

_MOTO = "5.2.5"
_SERVED: Mapping[str, frozenset[str]] = {
    "sso-oidc": frozenset(oidc.OPERATIONS),
    "sso": frozenset(portal.OPERATIONS),
    "sts": frozenset(sts.OPERATIONS),
    "sso-admin": frozenset(sso_admin.TARGET.served),
    "identitystore": frozenset(identitystore.TARGET.served),
}
_MOTOS: Mapping[str, frozenset[str]] = {
    "sso-oidc": frozenset(),
    "sso": frozenset(),
    "sts": frozenset(
        [
            "AssumeRole",
            "AssumeRoleWithSAML",
            "AssumeRoleWithWebIdentity",
            "GetAccessKeyInfo",
            "GetCallerIdentity",
            "GetFederationToken",
            "GetSessionToken",
        ]
    ),
    "sso-admin": frozenset(
        [
            "AttachCustomerManagedPolicyReferenceToPermissionSet",
            "AttachManagedPolicyToPermissionSet",
            "CreateAccountAssignment",
            "CreatePermissionSet",
            "DeleteAccountAssignment",
            "DeleteInlinePolicyFromPermissionSet",
            "DeletePermissionSet",
            "DescribeAccountAssignmentCreationStatus",
            "DescribeAccountAssignmentDeletionStatus",
            "DescribePermissionSet",
            "DetachCustomerManagedPolicyReferenceFromPermissionSet",
            "DetachManagedPolicyFromPermissionSet",
            "GetInlinePolicyForPermissionSet",
            "ListAccountAssignments",
            "ListAccountAssignmentsForPrincipal",
            "ListAccountsForProvisionedPermissionSet",
            "ListCustomerManagedPolicyReferencesInPermissionSet",
            "ListInstances",
            "ListManagedPoliciesInPermissionSet",
            "ListPermissionSets",
            "ListPermissionSetsProvisionedToAccount",
            "ProvisionPermissionSet",
            "PutInlinePolicyToPermissionSet",
            "UpdateInstance",
            "UpdatePermissionSet",
        ]
    ),
    "identitystore": frozenset(
        [
            "CreateGroup",
            "CreateGroupMembership",
            "CreateUser",
            "DeleteGroup",
            "DeleteGroupMembership",
            "DeleteUser",
            "DescribeGroup",
            "DescribeGroupMembership",
            "DescribeUser",
            "GetGroupId",
            "GetGroupMembershipId",
            "GetUserId",
            "IsMemberInGroups",
            "ListGroupMemberships",
            "ListGroupMembershipsForMember",
            "ListGroups",
            "ListUsers",
        ]
    ),
}
_SCIM_AT_AWS = frozenset(
    [
        "CreateGroup",
        "CreateUser",
        "DeleteGroup",
        "DeleteUser",
        "GetGroup",
        "GetSchema",
        "GetUser",
        "ListGroups",
        "ListResourceTypes",
        "ListSchemas",
        "ListUsers",
        "PatchGroup",
        "PatchUser",
        "PutUser",
        "ServiceProviderConfig",
    ]
)


def coverage_page() -> str:
    """The page, without the note at its head."""
    parts = [
        "# What the center serves of AWS's operations\n",
        (
            "`sso-admin` and `identitystore` are for administrators: members of the groups that the "
            "directory file names under `administrators`, who sign with any role credentials of theirs. "
            "Input is checked by AWS's own model. What is changed is seen by the sign-in at once.\n"
        ),
        (
            "Different from AWS: a user's and a group's DisplayName has at most 256 characters; a "
            "UserName is also a role session name, so it has what those may have; deleting a user ends "
            "their role credentials, too; account ids follow the directory file; requests that take "
            "time at AWS are carried out at once, and their first status says IN_PROGRESS. Policies "
            "of permission sets are kept and told, and never evaluated; that of an application is, as "
            "far as [token-issuers.md](token-issuers.md) says. Access control attributes are kept and "
            "told, and nothing acts on them. CreateInstance and DeleteInstance are refused, since the "
            "center is its instance.\n"
        ),
        f"moto is version {_MOTO}, for comparison.\n",
        "| service | operations | the center | moto |",
        "|---|---|---|---|",
    ]
    for service, served in _SERVED.items():
        whole = load(service).operations
        parts.append(
            f"| `{service}` | {len(whole)} | {len(served & whole.keys())} | "
            f"{len(_MOTOS[service] & whole.keys())} |"
        )
    for service, served in _SERVED.items():
        parts += [f"\n## {service}\n", "| operation | the center | moto |", "|---|---|---|"]
        parts += [
            f"| {name} | {_mark(name in served)} | {_mark(name in _MOTOS[service])} |"
            for name in sorted(load(service).operations)
        ]
    return "\n".join([*parts, *_scim()])


def _scim() -> list[str]:
    """SCIM has no model, so what AWS has of it was read off its developer guide by hand."""
    served = {(kind, has_id, method): operation.name
              for (kind, has_id), by_method in SCIM_OPERATIONS.items()
              for method, operation in by_method.items()}  # fmt: skip
    parts = [
        "\n## SCIM 2.0\n",
        "Below `/<tenant id>/scim/v2`; what AWS has is in its SCIM developer guide: [scim.md](scim.md).\n",
        "| operation | request | AWS | the center | moto |",
        "|---|---|---|---|---|",
    ]
    for (kind, has_id, method), name in sorted(served.items(), key=lambda item: item[1]):
        request = f"{method} /{kind}{'/{id}' if has_id else ''}"
        parts.append(f"| {name} | `{request}` | {_mark(name in _SCIM_AT_AWS)} | yes | – |")
    return parts


def _mark(served: bool) -> str:  # noqa: FBT001  # a cell of the table
    return "yes" if served else "–"
