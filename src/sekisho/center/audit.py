"""What happened: a line in the log, and a row in the audit trail. Never tokens, codes, secrets or
query strings.

What is part of a change is kept in the transaction of that change (`keep`), and its line is logged
once that is committed: no change is without its row and its line, and neither is there without the
change. What changes nothing and is of no interest a month later is logged alone (`record`).

Where a request came from, and who makes it, is known here for as long as it is worked on, so that no
handler can forget to say so, or say it wrong (docs/decisions/0030).
"""

import contextlib
import logging
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Protocol

from sqlalchemy import Connection, insert

from sekisho.center.events import Event
from sekisho.center.storage.audit_table import audit_events
from sekisho.center.storage.database import writing_of

__all__ = [
    "LOGGER",
    "OPERATOR",
    "Fact",
    "Named",
    "Who",
    "acting",
    "address",
    "called_from",
    "keep",
    "log",
    "record",
    "warn",
]

LOGGER = logging.getLogger("sekisho.center")
LOGGER.addHandler(logging.NullHandler())  # without `serve` nobody listens

Fact = str | int | None
"""One thing to know of an event; `None` is not told."""

# Made once: spelling a statement takes longer than running it (docs/decisions/0013).
_KEEPING = insert(audit_events)


class Named(Protocol):
    """A person, as the trail names them."""

    @property
    def id(self) -> str:
        """What stays when the name is changed."""

    @property
    def name(self) -> str:
        """What they sign in with now."""


@dataclass(frozen=True, slots=True)
class Who:
    """A person by id and name; an implementation of `Named`."""

    id: str
    name: str


OPERATOR = Who("operator", "operator")
"""Whoever runs a command on the center's own machine. No person has such an id."""


@dataclass(frozen=True, slots=True)
class _Caller:
    """Where the work of this moment comes from."""

    address: str | None = None
    person: Named | None = None


@dataclass(frozen=True, slots=True)
class _Told:
    """What every event has."""

    person: Named | None
    by: Named | None
    address: str | None


_NOBODY = _Caller()
_CALLER: ContextVar[_Caller] = ContextVar("caller", default=_NOBODY)


@contextlib.contextmanager
def called_from(address: str) -> Iterator[None]:
    """Say where a request came from, while it is worked on; empty when that is not known."""
    token = _CALLER.set(_Caller(address or None))
    try:
        yield
    finally:
        _CALLER.reset(token)


def address() -> str:
    """Return where the request of this moment came from; empty when that is not known."""
    return _CALLER.get().address or ""


@contextlib.contextmanager
def acting(person: Named) -> Iterator[None]:
    """Say who does what is done in the block."""
    token = _CALLER.set(replace(_CALLER.get(), person=person))
    try:
        yield
    finally:
        _CALLER.reset(token)


def keep(
    connection: Connection,
    event: Event,
    *,
    at: int,
    person: Named | None = None,
    address: str | None = None,
    has_room: bool = True,
    **facts: Fact,
) -> None:
    """Keep `event` in the transaction of `connection`, and log it when that is committed.

    `at` is in seconds of the epoch. `person` is whom it is about: without one, who is `acting`;
    where somebody else acts, the row says so. `address` is where it came from, else where the
    request did. Without `has_room` (`bounded`) it is logged alone. A caller hands in names and
    ids, and nothing that opens.
    """
    told = _told(person, address)
    said = _known(facts)
    writing = writing_of(connection)
    if writing.keeps_trail and has_room:
        connection.execute(
            _KEEPING, {"at": at, "event": event.value, "facts": said, **_columns(told)}
        )
    writing.afterwards.append(lambda: _log(event, {**_line(told), **said}))


def log(
    event: Event, *, person: Named | None = None, address: str | None = None, **facts: Fact
) -> None:
    """Log an `event` that there is no room to keep (`bounded`), in the words of `keep`."""
    _log(event, {**_line(_told(person, address)), **_known(facts)})


def record(event: str, **facts: Fact) -> None:
    """Log what is of no interest a month later, and keep it nowhere else."""
    _log(event, _known(facts))


def warn(event: str, notice: str) -> None:
    """Log something that the operator should look at."""
    LOGGER.warning(event, extra={"facts": {"notice": notice}})


def _told(person: Named | None, address: str | None) -> _Told:
    caller = _CALLER.get()
    about = person or caller.person
    is_theirs = about is None or caller.person is None or caller.person.id == about.id
    return _Told(about, None if is_theirs else caller.person, address or caller.address)


def _columns(told: _Told) -> dict[str, str | None]:
    person_id, person_name = _id_and_name(told.person)
    by_id, by_name = _id_and_name(told.by)
    return {
        "person_id": person_id,
        "person_name": person_name,
        "by_id": by_id,
        "by_name": by_name,
        "address": told.address,
    }


def _line(told: _Told) -> dict[str, Fact]:
    _, user = _id_and_name(told.person)
    _, by = _id_and_name(told.by)
    return _known({"user": user, "by": by, "address": told.address})


def _id_and_name(person: Named | None) -> tuple[str | None, str | None]:
    return (None, None) if person is None else (person.id, person.name)


def _known(facts: Mapping[str, Fact]) -> dict[str, Fact]:
    return {name: fact for name, fact in facts.items() if fact is not None}


def _log(event: str, facts: Mapping[str, Fact]) -> None:
    LOGGER.info(event, extra={"facts": facts})
