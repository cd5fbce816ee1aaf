"""Reading the audit trail: filters, pages that cost the same wherever they are, and what is new."""

import itertools
import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import event, insert, text

from sekisho.center import audit
from sekisho.center.audit import Who
from sekisho.center.events import Event
from sekisho.center.pages.languages import Language
from sekisho.center.pages.telling import told, told_by
from sekisho.center.pages.texts import Texts
from sekisho.center.storage.tables import audit_events
from sekisho.center.trail import Entry, Place, Question, entries, followed, json_line, page
from tests.unit.center.scene import OTHER, PERSON, World

HERE, THERE = "192.0.2.1", "192.0.2.2"


def write(world: World, *rows: dict[str, Any]) -> None:
    blank = dict.fromkeys(("person_id", "person_name", "by_id", "by_name", "address"))
    usual: dict[str, Any] = {**blank, "event": Event.USER_ENABLED.value, "facts": {}}
    with world.center.database.writing() as connection:
        connection.execute(insert(audit_events), [{**usual, **row} for row in rows])


def found(world: World, **asked: Any) -> list[Entry]:
    database = world.center.database
    return [each for each in entries(database, Question(**asked)) if each.place.at < 10_000]


def times(world: World, **asked: Any) -> list[int]:
    return [entry.place.at for entry in found(world, **asked)]


def test_a_range_of_time_leaves_its_end_out(world: World) -> None:
    write(world, *({"at": at} for at in range(1, 6)))

    assert times(world, since=2, until=4) == [2, 3]


def test_events_and_addresses_are_looked_for(world: World) -> None:
    write(
        world,
        {"at": 1, "event": Event.SIGNED_IN.value, "address": HERE},
        {"at": 2, "event": Event.SIGNED_IN.value, "address": THERE},
        {"at": 3, "event": Event.TOKEN_ISSUED.value, "address": HERE},
        {"at": 4, "event": Event.USER_ADDED.value},
    )

    assert times(world, events=(Event.SIGNED_IN.value,)) == [1, 2]
    assert times(world, events=(Event.SIGNED_IN.value, Event.TOKEN_ISSUED.value)) == [1, 2, 3]
    assert times(world, address=HERE) == [1, 3]
    assert times(world, address=HERE, events=(Event.TOKEN_ISSUED.value,)) == [3]


def test_a_person_is_found_by_what_they_did_and_by_what_was_done_to_them(world: World) -> None:
    one, other = world.signed_in().user, world.signed_in(OTHER).user
    write(
        world,
        {"at": 1, "person_id": one.id, "person_name": one.name},
        {"at": 2, "person_id": other.id, "person_name": other.name},
        {
            "at": 3, "person_id": other.id, "person_name": other.name,
            "by_id": one.id, "by_name": one.name,
        },
        {"at": 4, "person_id": one.id, "person_name": "the-name-before"},
    )  # fmt: skip

    assert times(world, person=PERSON) == times(world, person=one.id) == [1, 3, 4]
    assert times(world, person=OTHER) == [2, 3]


def test_somebody_who_is_gone_is_found_by_name_and_by_id(world: World) -> None:
    write(
        world,
        {"at": 1, "person_id": "gone-1", "person_name": "gone"},
        {"at": 2, "person_id": "x", "person_name": "x", "by_id": "gone-1", "by_name": "gone"},
        {"at": 3, "person_id": "x", "person_name": "x"},
    )

    assert times(world, person="gone") == times(world, person="gone-1") == [1, 2]
    assert times(world, person="never-there") == []


@pytest.mark.parametrize("newest_first", [True, False])
def test_pages_put_together_are_the_whole(world: World, newest_first: bool) -> None:
    rows = [{"at": number * 7 % 60 // 3} for number in range(60)]  # three in every second
    write(world, *rows)
    question = Question(until=1_000)
    database = world.center.database

    whole = list(entries(database, question, newest_first=newest_first))
    after = None
    paged: list[Entry] = []
    for _ in itertools.count():
        one = page(database, question, newest_first=newest_first, size=7, after=after)
        paged += one.entries
        after = one.further
        if after is None:
            break

    places = [(entry.place.at, entry.place.id) for entry in paged]
    assert paged == whole
    assert len(paged) == 60
    assert places == sorted(places, reverse=newest_first)


def test_reading_stops_where_it_was_told_to(world: World) -> None:
    write(world, *({"at": at} for at in range(1, 600)))
    database = world.center.database

    first = list(entries(database, Question(until=1_000), most=520))
    newest = list(entries(database, Question(until=1_000), most=3, newest_first=True))

    assert [entry.place.at for entry in first] == list(range(1, 521))
    assert [entry.place.at for entry in newest] == [599, 598, 597]


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"person": PERSON},
        {"events": (Event.SIGNED_IN.value,)},
        {"address": HERE},
        {"since": 5_000, "until": 5_500},
    ],
    ids=str,
)
def test_a_page_in_the_middle_is_found_by_an_index(world: World, asked: dict[str, Any]) -> None:
    """No scan of the table, and no sort of more than two pages, whatever is looked for."""
    database = world.center.database
    seen: list[tuple[str, Any]] = []

    def note(_c: Any, _k: Any, statement: str, parameters: Any, *_more: Any) -> None:
        seen.append((statement, parameters))

    event.listen(database.engine, "before_cursor_execute", note)
    page(database, Question(**asked), newest_first=True, size=50, after=Place(2**33, 2**33))
    event.remove(database.engine, "before_cursor_execute", note)

    plan = plan_of(world, *seen[-1])
    steps = [step for step in plan if "audit_events" in step and "Sort Key" not in step]
    assert steps
    assert [
        s for s in steps if not re.search(r"(USING INDEX|Index.* using) audit_events_", s)
    ] == []


def plan_of(world: World, statement: str, parameters: Any) -> list[str]:
    """How the database goes about a statement: PostgreSQL as if there were many rows."""
    database = world.center.database
    with database.reading() as connection:
        explain = "EXPLAIN QUERY PLAN"
        if database.is_shared:
            explain = "EXPLAIN"
            for way in ("seqscan", "bitmapscan", "sort"):
                connection.execute(text(f"SET LOCAL enable_{way} = off"))
        rows = connection.exec_driver_sql(f"{explain} {statement}", parameters).all()
    return [str(row[-1]) for row in rows]


def test_following_tells_what_happens_once_also_what_comes_to_light_late(world: World) -> None:
    now = world.center.now()
    write(world, {"at": now - 10})

    def meanwhile() -> None:
        write(world, {"at": now}, {"at": now - 30})  # another replica's transaction took its time

    world.clock.at(0.5, meanwhile)
    database = world.center.database
    question = Question(since=now - 40, events=(Event.USER_ENABLED.value,))
    following = followed(database, question, world.clock)

    told_of = [entry.place.at for entry in itertools.islice(following, 3)]
    assert told_of == [now - 10, now - 30, now]


def test_a_line_of_json_says_everything(world: World) -> None:
    one, other = world.signed_in().user, Who("other-id", OTHER)
    with (
        audit.called_from(HERE),
        audit.acting(one),
        world.center.database.writing() as connection,
    ):
        audit.keep(connection, Event.USER_DISABLED, at=0, person=other, sessions_ended=2)
    (entry,) = found(world)

    line = json.loads(json_line(entry))

    assert line == {
        "version": 1,
        "id": entry.place.id,
        "at": "1970-01-01T00:00:00Z",
        "event": "user.disabled",
        "person": {"id": "other-id", "name": OTHER},
        "by": {"id": one.id, "name": PERSON},
        "address": HERE,
        "facts": {"sessions_ended": 2},
    }
    assert "\n" not in json_line(entry)


EXAMPLE = Entry(Place(0, 1), datetime(2026, 11, 22, tzinfo=UTC), "", None, None, "", {})


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("event_name", [*Event, "of.another-release"])
def test_every_event_is_told_whatever_its_row_has(event_name: str, language: Language) -> None:
    bare = replace(EXAMPLE, event=event_name)
    full = replace(bare, person=Who("1", "<b>hoge</b>"), by=Who("2", "fuga"))

    texts = Texts(language)
    assert told(texts, bare)
    assert told_by(texts, bare) is None
    assert "<b>" not in told(texts, full)
    assert "fuga" in str(told_by(texts, full))
