"""Users: operations of the identity store on people."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from sekisho.center.directory import identities
from sekisho.center.directory.document import USER_NAME
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
from sekisho.center.storage.tables import users

__all__ = [
    "create_user",
    "delete_user",
    "describe_user",
    "get_user_id",
    "list_users",
    "update_user",
]

_ELSEWHERE = {"IdentityStoreId", "UserName", "DisplayName"}
"""Inputs of CreateUser that are not among a user's attributes."""


def create_user(desk: Desk) -> Output:
    """CreateUser: without a password, which an invitation or `center user passwd` gives."""
    store, params = store_of(desk), desk.params
    name = _user_name(params.get("UserName"))
    shown = display_name_of(params.get("DisplayName") or name)
    attributes = {key: value for key, value in params.items() if key not in _ELSEWHERE}
    try:
        made = identities.add_user(
            desk.connection, name=name, display_name=shown, attributes=attributes, now=desk.now
        )
    except Taken as taken:
        raise conflict(taken) from taken
    return {"IdentityStoreId": store, **named("User", made, 1)}


def describe_user(desk: Desk) -> Output:
    """DescribeUser."""
    store, row = store_of(desk), row_of(desk, users, "UserId")
    return _user(desk, store, row, identities.external_ids_of(desk.connection, row.id))


def list_users(desk: Desk) -> Output:
    """ListUsers, by id; a filter finds one by user name or external id."""
    store = store_of(desk)
    query = filtered(desk, users, "UserName")
    found, following = listed(
        desk, query, users.c.id, lambda row, external: _user(desk, store, row, external)
    )
    return {"Users": found, "NextToken": following}


def update_user(desk: Desk) -> Output:
    """UpdateUser: all of its operations, or none."""
    store, row = store_of(desk), row_of(desk, users, "UserId")
    before = {"UserName": row.name, "DisplayName": row.display_name, **row.attributes}
    after, external = changed_by(desk.params["Operations"], before, "CreateUser")
    values = {
        "name": _user_name(after.pop("UserName", None)),
        "display_name": display_name_of(after.pop("DisplayName", None) or row.name),
        "attributes": after,
    }
    change_row(desk, users, row, values, external)
    return {"IdentityStoreId": store, **named("User", row.id, row.revision + 1)}


def delete_user(desk: Desk) -> Output:
    """DeleteUser: with their memberships, assignments, sessions and credentials."""
    store_of(desk)
    identities.remove_user(desk.connection, row_of(desk, users, "UserId").id)
    return {}


def get_user_id(desk: Desk) -> Output:
    """GetUserId, by user name, e-mail address or external id."""
    store = store_of(desk)
    return {"IdentityStoreId": store, "UserId": looked_up(desk, users, "USER")}


def _user_name(name: object) -> str:
    if not isinstance(name, str) or not USER_NAME.fullmatch(name):
        raise invalid(
            "UserName becomes the role session name of the user's credentials, so it is required "
            "and has 2 to 64 of A-Z a-z 0-9 _ + = , . @ -",
            at="UserName",
        )
    return name


def _user(
    desk: Desk, store: str, row: Row[Any], external: Sequence[ExternalId]
) -> dict[str, object]:
    asked = desk.params.get("Extensions")
    extensions = row.attributes.get("Extensions", {})
    shown = {name: extensions[name] for name in asked or () if name in extensions}
    return {
        **row.attributes,
        **about(store, row, external),
        **named("User", row.id, row.revision),
        "UserName": row.name,
        "DisplayName": row.display_name,
        "UserStatus": "ENABLED" if row.enabled else "DISABLED",
        "Extensions": shown or None,
    }
