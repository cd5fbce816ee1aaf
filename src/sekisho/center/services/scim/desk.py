"""Where one SCIM request is worked on, and what users and groups have in common."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Table, select

from sekisho.center.audit import Fact, Who
from sekisho.center.center import Center
from sekisho.center.directory import identities
from sekisho.center.directory.identities import ExternalId
from sekisho.center.protocol.fault import Fault
from sekisho.center.protocol.model import load
from sekisho.center.protocol.values import as_text, checked
from sekisho.center.services.scim.faults import INVALID, not_found
from sekisho.center.storage.tables import external_ids
from sekisho.center.storage.times import from_epoch

__all__ = [
    "Answer",
    "Desk",
    "Documents",
    "Operation",
    "external_after",
    "external_ids_of",
    "has_external_id",
    "is_one_of",
    "resource",
    "row_of",
]


@dataclass(frozen=True, slots=True)
class Desk:
    """Where one request is worked on."""

    center: Center
    connection: Connection
    """In the one transaction of the request, which is undone when a `Fault` is raised."""
    base: str
    """The URL that resources are below, without a slash at its end."""
    issuer: str
    """Whose external ids a provider's are, as `identitystore` tells them."""
    id: str
    """Of the resource that the path names; "": none."""
    params: Mapping[str, str] = field(repr=False)
    """The query."""
    body: Mapping[str, Any] = field(repr=False)
    """Empty where there is none."""
    if_match: str | None
    changes: bool
    """Whether the request may change anything."""

    @property
    def now(self) -> int:
        """The time in seconds of the Unix epoch."""
        return self.center.now()


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request is answered with."""

    status: int
    document: Mapping[str, Any] | None = None
    person: Who | None = None
    """Who was changed, where it is a person."""
    facts: Mapping[str, Fact] = field(default_factory=dict)
    """Of what was changed, for the audit trail."""


Operation = Callable[[Desk], Answer]
"""Answers a request. Raises `Fault`."""
Documents = Callable[[Desk, Sequence[Row[Any]]], list[dict[str, Any]]]
"""Tells rows as resources."""


def row_of(desk: Desk, table: Table, kind: str, documents: Documents) -> Row[Any]:
    """Return the row that the path names; where it is to be changed, for this transaction alone.

    Raises `Fault`, also for one that is not as `If-Match` says (RFC 7644 §3.14).
    """
    query = select(table).where(table.c.id == as_text(desk.id, "The id", fault=INVALID))
    if desk.changes:
        query = query.with_for_update()
    row = desk.connection.execute(query).one_or_none()
    if row is None:
        raise not_found(f"There is no {kind} of that id")
    if desk.changes and desk.if_match is not None:
        (document,) = documents(desk, [row])
        if not is_one_of(document["meta"]["version"], desk.if_match):
            message = f"The {kind} has been changed meanwhile"
            raise Fault("ConflictException", message, status=412)
    return row


def resource(desk: Desk, kind: str, row: Row[Any], content: Mapping[str, Any]) -> dict[str, Any]:
    """Return a resource of that `kind` (`User`): its `content`, and what is told of each.

    The version is made of the content, so it changes with it, whoever changed it.
    """
    changed = row.created_at if row.updated_at is None else row.updated_at
    times = {"created": row.created_at, "lastModified": changed}
    version = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]
    return {
        **content,
        "id": row.id,
        "meta": {
            "resourceType": kind,
            **{name: _time(at) for name, at in times.items() if at is not None},
            "location": f"{desk.base}/{kind}s/{row.id}",
            "version": f'W/"{version}"',
        },
    }


def is_one_of(version: str, listed: str) -> bool:
    """Return whether a version is among those that a header lists (RFC 9110 §13.1), weakly."""
    opaque = version.removeprefix("W/")
    return any(each.strip().removeprefix("W/") in ("*", opaque) for each in listed.split(","))


def external_after(desk: Desk, resource_id: str, external_id: str | None) -> list[ExternalId]:
    """Return the external ids of a resource once the provider's is `external_id`.

    Those of other issuers stay. Raises `Fault` for one that is too long.
    """
    others = identities.external_ids_of(desk.connection, resource_id)
    kept = [each for each in others if each[0] != desk.issuer]
    if external_id is None:
        return kept
    return [*kept, (desk.issuer, _sound_external_id(external_id))]


def external_ids_of(desk: Desk, rows: Sequence[Row[Any]]) -> dict[str, str]:
    """Return the provider's external ids of rows, by the rows' ids."""
    owned = identities.external_ids_by_owner(desk.connection, [row.id for row in rows])
    return {
        owner: external_id
        for owner, pairs in owned.items()
        for issuer, external_id in pairs
        if issuer == desk.issuer
    }


def has_external_id(desk: Desk, table: Table, external_id: str) -> ColumnElement[bool]:
    """Spell the condition that a resource has that external id of the provider's."""
    whose = select(external_ids.c.resource_id).where(
        external_ids.c.issuer == desk.issuer, external_ids.c.external_id == external_id
    )
    return table.c.id.in_(whose)


def _sound_external_id(external_id: str) -> str:
    external = load("identitystore").operations["DescribeUser"].output.members["ExternalIds"].shape
    assert external.element is not None  # noqa: S101  # a list has one
    shape = external.element.members["Id"].shape
    sound: str = checked(shape, external_id, "externalId", fault=INVALID)
    return sound


def _time(at: int) -> str:
    return from_epoch(at).isoformat().replace("+00:00", "Z")
