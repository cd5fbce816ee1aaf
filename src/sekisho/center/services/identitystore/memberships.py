"""Group memberships: operations of the identity store on who is in which group."""

from typing import Any

from sqlalchemy import Row, select

from sekisho.center.directory import identities
from sekisho.center.directory.identities import Taken
from sekisho.center.services.administration import Desk, Output, page
from sekisho.center.services.identitystore.resources import (
    conflict,
    not_found,
    plain,
    row_of,
    store_of,
)
from sekisho.center.storage.tables import groups, memberships, users
from sekisho.center.storage.times import from_epoch

__all__ = [
    "create_group_membership",
    "delete_group_membership",
    "describe_group_membership",
    "get_group_membership_id",
    "is_member_in_groups",
    "list_group_memberships",
    "list_group_memberships_for_member",
]


def create_group_membership(desk: Desk) -> Output:
    """CreateGroupMembership."""
    store, group, user_id = store_of(desk), row_of(desk, groups, "GroupId"), _member(desk)
    try:
        made = identities.add_member(desk.connection, group.id, user_id, desk.now)
    except Taken as taken:
        raise conflict(taken) from taken
    return {"IdentityStoreId": store, **_named(made)}


def describe_group_membership(desk: Desk) -> Output:
    """DescribeGroupMembership."""
    store = store_of(desk)
    asked = plain(desk.params["MembershipId"])
    query = select(memberships).where(memberships.c.id == asked)
    row = desk.connection.execute(query).one_or_none()
    if row is None:
        raise not_found("GROUP_MEMBERSHIP", asked)
    return _membership(store, row)


def delete_group_membership(desk: Desk) -> Output:
    """DeleteGroupMembership."""
    store_of(desk)
    asked = plain(desk.params["MembershipId"])
    if not identities.remove_member(desk.connection, asked):
        raise not_found("GROUP_MEMBERSHIP", asked)
    return {}


def get_group_membership_id(desk: Desk) -> Output:
    """GetGroupMembershipId, by group and member."""
    store, group, user_id = store_of(desk), row_of(desk, groups, "GroupId"), _member(desk)
    query = select(memberships.c.id).where(
        memberships.c.group_id == group.id, memberships.c.user_id == user_id
    )
    found = desk.connection.execute(query).scalar()
    if found is None:
        raise not_found("GROUP_MEMBERSHIP", "")
    return {"IdentityStoreId": store, "MembershipId": found}


def list_group_memberships(desk: Desk) -> Output:
    """ListGroupMemberships: who is in a group, by the membership's id."""
    store, group = store_of(desk), row_of(desk, groups, "GroupId")
    query = select(memberships).where(memberships.c.group_id == group.id)
    return _listed(desk, store, query, group.id)


def list_group_memberships_for_member(desk: Desk) -> Output:
    """ListGroupMembershipsForMember: which groups somebody is in, by the membership's id."""
    store, user_id = store_of(desk), _member(desk)
    query = select(memberships).where(memberships.c.user_id == user_id)
    return _listed(desk, store, query, user_id)


def is_member_in_groups(desk: Desk) -> Output:
    """IsMemberInGroups, in the order of the question."""
    store_of(desk)
    user_id = _member(desk)
    query = select(memberships.c.group_id).where(memberships.c.user_id == user_id)
    theirs = set(desk.connection.execute(query).scalars())
    return {
        "Results": [
            {
                "GroupId": group_id,
                "MemberId": {"UserId": user_id},
                "MembershipExists": plain(group_id) in theirs,
            }
            for group_id in desk.params["GroupIds"]
        ]
    }


def _member(desk: Desk) -> str:
    asked = plain(desk.params["MemberId"]["UserId"])
    found = desk.connection.execute(select(users.c.id).where(users.c.id == asked)).scalar()
    if found is None:
        raise not_found("USER", asked)
    return str(found)


def _listed(desk: Desk, store: str, query: Any, of: str) -> Output:
    found, following = page(
        desk, query, memberships.c.id, lambda row: _membership(store, row), of=(of,)
    )
    return {"GroupMemberships": found, "NextToken": following}


def _named(membership_id: str) -> dict[str, object]:
    return {
        "MembershipId": membership_id,
        "MembershipArn": f"arn:aws:identitystore:::membership/{membership_id}",
    }


def _membership(store: str, row: Row[Any]) -> dict[str, object]:
    made = None if row.created_at is None else from_epoch(row.created_at)
    return {
        "IdentityStoreId": store,
        **_named(row.id),
        "GroupId": row.group_id,
        "MemberId": {"UserId": row.user_id},
        "CreatedAt": made,
        "UpdatedAt": made,
    }
