"""People and groups as `identitystore` and SCIM know them, in the tables of the directory.

Each function works within the transaction of its connection. What is written here is seen by the
sign-in at once: it reads the same rows.
"""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, Table, delete, insert, select, update

from sekisho.center.storage.tables import (
    OF_SECOND_FACTORS,
    access_tokens,
    assignments,
    authorization_requests,
    device_codes,
    external_ids,
    groups,
    invitations,
    memberships,
    refresh_tokens,
    role_credentials,
    sessions,
    sign_ins,
    users,
)

__all__ = [
    "ExternalId",
    "Taken",
    "add_group",
    "add_member",
    "add_user",
    "change",
    "external_ids_by_owner",
    "external_ids_of",
    "find_external",
    "remove_group",
    "remove_member",
    "remove_user",
    "set_external_ids",
]

ExternalId = tuple[str, str]
"""Issuer and id."""


class Taken(Exception):
    """Somebody else has that name, external id or membership; the text says which."""


def add_user(
    connection: Connection,
    *,
    name: str,
    display_name: str,
    attributes: Mapping[str, object],
    now: int,
    enabled: bool = True,
) -> str:
    """Add a person without a password, and return their id. Raises `Taken`."""
    _refuse_taken(connection, users, name)
    new = str(uuid.uuid4())
    connection.execute(
        insert(users).values(
            id=new,
            name=name,
            display_name=display_name,
            attributes=dict(attributes),
            email=_email(attributes),
            enabled=enabled,
            created_at=now,
            updated_at=now,
        )
    )
    return new


def add_group(connection: Connection, *, name: str, description: str | None, now: int) -> str:
    """Add a group, and return its id. Raises `Taken`."""
    _refuse_taken(connection, groups, name)
    new = str(uuid.uuid4())
    connection.execute(
        insert(groups).values(
            id=new, name=name, description=description, created_at=now, updated_at=now
        )
    )
    return new


def add_member(connection: Connection, group_id: str, user_id: str, now: int) -> str:
    """Add a person to a group, and return the membership's id. Raises `Taken`."""
    this = (memberships.c.group_id == group_id, memberships.c.user_id == user_id)
    if connection.execute(select(memberships.c.id).where(*this)).one_or_none() is not None:
        raise Taken("the user is a member of the group already")
    new = str(uuid.uuid4())
    connection.execute(
        insert(memberships).values(group_id=group_id, user_id=user_id, id=new, created_at=now)
    )
    return new


def change(
    connection: Connection,
    table: Table,
    row: Row[Any],
    values: Mapping[str, object],
    external: Sequence[ExternalId] | None,
    now: int,
) -> None:
    """Change a row of `users` or `groups`, and its external ids unless they are `None`.

    Raises `Taken`.
    """
    if values.get("name", row.name) != row.name:
        _refuse_taken(connection, table, str(values["name"]))
    attributes = values.get("attributes")
    if isinstance(attributes, Mapping):
        values = {**values, "email": _email(attributes)}
    connection.execute(
        update(table)
        .where(table.c.id == row.id)
        .values(**values, updated_at=now, revision=row.revision + 1)
    )
    if external is not None:
        set_external_ids(connection, row.id, external)


def set_external_ids(
    connection: Connection, resource_id: str, external: Sequence[ExternalId]
) -> None:
    """Give a person or group these external ids, and no others. Raises `Taken`."""
    connection.execute(delete(external_ids).where(external_ids.c.resource_id == resource_id))
    for issuer, external_id in external:
        if find_external(connection, (issuer, external_id)) is not None:
            raise Taken(f"the external id {external_id} of {issuer} is somebody else's")
        connection.execute(
            insert(external_ids).values(
                issuer=issuer, external_id=external_id, resource_id=resource_id
            )
        )


def external_ids_of(connection: Connection, resource_id: str) -> list[ExternalId]:
    """Return the external ids of a person or group, in the order of the alphabet."""
    return external_ids_by_owner(connection, [resource_id]).get(resource_id, [])


def external_ids_by_owner(
    connection: Connection, resource_ids: Sequence[str]
) -> dict[str, list[ExternalId]]:
    """Return the external ids of people or groups, of a page of them say, by whose they are."""
    query = (
        select(external_ids)
        .where(external_ids.c.resource_id.in_(resource_ids))
        .order_by(external_ids.c.issuer, external_ids.c.external_id)
    )
    found: dict[str, list[ExternalId]] = {}
    for row in connection.execute(query):
        found.setdefault(row.resource_id, []).append((row.issuer, row.external_id))
    return found


def find_external(connection: Connection, external: ExternalId) -> str | None:
    """Return the id of whoever has the external id."""
    issuer, external_id = external
    query = select(external_ids.c.resource_id).where(
        external_ids.c.issuer == issuer, external_ids.c.external_id == external_id
    )
    return connection.execute(query).scalar()


def remove_user(connection: Connection, user_id: str) -> None:
    """Remove a person, and all that is theirs: sessions, tokens, role credentials, assignments.

    AWS lets role credentials live until they expire; here there is nobody left whose they would be.
    """
    _forget(connection, user_id)
    connection.execute(delete(role_credentials).where(role_credentials.c.on_behalf_of == user_id))
    theirs = select(sign_ins.c.id).where(sign_ins.c.user_id == user_id)
    for table in (device_codes, authorization_requests, access_tokens, refresh_tokens):
        connection.execute(delete(table).where(table.c.sign_in_id.in_(theirs)))
    for table in (
        *OF_SECOND_FACTORS,
        device_codes,
        authorization_requests,
        role_credentials,
        sign_ins,
        sessions,
        memberships,
        invitations,
    ):
        connection.execute(delete(table).where(table.c.user_id == user_id))
    connection.execute(delete(users).where(users.c.id == user_id))


def remove_group(connection: Connection, group_id: str) -> None:
    """Remove a group, its memberships and its assignments."""
    _forget(connection, group_id)
    connection.execute(delete(memberships).where(memberships.c.group_id == group_id))
    connection.execute(delete(groups).where(groups.c.id == group_id))


def remove_member(connection: Connection, membership_id: str) -> bool:
    """Remove a membership; whether there was one."""
    removed = connection.execute(delete(memberships).where(memberships.c.id == membership_id))
    return removed.rowcount > 0


def _forget(connection: Connection, principal_id: str) -> None:
    connection.execute(delete(assignments).where(assignments.c.principal_id == principal_id))
    connection.execute(delete(external_ids).where(external_ids.c.resource_id == principal_id))


def _email(attributes: Mapping[str, object]) -> str | None:
    """The address that a person is found by; whoever has several is found by the first."""
    emails = attributes.get("Emails")
    first = emails[0] if isinstance(emails, list) and emails else {}
    return first.get("Value")


def _refuse_taken(connection: Connection, table: Table, name: str) -> None:
    if connection.execute(select(table.c.id).where(table.c.name == name)).one_or_none():
        raise Taken(f"the name {name} is taken")
