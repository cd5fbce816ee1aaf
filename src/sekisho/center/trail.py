"""Reading the audit trail: a page at a time, however long it is.

Rows are in order of their time, and of their number within a second. A page begins after the row that
the one before ended with, and every question has an index in that order, so that the last page of
years costs what the first one does. A question by somebody's name finds what they did and what was
done to them, under every name that they have had.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Row,
    Select,
    literal,
    or_,
    select,
    tuple_,
    union_all,
)

from sekisho.center.audit import Fact, Who
from sekisho.center.storage.database import Database
from sekisho.center.storage.tables import audit_events, users
from sekisho.center.storage.times import from_epoch
from sekisho.ports import Clock

__all__ = ["Entry", "Page", "Place", "Question", "entries", "followed", "json_line", "page"]

_AT_ONCE = 500
_LATE = 60
"""Seconds: no transaction takes longer than that from its row to its end."""
_BETWEEN_LOOKS = 1.0
_VERSION = 1


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entry stands in the trail."""

    at: int
    """Seconds of the epoch."""
    id: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened."""

    place: Place
    at: datetime
    """Aware, UTC; whole seconds."""
    event: str
    """An `events.Event`, or one of another release."""
    person: Who | None
    """Whom it is about, by the name that they had."""
    by: Who | None
    """Who did it, where that was somebody else (`audit.OPERATOR` for one)."""
    address: str
    """Where it came from; empty where that is not known."""
    facts: Mapping[str, Fact]


@dataclass(frozen=True, slots=True)
class Question:
    """What is looked for; what is left out does not count."""

    since: int | None = None
    """Seconds of the epoch, as all times here."""
    until: int | None = None
    """That moment is left out."""
    person: str = ""
    """A user name, or an id."""
    events: tuple[str, ...] = ()
    address: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """Some of what was found."""

    entries: tuple[Entry, ...]
    further: Place | None
    """Where the next page begins after; `None`: this is the last one."""


def page(
    database: Database,
    question: Question,
    *,
    newest_first: bool,
    size: int,
    after: Place | None = None,
) -> Page:
    """Return a page of at most `size` entries, the first or the one `after` a place."""
    with database.reading() as connection:
        query = _found(connection, question, size + 1, after, newest_first=newest_first)
        rows = connection.execute(query).all()
    shown = tuple(_entry(row) for row in rows[:size])
    return Page(shown, shown[-1].place if len(rows) > size else None)


def entries(
    database: Database, question: Question, *, newest_first: bool = False, most: int | None = None
) -> Iterator[Entry]:
    """Read all that is found, or the first `most`; no transaction is open meanwhile."""
    after, left = None, most
    while left is None or left > 0:
        size = _AT_ONCE if left is None else min(_AT_ONCE, left)
        found = page(database, question, newest_first=newest_first, size=size, after=after)
        yield from found.entries
        after = found.further
        left = None if left is None else left - size
        if after is None:
            return


def followed(database: Database, question: Question, clock: Clock) -> Iterator[Entry]:
    """Read what is found, and go on with what happens; endless. Blocks between two looks.

    Several replicas write, so a row may come to light behind one that is newer: the last minute is
    looked at again each time, and what has been told is not told again.
    """
    told: dict[int, int] = {}
    since = question.since
    while True:
        looked_at = int(clock.now().timestamp())
        for entry in entries(database, replace(question, since=since)):
            if entry.place.id not in told:
                told[entry.place.id] = entry.place.at
                yield entry
        since = max(looked_at - _LATE, question.since or 0)
        told = {row_id: at for row_id, at in told.items() if at >= since}
        clock.sleep(_BETWEEN_LOOKS)


def json_line(entry: Entry) -> str:
    """Spell an entry as one line of JSON, without its line break: what other programs read."""
    return json.dumps(
        {
            "version": _VERSION,
            "id": entry.place.id,
            "at": f"{entry.at:%Y-%m-%dT%H:%M:%SZ}",
            "event": entry.event,
            "person": _person_json(entry.person),
            "by": _person_json(entry.by),
            "address": entry.address or None,
            "facts": dict(entry.facts),
        },
        ensure_ascii=False,
    )


def _found(
    connection: Connection,
    question: Question,
    size: int,
    after: Place | None,
    *,
    newest_first: bool,
) -> Select[Any]:
    """Spell the query of a page: one index for each side of it, which ends when the page is full."""
    table = audit_events
    conditions = [*_conditions(question)]
    if after is not None:
        here = tuple_(table.c.at, table.c.id)
        there = tuple_(literal(after.at, BigInteger), literal(after.id, BigInteger))
        conditions.append(here < there if newest_first else here > there)
    sides = _sides(connection, question.person) if question.person else ((),)
    parts = []
    for side in sides:
        part = select(table).where(*conditions, *side)
        parts.append(
            select(_in_order(part, table, newest_first=newest_first).limit(size).subquery())
        )
    whole = union_all(*parts).subquery()
    return _in_order(select(whole), whole, newest_first=newest_first).limit(size)


def _in_order(query: Select[Any], of: Any, *, newest_first: bool) -> Select[Any]:
    columns = (of.c.at, of.c.id)
    return query.order_by(*((column.desc() for column in columns) if newest_first else columns))


def _conditions(question: Question) -> Iterator[ColumnElement[bool]]:
    table = audit_events
    if question.since is not None:
        yield table.c.at >= question.since
    if question.until is not None:
        yield table.c.at < question.until
    if len(question.events) == 1:
        yield table.c.event == question.events[0]
    elif question.events:
        yield table.c.event.in_(question.events)
    if question.address:
        yield table.c.address == question.address


def _sides(connection: Connection, person: str) -> tuple[tuple[ColumnElement[bool], ...], ...]:
    """What was about a person, and what they did to others: no row is both.

    Of somebody who is not there any more a name finds what it stands in, without an index.
    """
    table = audit_events
    known = select(users.c.id).where(or_(users.c.name == person, users.c.id == person))
    row = connection.execute(known).first()
    if row is not None:
        return (table.c.person_id == row.id,), (table.c.by_id == row.id,)
    gone = select(table.c.id).where(table.c.person_id == person).limit(1)
    if connection.execute(gone).first() is not None:
        return (table.c.person_id == person,), (table.c.by_id == person,)
    return ((or_(table.c.person_name == person, table.c.by_name == person),),)


def _entry(row: Row[Any]) -> Entry:
    return Entry(
        Place(row.at, row.id),
        from_epoch(row.at),
        row.event,
        None if row.person_id is None else Who(row.person_id, row.person_name),
        None if row.by_id is None else Who(row.by_id, row.by_name),
        row.address or "",
        row.facts,
    )


def _person_json(person: Who | None) -> dict[str, str] | None:
    return None if person is None else {"id": person.id, "name": person.name}
