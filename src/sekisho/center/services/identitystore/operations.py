"""What is served of the service `identitystore`: every operation."""

from collections.abc import Mapping

from sekisho.center.protocol.json11 import Target
from sekisho.center.services.administration import Operation, administered
from sekisho.center.services.identitystore import groups, memberships, people, stores

__all__ = ["MODEL", "OPERATIONS", "TARGET"]

MODEL = "identitystore"

OPERATIONS: Mapping[str, Operation] = {
    "CreateUser": people.create_user,
    "DescribeUser": people.describe_user,
    "ListUsers": people.list_users,
    "UpdateUser": people.update_user,
    "DeleteUser": people.delete_user,
    "GetUserId": people.get_user_id,
    "CreateGroup": groups.create_group,
    "DescribeGroup": groups.describe_group,
    "ListGroups": groups.list_groups,
    "UpdateGroup": groups.update_group,
    "DeleteGroup": groups.delete_group,
    "GetGroupId": groups.get_group_id,
    "CreateGroupMembership": memberships.create_group_membership,
    "DescribeGroupMembership": memberships.describe_group_membership,
    "DeleteGroupMembership": memberships.delete_group_membership,
    "GetGroupMembershipId": memberships.get_group_membership_id,
    "ListGroupMemberships": memberships.list_group_memberships,
    "ListGroupMembershipsForMember": memberships.list_group_memberships_for_member,
    "IsMemberInGroups": memberships.is_member_in_groups,
    "DescribeIdentityStore": stores.describe_identity_store,
    "ListIdentityStores": stores.list_identity_stores,
    "UpdateIdentityStore": stores.update_identity_store,
}
"""By name; each does its part in the transaction of its desk."""

TARGET = Target(
    "AWSIdentityStore", MODEL, administered("identitystore", OPERATIONS, lets_in=stores.lets_in)
)
"""How the dispatcher calls it."""
