"""Users: a person by a provider's words, and by those of the directory.

They are the rows that `identitystore`, the sign-in and assignments read. What a provider says of a
person is kept under the names that AWS's model has for it, and checked by that model.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, select

from sekisho.center import audit
from sekisho.center.audit import Who
from sekisho.center.directory import identities
from sekisho.center.directory.document import USER_NAME
from sekisho.center.directory.identities import Taken
from sekisho.center.events import Event
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
from sekisho.center.services.scim.faults import INVALID, conflict, invalid
from sekisho.center.services.scim.filters import Comparison, parse_filter
from sekisho.center.services.scim.lists import listed
from sekisho.center.services.scim.patch import changes_of, patched
from sekisho.center.services.scim.schemas import ENTERPRISE, EXTERNAL_ID, USER, Attribute, read
from sekisho.center.storage.tables import memberships, users

__all__ = ["create_user", "delete_user", "get_user", "list_users", "patch_user", "put_user"]

_EXTENSION = "aws:identitystore:enterprise"
"""What AWS's model calls the enterprise extension."""
_ELSEWHERE = {"userName", "displayName", "active"}
"""Attributes of the schema that have a column of their own."""
_KEPT = tuple(each for each in USER.attributes if each.name not in _ELSEWHERE)


def create_user(desk: Desk) -> Answer:
    """POST: without a password, which an invitation gives."""
    wanted = _complete(_read(desk.body))
    values = _row_values(wanted, {})
    try:
        made = identities.add_user(
            desk.connection,
            name=values["name"],
            display_name=values["display_name"],
            attributes=values["attributes"],
            enabled=wanted.get("active", True),
            now=desk.now,
        )
        external = external_after(desk, made, wanted.get("externalId"))
        identities.set_external_ids(desk.connection, made, external)
    except Taken as taken:
        raise conflict(str(taken)) from taken
    row = desk.connection.execute(select(users).where(users.c.id == made)).one()
    return _told(desk, 201, row)


def get_user(desk: Desk) -> Answer:
    """GET of one."""
    return _told(desk, 200, row_of(desk, users, "User", _documents))


def list_users(desk: Desk) -> Answer:
    """GET of many, by a filter or all of them."""
    text = desk.params.get("filter")
    conditions = [] if text is None else _conditions(desk, parse_filter(text))
    return listed(desk, users, _documents, conditions)


def put_user(desk: Desk) -> Answer:
    """PUT: what is not mentioned goes; but nobody is let in by saying nothing of `active`."""
    row = row_of(desk, users, "User", _documents)
    return _change(desk, row, _complete({"active": row.enabled, **_read(desk.body)}))


def patch_user(desk: Desk) -> Answer:
    """PATCH: all of its operations, or none.

    Somebody whom an administrator made may lack what providers have to say: that stays so.
    """
    row = row_of(desk, users, "User", _documents)
    changes = changes_of(desk.body, USER, ENTERPRISE)
    (before,) = _documents(desk, [row])
    told = {name: value for name, value in before.items() if name not in ("schemas", "id", "meta")}
    return _change(desk, row, patched(told, changes))


def delete_user(desk: Desk) -> Answer:
    """DELETE: with their memberships, assignments, sessions and credentials."""
    row = row_of(desk, users, "User", _documents)
    identities.remove_user(desk.connection, row.id)
    return Answer(204, person=Who(row.id, row.name))


def _change(desk: Desk, row: Row[Any], wanted: Mapping[str, Any]) -> Answer:
    """Bring a person to what is `wanted`; who is made inactive is signed out, too."""
    active = wanted.get("active", row.enabled)
    values = {**_row_values(wanted, row.attributes), "enabled": active}
    external = external_after(desk, row.id, wanted.get("externalId"))
    try:
        identities.change(desk.connection, users, row, values, external, desk.now)
    except Taken as taken:
        raise conflict(str(taken)) from taken
    changed = desk.connection.execute(select(users).where(users.c.id == row.id)).one()
    if active != row.enabled:
        _let_in_or_out(desk, Who(row.id, changed.name), active=active)
    return _told(desk, 200, changed)


def _let_in_or_out(desk: Desk, person: Who, *, active: bool) -> None:
    """Say that somebody may sign in again; or end their sessions, and say that they may not."""
    if active:
        audit.keep(desk.connection, Event.USER_ENABLED, at=desk.now, person=person)
        return
    ended = identities.end_sessions(desk.connection, person.id, desk.now)
    audit.keep(
        desk.connection, Event.USER_DISABLED, at=desk.now, person=person, sessions_ended=ended
    )


def _told(desk: Desk, status: int, row: Row[Any]) -> Answer:
    (document,) = _documents(desk, [row])
    return Answer(status, document, Who(row.id, row.name))


# --- a provider's words, and the directory's ---


def _read(body: Mapping[str, Any]) -> dict[str, Any]:
    """Read a person whom a provider describes, by the names of the schema. Raises `Fault`."""
    own = {name: value for name, value in body.items() if name.lower() != ENTERPRISE.id.lower()}
    found = read((EXTERNAL_ID, *USER.attributes), own)
    for name, value in body.items():
        if name.lower() == ENTERPRISE.id.lower() and value is not None:
            found[ENTERPRISE.id] = read(ENTERPRISE.attributes, value, ENTERPRISE.id)
    return found


def _complete(person: Mapping[str, Any]) -> Mapping[str, Any]:
    """Refuse a person who lacks something."""
    for attribute in USER.attributes:
        value = person.get(attribute.name)
        _required(attribute, value, attribute.name)
        for below in attribute.below:
            if not attribute.many:
                _required(below, (value or {}).get(below.name), f"{attribute.name}.{below.name}")
    return person


def _required(attribute: Attribute, value: object, path: str) -> None:
    if attribute.required and value is None:
        raise invalid(f"{path} is required")


def _row_values(person: Mapping[str, Any], attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Spell a person as the row has them; of `attributes` what SCIM has no name for stays."""
    if not USER_NAME.fullmatch(person["userName"]):
        raise invalid(
            "userName becomes the role session name of the person's credentials, so it has 2 to "
            "64 of A-Z a-z 0-9 _ + = , . @ -"
        )
    members = load("identitystore").operations["CreateUser"].input.members
    kept = dict(attributes)
    for attribute in _KEPT:
        name = _capital(attribute.name)
        kept.pop(name, None)
        if attribute.name in person:
            value = _with_names(person[attribute.name], _capital)
            if attribute.many and len(value) > 1:
                raise invalid(f"{attribute.name} has room for one value")
            kept[name] = checked(members[name].shape, value, attribute.name, fault=INVALID)
    extensions = {**kept.pop("Extensions", {})}
    extensions.pop(_EXTENSION, None)
    if person.get(ENTERPRISE.id):
        text = members["NickName"].shape
        for name, value in person[ENTERPRISE.id].items():
            inner = value["value"] if isinstance(value, dict) else value
            checked(text, inner, f"{ENTERPRISE.id}:{name}", fault=INVALID)
        extensions[_EXTENSION] = person[ENTERPRISE.id]
    shown = checked(
        members["DisplayName"].shape, person["displayName"], "displayName", fault=INVALID
    )
    return {
        "name": person["userName"],
        "display_name": display_name_of(shown),
        "attributes": {**kept, **({"Extensions": extensions} if extensions else {})},
    }


def _documents(desk: Desk, rows: Sequence[Row[Any]]) -> list[dict[str, Any]]:
    external = external_ids_of(desk, rows)
    return [resource(desk, "User", row, _content(row, external.get(row.id))) for row in rows]


def _content(row: Row[Any], external_id: str | None) -> dict[str, Any]:
    own = {
        each.name: _with_names(row.attributes[_capital(each.name)], _small)
        for each in _KEPT
        if _capital(each.name) in row.attributes
    }
    enterprise = row.attributes.get("Extensions", {}).get(_EXTENSION)
    told = _of_enterprise(enterprise) if isinstance(enterprise, dict) else {}
    return {
        "schemas": [USER.id, *([ENTERPRISE.id] if told else [])],
        **({} if external_id is None else {"externalId": external_id}),
        "userName": row.name,
        "displayName": row.display_name,
        "active": row.enabled,
        **own,
        **({ENTERPRISE.id: told} if told else {}),
    }


def _of_enterprise(document: Mapping[str, Any]) -> dict[str, Any]:
    """What the schema has of a document that `identitystore` takes with anything in it."""
    told: dict[str, Any] = {}
    for attribute in ENTERPRISE.attributes:
        value = document.get(attribute.name)
        inner = value.get("value") if isinstance(value, dict) and attribute.below else value
        if isinstance(inner, str):
            told[attribute.name] = {"value": inner} if attribute.below else inner
    return told


def _with_names(value: Any, spelt: Any) -> Any:
    if isinstance(value, dict):
        return {spelt(name): _with_names(each, spelt) for name, each in value.items()}
    return [_with_names(each, spelt) for each in value] if isinstance(value, list) else value


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]


def _small(name: str) -> str:
    return name[:1].lower() + name[1:]


# --- filters ---


def _conditions(desk: Desk, asked: Sequence[Comparison]) -> list[ColumnElement[bool]]:
    """AWS has userName, externalId, groups.value, and manager beside id."""
    paths = {at.path.removeprefix(f"{USER.id.lower()}:") for at in asked}
    if paths & _MANAGER and "id" not in paths:
        raise invalid("manager is asked for beside an id", "invalidFilter")
    return [_condition(desk, at) for at in asked]


_MANAGER = {
    f"{schema}manager{below}"
    for schema in ("", f"{ENTERPRISE.id.lower()}:")
    for below in ("", ".value")
}


def _condition(desk: Desk, at: Comparison) -> ColumnElement[bool]:
    path, value = at.path.removeprefix(f"{USER.id.lower()}:"), at.value
    if not isinstance(value, str):
        raise invalid(f"{path} is compared with text", "invalidFilter")
    match path:
        case "username":
            return users.c.name == value
        case "id":
            return users.c.id == value
        case "externalid":
            return has_external_id(desk, users, value)
        case "groups" | "groups.value":
            members = select(memberships.c.user_id).where(memberships.c.group_id == value)
            return users.c.id.in_(members)
    if path in _MANAGER:
        told = users.c.attributes["Extensions"][_EXTENSION]["manager"]["value"]
        named: ColumnElement[bool] = told.as_string() == value
        return named
    raise invalid(
        "Users are found by userName, externalId, id, groups.value, and manager beside id",
        "invalidFilter",
    )
