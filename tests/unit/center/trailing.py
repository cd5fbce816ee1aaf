"""What the tests of the audit trail read of it."""

from typing import Any

from sqlalchemy import select

from sekisho.center.events import Event
from sekisho.center.storage.tables import audit_events
from tests.unit.center.scene import World

__all__ = ["kept", "only"]


def kept(world: World, *events: Event) -> list[dict[str, Any]]:
    """The rows of `events`, or of all, oldest first."""
    query = select(audit_events).order_by(audit_events.c.at, audit_events.c.id)
    if events:
        query = query.where(audit_events.c.event.in_([event.value for event in events]))
    with world.center.database.reading() as connection:
        return [dict(row) for row in connection.execute(query).mappings()]


def only(world: World, event: Event) -> dict[str, Any]:
    """The one row of `event`."""
    (row,) = kept(world, event)
    return row
