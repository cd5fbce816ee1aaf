"""Groups: operations of the identity store on them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from sekisho.center.directory import identities
from sekisho.center.directory.identities import ExternalId, Taken
from sekisho.center.services.administration import Desk, Output, invalid
from sekisho.center.services.identitystore.attributes import changed_by
from sekisho.center.services.identitystore.resources import (
    about,
    change_row,
    conflict,
    display_name_of,
    filtered,
    listed,
    looked_up,
    named,
    row_of,
    store_of,
)
from sekisho.center.storage.tables import groups

__all__ = [
    "create_group",
    "delete_group",
    "describe_group",
    "get_group_id",
    "list_groups",
    "update_group",
]


def create_group(desk: Desk) -> Output:
    """CreateGroup."""
    store, params = store_of(desk), desk.params
    if "DisplayName" not in params:
        raise invalid("DisplayName is required")
    try:
        made = identities.add_group(
            desk.connection,
            name=display_name_of(params["DisplayName"]),
            description=params.get("Description"),
            now=desk.now,
        )
    except Taken as taken:
        raise conflict(taken) from taken
    return {"IdentityStoreId": store, **named("Group", made, 1)}


def describe_group(desk: Desk) -> Output:
    """DescribeGroup."""
    store, row = store_of(desk), row_of(desk, groups, "GroupId")
    return _group(store, row, identities.external_ids_of(desk.connection, row.id))


def list_groups(desk: Desk) -> Output:
    """ListGroups, by id; a filter finds one by display name or external id."""
    store = store_of(desk)
    query = filtered(desk, groups, "DisplayName")
    found, following = listed(
        desk, query, groups.c.id, lambda row, external: _group(store, row, external)
    )
    return {"Groups": found, "NextToken": following}


def update_group(desk: Desk) -> Output:
    """UpdateGroup: all of its operations, or none."""
    store, row = store_of(desk), row_of(desk, groups, "GroupId")
    before = {"DisplayName": row.name, "Description": row.description}
    after, external = changed_by(desk.params["Operations"], before, "CreateGroup")
    if after.get("DisplayName") is None:
        raise invalid("a group has a displayName")
    values = {
        "name": display_name_of(after["DisplayName"]),
        "description": after.get("Description"),
    }
    change_row(desk, groups, row, values, external)
    return {"IdentityStoreId": store, **named("Group", row.id, row.revision + 1)}


def delete_group(desk: Desk) -> Output:
    """DeleteGroup: with its memberships and assignments."""
    store_of(desk)
    identities.remove_group(desk.connection, row_of(desk, groups, "GroupId").id)
    return {}


def get_group_id(desk: Desk) -> Output:
    """GetGroupId, by display name or external id."""
    store = store_of(desk)
    return {"IdentityStoreId": store, "GroupId": looked_up(desk, groups, "GROUP")}


def _group(store: str, row: Row[Any], external: Sequence[ExternalId]) -> dict[str, object]:
    return {
        **about(store, row, external),
        **named("Group", row.id, row.revision),
        "DisplayName": row.name,
        "Description": row.description,
    }
