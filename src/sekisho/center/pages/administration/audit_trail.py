"""The audit trail: what happened, in sentences, the newest first; and a file of what was found."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from http import HTTPStatus
from urllib.parse import urlencode

from starlette.responses import Response, StreamingResponse

from sekisho.center import trail
from sekisho.center.events import KINDS, Event
from sekisho.center.pages import telling
from sekisho.center.pages.administration.guard import show
from sekisho.center.pages.errors import language_of
from sekisho.center.pages.headers import protect
from sekisho.center.pages.origin import needs_hsts
from sekisho.center.pages.texts import Texts
from sekisho.center.pages.visit import Visit
from sekisho.center.sessions import Session
from sekisho.center.trail import Entry, Place, Question

__all__ = ["export", "trail_page"]

_SIZE = 50
_MOST = 1_000_000
"""Lines of an exported file."""
_LONGEST = 200
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What was typed and chosen; what is no date or no event is left out."""

    person: str
    event: str
    since: str
    until: str
    """The last day, all of it."""
    address: str
    has_wrong_date: bool

    @property
    def query(self) -> dict[str, str]:
        """The same as parameters of an address."""
        given = {
            "person": self.person,
            "event": self.event,
            "since": self.since,
            "until": self.until,
            "address": self.address,
        }
        return {name: value for name, value in given.items() if value}


@dataclass(frozen=True, slots=True)
class _Told:
    """An entry as the page shows it."""

    entry: Entry
    name: str
    sentence: str
    by: str | None
    facts: dict[str, str]


def trail_page(visit: Visit, _session: Session) -> Response:
    """Show a page of what is looked for; `after` turns to the next one."""
    asked = _asked(visit)
    found = trail.page(
        visit.center.database,
        _question(asked),
        newest_first=True,
        size=_SIZE,
        after=_place(visit.query.get("after", "")),
    )
    texts = Texts(language_of(visit.request))
    further = found.further
    after = None if further is None else f"{further.at}.{further.id}"
    return show(
        visit,
        "audit-trail.html",
        status=HTTPStatus.BAD_REQUEST if asked.has_wrong_date else HTTPStatus.OK,
        asked=asked,
        kinds={kind: [event.value for event in events] for kind, events in KINDS.items()},
        name_of=lambda event: telling.name_of(texts, event),
        entries=[_told(texts, entry) for entry in found.entries],
        again=urlencode(asked.query),
        next_page=None if after is None else urlencode({**asked.query, "after": after}),
        most=_MOST,
        days=visit.center.settings.audit_days,
    )


def export(visit: Visit, _session: Session) -> Response:
    """Send what is looked for as lines of JSON, the newest first, as it is read."""
    database, question = visit.center.database, _question(_asked(visit))

    def lines() -> Iterator[str]:
        for entry in trail.entries(database, question, newest_first=True, most=_MOST):
            yield f"{trail.json_line(entry)}\n"

    response = StreamingResponse(
        lines(),
        media_type="application/jsonl; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="audit-trail.jsonl"'},
    )
    return protect(response, hsts=needs_hsts(visit.request))


def _told(texts: Texts, entry: Entry) -> _Told:
    return _Told(
        entry,
        telling.name_of(texts, entry.event),
        telling.told(texts, entry),
        telling.told_by(texts, entry),
        telling.facts_of(entry),
    )


def _asked(visit: Visit) -> _Asked:
    def given(name: str) -> str:
        return visit.query.get(name, "").replace("\0", "").strip()[:_LONGEST]

    since, until = given("since"), given("until")
    wrong = [text for text in (since, until) if text and _day(text) is None]
    return _Asked(
        given("person"),
        given("event") if given("event") in frozenset(Event) else "",
        "" if since in wrong else since,
        "" if until in wrong else until,
        given("address"),
        bool(wrong),
    )


def _question(asked: _Asked) -> Question:
    since, until = _day(asked.since), _day(asked.until)
    return Question(
        None if since is None else int(since.timestamp()),
        None if until is None else int((until + _DAY).timestamp()),
        asked.person,
        (asked.event,) if asked.event else (),
        asked.address,
    )


def _day(text: str) -> datetime | None:
    """Return when a day begins, in UTC; `None` for what is none, or one that has no next."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return None if day == date.max else datetime.combine(day, time(), UTC)


def _place(text: str) -> Place | None:
    """Return where a page begins; a place that nobody was given is the beginning."""
    at, _, row_id = text.partition(".")
    good = all(part.isascii() and part.isdecimal() and len(part) < 19 for part in (at, row_id))
    return Place(int(at), int(row_id)) if good else None
