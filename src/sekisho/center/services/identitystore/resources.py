"""How users and groups are named, found and changed, by every operation of the identity store.

Source: the service model `identitystore`; `spec/identity-center.md` §4.2, §4.4.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import Column, Row, Select, Table, select

from sekisho.center.directory import identities
from sekisho.center.directory.identities import ExternalId, Taken
from sekisho.center.protocol.fault import Fault, Rule
from sekisho.center.services.administration import Desk, invalid, page
from sekisho.center.storage.tables import users
from sekisho.center.storage.times import from_epoch

__all__ = [
    "about",
    "change_row",
    "conflict",
    "display_name_of",
    "filtered",
    "listed",
    "looked_up",
    "named",
    "not_found",
    "plain",
    "row_of",
    "store_of",
]

Item = TypeVar("Item")
_ARN = re.compile(r"arn:aws[a-z-]*:identitystore:[^/]*/")
_LONGEST_NAME = 256


def store_of(desk: Desk) -> str:
    """Return the id of our identity store, which the request has to name."""
    ours = desk.center.instance.identity_store_id
    if plain(desk.params["IdentityStoreId"]) != ours:
        raise not_found("IDENTITY_STORE", desk.params["IdentityStoreId"])
    return ours


def plain(name: str) -> str:
    """An id; callers may give an ARN in its place."""
    return _ARN.sub("", name)


def row_of(desk: Desk, table: Table, member: str) -> Row[Any]:
    """Return the row that `member` names (`UserId`), for this transaction alone. Raises `Fault`."""
    asked = plain(desk.params[member])
    query = select(table).where(table.c.id == asked).with_for_update()
    row = desk.connection.execute(query).one_or_none()
    if row is None:
        raise not_found(member.removesuffix("Id").upper(), asked)
    return row


def listed(
    desk: Desk, query: Select[Any], key: Column[str], item: Callable[[Row[Any], Any], Item]
) -> tuple[list[Item], str | None]:
    """Return one page of users or groups, each made of its row and its external ids."""
    rows, following = page(desk, query, key, lambda row: row)
    external = identities.external_ids_by_owner(desk.connection, [row.id for row in rows])
    return [item(row, external.get(row.id, ())) for row in rows], following


def change_row(
    desk: Desk,
    table: Table,
    row: Row[Any],
    values: Mapping[str, object],
    external: list[ExternalId] | None,
) -> None:
    """Change a row, unless it is of another revision than the caller saw. Raises `Fault`."""
    if desk.params.get("Revision") not in (None, str(row.revision)):
        raise Fault(
            "ConflictException",
            "it has been changed since that revision",
            details={"Reason": "CONCURRENT_MODIFICATION"},
        )
    try:
        identities.change(desk.connection, table, row, values, external, desk.now)
    except Taken as taken:
        raise conflict(taken) from taken


def filtered(desk: Desk, table: Table, name: str) -> Any:
    """Return the query of a list; its filter, which AWS calls deprecated, is by `name` alone."""
    query = select(table)
    for wanted in desk.params.get("Filters", ()):
        if wanted["AttributePath"].lower() != name.lower():
            raise invalid(f"it is filtered by {name} alone")
        query = query.where(table.c.name == wanted["AttributeValue"])
    return query


def looked_up(desk: Desk, table: Table, kind: str) -> str:
    """Return the id of the `kind` that AlternateIdentifier names. Raises `Fault`."""
    wanted = desk.params["AlternateIdentifier"]
    found = None
    if "ExternalId" in wanted:
        external = (wanted["ExternalId"]["Issuer"], wanted["ExternalId"]["Id"])
        found = identities.find_external(desk.connection, external)
        known = select(table.c.id).where(table.c.id == found)
        found = desk.connection.execute(known).scalar()
    else:
        attribute = wanted["UniqueAttribute"]
        path, value = attribute["AttributePath"].lower(), attribute["AttributeValue"]
        if path == ("username" if kind == "USER" else "displayname"):
            query = select(table.c.id).where(table.c.name == value)
        elif path == "emails.value" and kind == "USER":
            query = select(table.c.id).where(users.c.email == value).order_by(table.c.id)
        else:
            raise invalid(f"there is no unique attribute {attribute['AttributePath']}")
        found = desk.connection.execute(query.limit(1)).scalar()
    if found is None:
        raise not_found(kind, "")
    return str(found)


def display_name_of(name: str) -> str:
    """Return a display name that has room here."""
    if len(name) > _LONGEST_NAME:
        message = f"DisplayName has at most {_LONGEST_NAME} characters here"
        raise Fault(
            "ValidationException", message, at="DisplayName", rule=Rule.MUCH, limit=_LONGEST_NAME
        )
    return name


def named(kind: str, resource_id: str, revision: int) -> dict[str, object]:
    """Return how an answer names a `kind` (`User`): id, ARN and revision."""
    return {
        f"{kind}Id": resource_id,
        f"{kind}Arn": f"arn:aws:identitystore:::{kind.lower()}/{resource_id}",
        "Revision": str(revision),
    }


def about(store: str, row: Row[Any], external: Sequence[ExternalId]) -> dict[str, object]:
    """Return what an answer says of a user and of a group alike."""
    return {
        "IdentityStoreId": store,
        "ExternalIds": [{"Issuer": issuer, "Id": each} for issuer, each in external] or None,
        "CreatedAt": None if row.created_at is None else from_epoch(row.created_at),
        "UpdatedAt": None if row.updated_at is None else from_epoch(row.updated_at),
    }


def not_found(kind: str, resource_id: str) -> Fault:
    """Return the fault of a `kind` that is not there."""
    return Fault(
        "ResourceNotFoundException",
        f"{kind} not found.",
        details={"ResourceType": kind, "ResourceId": resource_id},
    )


def conflict(taken: Taken) -> Fault:
    """Return the fault of something that somebody else has."""
    return Fault(
        "ConflictException",
        f"Duplicate: {taken}",
        details={"Reason": "UNIQUENESS_CONSTRAINT_VIOLATION"},
    )
