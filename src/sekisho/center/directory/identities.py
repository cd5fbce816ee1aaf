"""People and groups as `identitystore` and SCIM know them, in the tables of the directory.

Each function works within the transaction of its connection. What is written here is seen by the
sign-in at once: it reads the same rows.
"""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, Table, delete, select, update
from sqlalchemy.exc import IntegrityError

from sekisho.center.storage.inserting import insert_if_absent, insert_those_absent
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
    "add_members",
    "add_user",
    "change",
    "end_sessions",
    "external_ids_by_owner",
    "external_ids_of",
    "find_external",
    "remove_group",
    "remove_member",
    "remove_members",
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
    new = str(uuid.uuid4())
    added = insert_if_absent(
        connection,
        users,
        id=new,
        name=name,
        display_name=display_name,
        attributes=dict(attributes),
        email=_email(attributes),
        enabled=enabled,
        created_at=now,
        updated_at=now,
    )
    if not added:
        raise _taken(name)
    return new


def add_group(connection: Connection, *, name: str, description: str | None, now: int) -> str:
    """Add a group, and return its id. Raises `Taken`."""
    new = str(uuid.uuid4())
    values = {"id": new, "name": name, "description": description}
    if not insert_if_absent(connection, groups, **values, created_at=now, updated_at=now):
        raise _taken(name)
    return new


def add_member(connection: Connection, group_id: str, user_id: str, now: int) -> str:
    """Add a person to a group, and return the membership's id. Raises `Taken`."""
    new = str(uuid.uuid4())
    values = {"group_id": group_id, "user_id": user_id, "id": new, "created_at": now}
    if not insert_if_absent(connection, memberships, **values):
        raise Taken("the user is a member of the group already")
    return new


def add_members(
    connection: Connection, group_id: str, user_ids: Sequence[str], now: int
) -> list[str]:
    """Add people to a group, those left out who are in it; return the ids that are nobody's.

    When there are such ids, nothing was added.
    """
    if not user_ids:
        return []
    asking = select(users.c.id).where(users.c.id.in_(user_ids)).order_by(users.c.id)
    known = set(connection.execute(asking.with_for_update(read=True)).scalars())
    unknown = [user_id for user_id in user_ids if user_id not in known]
    if not unknown:
        rows = [
            {"group_id": group_id, "user_id": each, "id": str(uuid.uuid4()), "created_at": now}
            for each in sorted(known)
        ]
        insert_those_absent(connection, memberships, rows)
    return unknown


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
    name = str(values.get("name", row.name))
    if name != row.name and _is_taken(connection, table, name):
        raise _taken(name)
    attributes = values.get("attributes")
    if isinstance(attributes, Mapping):
        values = {**values, "email": _email(attributes)}
    changing = update(table).where(table.c.id == row.id)
    try:
        connection.execute(changing.values(**values, updated_at=now, revision=row.revision + 1))
    except IntegrityError as error:  # another replica gave it away at the same time
        raise _taken(name) from error
    if external is not None:
        set_external_ids(connection, row.id, external)


def set_external_ids(
    connection: Connection, resource_id: str, external: Sequence[ExternalId]
) -> None:
    """Give a person or group these external ids, and no others. Raises `Taken`."""
    connection.execute(delete(external_ids).where(external_ids.c.resource_id == resource_id))
    for issuer, external_id in external:
        values = {"issuer": issuer, "external_id": external_id, "resource_id": resource_id}
        if not insert_if_absent(connection, external_ids, **values):
            raise Taken(f"the external id {external_id} of {issuer} is somebody else's")


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


def end_sessions(connection: Connection, user_id: str, now: int) -> int:
    """End a person's sessions, and with them the tokens that came from those; return how many."""
    ended = connection.execute(
        update(sessions)
        .where(
            sessions.c.user_id == user_id,
            sessions.c.ended_at.is_(None),
            sessions.c.expires_at > now,
        )
        .values(ended_at=now)
    )
    return ended.rowcount


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


def remove_members(connection: Connection, group_id: str, user_ids: Sequence[str]) -> None:
    """Take people out of a group, whether they are in it or not."""
    these = (memberships.c.group_id == group_id, memberships.c.user_id.in_(user_ids))
    connection.execute(delete(memberships).where(*these))


def _forget(connection: Connection, principal_id: str) -> None:
    connection.execute(delete(assignments).where(assignments.c.principal_id == principal_id))
    connection.execute(delete(external_ids).where(external_ids.c.resource_id == principal_id))


def _email(attributes: Mapping[str, object]) -> str | None:
    """The address that a person is found by; whoever has several is found by the first."""
    emails = attributes.get("Emails")
    first = emails[0] if isinstance(emails, list) and emails else {}
    return first.get("Value")


def _is_taken(connection: Connection, table: Table, name: str) -> bool:
    found = connection.execute(select(table.c.id).where(table.c.name == name))
    return found.one_or_none() is not None


def _taken(name: str) -> Taken:
    return Taken(f"the name {name} is taken")
