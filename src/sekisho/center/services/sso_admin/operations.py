"""What is served of the service `sso-admin`, in the order of what Terraform and CloudFormation call."""

from sekisho.center.protocol.json11 import Target
from sekisho.center.services.administration import administered
from sekisho.center.services.sso_admin import (
    assignments,
    instances,
    permission_sets,
    policies,
    provisioning,
    tags,
)

__all__ = ["TARGET"]

TARGET = Target(
    "SWBExternalService",
    "sso-admin",
    administered(
        "sso",
        {
            "ListInstances": instances.list_instances,
            "DescribeInstance": instances.describe_instance,
            "UpdateInstance": instances.update_instance,
            "CreatePermissionSet": permission_sets.create_permission_set,
            "DescribePermissionSet": permission_sets.describe_permission_set,
            "ListPermissionSets": permission_sets.list_permission_sets,
            "UpdatePermissionSet": permission_sets.update_permission_set,
            "DeletePermissionSet": permission_sets.delete_permission_set,
            "AttachManagedPolicyToPermissionSet": policies.attach_managed_policy_to_permission_set,
            "DetachManagedPolicyFromPermissionSet": policies.detach_managed_policy_from_permission_set,
            "ListManagedPoliciesInPermissionSet": policies.list_managed_policies_in_permission_set,
            "AttachCustomerManagedPolicyReferenceToPermissionSet": policies.attach_customer_managed_policy_reference_to_permission_set,
            "DetachCustomerManagedPolicyReferenceFromPermissionSet": policies.detach_customer_managed_policy_reference_from_permission_set,
            "ListCustomerManagedPolicyReferencesInPermissionSet": policies.list_customer_managed_policy_references_in_permission_set,
            "PutInlinePolicyToPermissionSet": policies.put_inline_policy_to_permission_set,
            "GetInlinePolicyForPermissionSet": policies.get_inline_policy_for_permission_set,
            "DeleteInlinePolicyFromPermissionSet": policies.delete_inline_policy_from_permission_set,
            "PutPermissionsBoundaryToPermissionSet": policies.put_permissions_boundary_to_permission_set,
            "GetPermissionsBoundaryForPermissionSet": policies.get_permissions_boundary_for_permission_set,
            "DeletePermissionsBoundaryFromPermissionSet": policies.delete_permissions_boundary_from_permission_set,
            "CreateAccountAssignment": assignments.create_account_assignment,
            "DeleteAccountAssignment": assignments.delete_account_assignment,
            "DescribeAccountAssignmentCreationStatus": assignments.describe_account_assignment_creation_status,
            "DescribeAccountAssignmentDeletionStatus": assignments.describe_account_assignment_deletion_status,
            "ListAccountAssignmentCreationStatus": assignments.list_account_assignment_creation_status,
            "ListAccountAssignmentDeletionStatus": assignments.list_account_assignment_deletion_status,
            "ListAccountAssignments": assignments.list_account_assignments,
            "ListAccountAssignmentsForPrincipal": assignments.list_account_assignments_for_principal,
            "ProvisionPermissionSet": provisioning.provision_permission_set,
            "DescribePermissionSetProvisioningStatus": provisioning.describe_permission_set_provisioning_status,
            "ListPermissionSetProvisioningStatus": provisioning.list_permission_set_provisioning_status,
            "ListAccountsForProvisionedPermissionSet": provisioning.list_accounts_for_provisioned_permission_set,
            "ListPermissionSetsProvisionedToAccount": provisioning.list_permission_sets_provisioned_to_account,
            "TagResource": tags.tag_resource,
            "UntagResource": tags.untag_resource,
            "ListTagsForResource": tags.list_tags_for_resource,
        },
    ),
)
"""How the dispatcher calls it."""
