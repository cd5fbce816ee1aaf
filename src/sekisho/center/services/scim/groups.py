"""Groups. Who is in one is changed here and asked for by filters, and never told: as at AWS.

Source: `spec/identity-center.md` §4.6; the SCIM developer guide, "CreateGroup" to "PatchGroup".
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, select

from sekisho.center.audit import Fact
from sekisho.center.directory import identities
from sekisho.center.directory.identities import Taken
from sekisho.center.protocol.model import load
from sekisho.center.protocol.values import checked
from sekisho.center.services.identitystore.resources import display_name_of
from sekisho.center.services.scim.desk import (
    Answer,
    Desk,
    external_after,
    external_ids_of,
    has_external_id,
    resource,
    row_of,
)
from sekisho.center.services.scim.faults import INVALID, conflict, invalid, mutability
from sekisho.center.services.scim.filters import Comparison, parse_filter
from sekisho.center.services.scim.lists import listed
from sekisho.center.services.scim.patch import Change, Op, changes_of
from sekisho.center.services.scim.schemas import EXTERNAL_ID, GROUP, Attribute, read, read_value
from sekisho.center.storage.tables import groups, memberships

__all__ = ["create_group", "delete_group", "get_group", "list_groups", "patch_group"]

_MOST_CHANGES = 100


def create_group(desk: Desk) -> Answer:
    """POST: with up to 100 members."""
    wanted = read((EXTERNAL_ID, *GROUP.attributes), desk.body)
    name = _name(wanted.get("displayName"))
    members = _ids(wanted.get("members", []))
    try:
        made = identities.add_group(desk.connection, name=name, description=None, now=desk.now)
        external = external_after(desk, made, wanted.get("externalId"))
        identities.set_external_ids(desk.connection, made, external)
    except Taken as taken:
        raise conflict(str(taken)) from taken
    _change_members(desk, made, dict.fromkeys(members, True))
    row = desk.connection.execute(select(groups).where(groups.c.id == made)).one()
    (document,) = _documents(desk, [row])
    return Answer(201, document, facts=_facts(made, name, members))


def get_group(desk: Desk) -> Answer:
    """GET of one."""
    (document,) = _documents(desk, [row_of(desk, groups, "Group", _documents)])
    return Answer(200, document)


def list_groups(desk: Desk) -> Answer:
    """GET of many, by a filter or all of them."""
    text = desk.params.get("filter")
    conditions = [_condition(desk, at) for at in parse_filter(text)] if text is not None else []
    return listed(desk, groups, _documents, conditions)


def patch_group(desk: Desk) -> Answer:
    """PATCH: all of its operations, or none; up to 100 changes of who is in the group."""
    row = row_of(desk, groups, "Group", _documents)
    (before,) = _documents(desk, [row])
    after = {"displayName": row.name, "externalId": before.get("externalId")}
    members: dict[str, bool] = {}
    for change in changes_of(desk.body, GROUP):
        attribute = change.path.attribute
        if attribute is not None and attribute.name == "members":
            members |= _members(change, attribute)
        elif attribute is not None:
            after[attribute.name] = _value(change, attribute)
    name = _name(after["displayName"])
    if (name, after["externalId"]) != (row.name, before.get("externalId")):
        external = external_after(desk, row.id, after["externalId"])
        try:
            identities.change(desk.connection, groups, row, {"name": name}, external, desk.now)
        except Taken as taken:
            raise conflict(str(taken)) from taken
    _change_members(desk, row.id, members)
    return Answer(204, facts=_facts(row.id, name, members))


def delete_group(desk: Desk) -> Answer:
    """DELETE: with its memberships and assignments."""
    row = row_of(desk, groups, "Group", _documents)
    identities.remove_group(desk.connection, row.id)
    return Answer(204, facts=_facts(row.id, row.name, ()))


def _facts(
    group_id: str, name: str, members: Sequence[str] | Mapping[str, bool]
) -> dict[str, Fact]:
    return {"group": name, "group_id": group_id, "members_changed": len(members) or None}


def _documents(desk: Desk, rows: Sequence[Row[Any]]) -> list[dict[str, Any]]:
    external = external_ids_of(desk, rows)
    return [
        resource(
            desk,
            "Group",
            row,
            {
                "schemas": [GROUP.id],
                **({"externalId": external[row.id]} if row.id in external else {}),
                "displayName": row.name,
                "members": [],
            },
        )
        for row in rows
    ]


def _name(name: object) -> str:
    if name is None:
        raise invalid("displayName is required")
    shape = load("identitystore").operations["CreateGroup"].input.members["DisplayName"].shape
    return display_name_of(checked(shape, name, "displayName", fault=INVALID))


def _value(change: Change, attribute: Attribute) -> Any:
    value = read_value(attribute, change.value, change.path.text)
    if change.op is Op.REMOVE or value is None:
        if attribute.required:
            raise mutability(f"{attribute.name} cannot be removed")
        return None
    return value


# --- who is in a group ---


def _members(change: Change, attribute: Attribute) -> dict[str, bool]:
    """Who comes in (true) and who goes, by their ids. Raises `Fault` for all of them at once."""
    path = change.path
    if path.below is not None:
        raise mutability("What is said of a member cannot be changed; add and remove members")
    if path.where:
        if change.op is not Op.REMOVE or any(at.path != "value" for at in path.where):
            raise invalid('Members are removed by members[value eq "ID"]', "invalidPath")
        return {str(at.value): False for at in path.where}
    if change.op is Op.REPLACE:
        raise invalid("All members cannot be replaced at once; add and remove them by their ids")
    ids = _ids(read_value(attribute, change.value, path.text) or [])
    if change.op is Op.REMOVE and not ids:
        raise invalid("All members cannot be removed at once; remove them by their ids")
    return dict.fromkeys(ids, change.op is Op.ADD)


def _ids(members: Sequence[Mapping[str, Any]]) -> list[str]:
    for member in members:
        if "value" not in member:
            raise invalid("A member is named by its value, the id of a user")
        if member.get("type", "User").lower() != "user":
            raise invalid("Members are users; groups in groups are not served")
    return [member["value"] for member in members]


def _change_members(desk: Desk, group_id: str, members: Mapping[str, bool]) -> None:
    if len(members) > _MOST_CHANGES:
        raise invalid(f"At most {_MOST_CHANGES} members are changed in one request")
    come = [user_id for user_id, is_in in members.items() if is_in]
    gone = [user_id for user_id, is_in in members.items() if not is_in]
    unknown = identities.add_members(desk.connection, group_id, come, desk.now)
    if unknown:
        raise invalid(f"There is no user {unknown[0][:64]}")
    if gone:
        identities.remove_members(desk.connection, group_id, gone)


# --- filters ---


def _condition(desk: Desk, at: Comparison) -> ColumnElement[bool]:
    path, value = at.path.removeprefix(f"{GROUP.id.lower()}:"), at.value
    if not isinstance(value, str):
        raise invalid(f"{path} is compared with text", "invalidFilter")
    match path:
        case "displayname":
            return groups.c.name == value
        case "id":
            return groups.c.id == value
        case "externalid":
            return has_external_id(desk, groups, value)
        case "member" | "members" | "members.value":
            theirs = select(memberships.c.group_id).where(memberships.c.user_id == value)
            return groups.c.id.in_(theirs)
    raise invalid("Groups are found by displayName, externalId, id and members", "invalidFilter")
