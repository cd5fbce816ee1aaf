import json

import pytest
from sqlalchemy import insert

from sekisho.center.directory import people
from sekisho.center.events import Event
from sekisho.center.storage.tables import audit_events
from sekisho.secret import Secret
from sekisho.testing.visitor import Visitor
from sekisho.wire.http import Headers, Request, Response
from tests.unit.center.pages.administration.conftest import HOME, SignedIn
from tests.unit.center.scene import NEWCOMER, ORIGIN, OTHER, PERSON, World

TRAIL = f"{HOME}/audit-trail"


def sentences(visitor: Visitor, query: str = "") -> str:
    """What the list says, newest first."""
    visitor.open(f"{TRAIL}{query}")
    return visitor.page.text


def write(world: World, number: int) -> None:
    rows = [
        {"at": world.center.now() - n, "event": Event.USER_ENABLED.value, "facts": {},
         "person_id": f"id-{n}", "person_name": f"person-{n:03}"}
        for n in range(1, number + 1)
    ]  # fmt: skip
    with world.center.database.writing() as connection:
        connection.execute(insert(audit_events), rows)


def test_what_happened_is_told_the_newest_first_in_utc(world: World, admin: Visitor) -> None:
    text = sentences(admin)

    assert f"{PERSON} signed in with a browser." in text
    assert f"{world.clock.now():%Y-%m-%d %H:%M:%S} UTC" in text
    assert text.index("signed in with") < text.index("The directory file was applied")


def test_it_is_told_in_japanese_too(world: World, admin: Visitor) -> None:
    request = Request("GET", TRAIL, Headers({"Accept-Language": "ja", "Cookie": cookie(admin)}))

    assert "サインインしました" in world.http.send(request).body.decode()


def cookie(visitor: Visitor) -> str:
    return visitor.cookies.header(ORIGIN)


def test_a_person_is_looked_for(admin: Visitor, signed_in: SignedIn) -> None:
    signed_in(OTHER)

    assert f"{OTHER} signed in" in sentences(admin, f"?person={OTHER}")
    assert f"{PERSON} signed in" not in sentences(admin, f"?person={OTHER}")


def test_an_event_and_an_address_are_looked_for(world: World, admin: Visitor) -> None:
    people.authenticate(world.center, PERSON, Secret("obviously-wrong"), address="192.0.2.9")

    assert "failed" in sentences(admin, "?event=sign_in.failed&address=192.0.2.9")
    assert "Nothing like that" in sentences(admin, "?event=sign_in.failed&address=192.0.2.8")


def test_a_range_of_days_has_its_last_day(world: World, admin: Visitor) -> None:
    today = f"{world.clock.now():%Y-%m-%d}"

    assert "signed in" in sentences(admin, f"?since={today}&until={today}")
    assert "Nothing like that" in sentences(admin, "?until=2020-01-01")


@pytest.mark.parametrize("date", ["yesterday", "2026-13-01", "9999-12-31", "0000-00-00", "%00"])
def test_a_date_that_is_none_is_said_and_left_out(admin: Visitor, date: str) -> None:
    text = sentences(admin, f"?since={date}")

    assert admin.page.status == (200 if date == "%00" else 400)
    assert "signed in" in text


@pytest.mark.parametrize("after", ["x", "1", "1.x", "9" * 40 + ".1", ".", "%00.1"])
def test_a_place_that_nobody_was_given_is_the_beginning(admin: Visitor, after: str) -> None:
    assert "signed in" in sentences(admin, f"?after={after}")


def test_pages_lead_to_older_ones_and_back(world: World, admin: Visitor) -> None:
    write(world, 120)
    seen = []
    admin.open(f"{TRAIL}?event=user.enabled")
    while True:
        seen.append(admin.page.text.count("was enabled."))
        if "Older" not in [words for words, _ in admin.page.links]:
            break
        admin.follow("Older")

    assert seen == [50, 50, 20]
    admin.follow("To the beginning")
    assert "person-001" in admin.page.text


def export(world: World, visitor: Visitor, query: str = "") -> Response:
    headers = Headers({"Cookie": cookie(visitor)})
    return world.http.send(Request("GET", f"{TRAIL}/export{query}", headers))


def test_what_is_found_is_taken_along_as_lines_of_json(world: World, admin: Visitor) -> None:
    write(world, 700)
    answer = export(world, admin, "?event=user.enabled")

    lines = [json.loads(line) for line in answer.body.decode().splitlines()]
    assert len(lines) == 700
    assert lines[0]["person"]["name"] == "person-001"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_stranger_client_name_is_text(world: World, admin: Visitor) -> None:
    client = world.register(clientName="<b>bold</b>", scopes=["sso:account:access"])
    world.start_device(client)
    request = Request("GET", TRAIL, Headers({"Cookie": cookie(admin)}))

    assert "&lt;b&gt;bold" in world.http.send(request).body.decode()


def test_nobody_else_gets_the_file(world: World, other: Visitor) -> None:
    assert export(world, other).status == 404
    assert NEWCOMER not in export(world, other).body.decode()
