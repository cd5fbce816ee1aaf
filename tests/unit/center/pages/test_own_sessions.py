import re

import pytest
from starlette.applications import Starlette

from sekisho.center import tokens
from sekisho.center.center import Center
from sekisho.center.pages.telling import browser_name
from sekisho.center.storage.tables import sessions
from sekisho.testing.clock import FakeClock
from sekisho.testing.memory import MemoryHttp
from sekisho.testing.visitor import Visitor
from tests.unit.center.pages.conftest import (
    NEWCOMER,
    ORIGIN,
    PERSON,
    a_client,
    read,
    signed_in,
)

SIGN_IN = "End the sign-in of "


@pytest.fixture
def elsewhere(app: Starlette, person: Visitor, clock: FakeClock) -> Visitor:
    """Another browser, at which the same person has signed in since."""
    assert person.page.title
    clock.advance(60)
    return signed_in(Visitor(MemoryHttp(app)), PERSON)


@pytest.fixture
def let_in(center: Center, person: Visitor) -> None:
    """An application that the person let in."""
    with center.database.writing() as connection:
        row = connection.execute(sessions.select()).one()
        client = a_client(center)
        sign_in = tokens.start_sign_in(
            connection,
            center,
            client,
            user_id=row.user_id,
            session_id=row.id,
            asked_from="203.0.113.7",
        )
        assert sign_in
        tokens.issue(connection, center, client, sign_in)


def button(visitor: Visitor, beginning: str) -> str:
    texts = [each.text for form in visitor.page.forms for each in form.buttons]
    return next(text for text in texts if text.startswith(beginning))


def test_the_page_lists_this_browser_and_what_it_let_in(person: Visitor, let_in: None) -> None:
    person.open(f"{ORIGIN}/sessions")

    assert "This browser From 127.0.0.1 Since 2026-11-22 09:00:00 UTC Until 2026-11-22 17:00" in (
        read(person)
    )
    assert "From 203.0.113.7 Since" in read(person)
    assert 'AWS <b>Support</b> & "friends"' in read(person)


def test_another_browser_is_signed_out_at_once(person: Visitor, elsewhere: Visitor) -> None:
    person.open(f"{ORIGIN}/sessions")
    person.press(button(person, "Sign out the browser at"))
    assert "Ended. It is signed out." in read(person)

    elsewhere.open(f"{ORIGIN}/start")

    assert elsewhere.page.title == "Sign in · sekisho"


def test_an_application_is_ended(person: Visitor, let_in: None) -> None:
    person.open(f"{ORIGIN}/sessions")
    person.press(button(person, SIGN_IN))

    assert "No application is signed in as you." in read(person)


def test_everything_but_this_browser_is_ended_by_one_press(
    person: Visitor, let_in: None, elsewhere: Visitor
) -> None:
    person.open(f"{ORIGIN}/sessions")
    person.press("End everything but this browser")

    assert "You are signed in with this browser alone." in read(person)
    assert not re.search(SIGN_IN, read(person))
    elsewhere.open(f"{ORIGIN}/sessions")
    assert elsewhere.page.title == "Sign in · sekisho"


def test_what_had_ended_already_is_said(person: Visitor, let_in: None, elsewhere: Visitor) -> None:
    for visitor in (person, elsewhere):
        visitor.open(f"{ORIGIN}/sessions")
    press = button(person, SIGN_IN)
    person.press(press)
    elsewhere.press(press)

    assert "That had ended already." in read(elsewhere)


def test_somebody_else_sees_none_of_it(app: Starlette, person: Visitor, let_in: None) -> None:
    other = signed_in(Visitor(MemoryHttp(app)), NEWCOMER)
    other.open(f"{ORIGIN}/sessions")

    assert "No application is signed in as you." in read(other)
    assert read(other).count("Since") == 1


@pytest.mark.parametrize(
    "user_agent, name",
    [
        (
            ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"),
            "Firefox · Linux",
        ),
        (
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
                "Chrome/125.0.0.0 Safari/537.36 Edg/125.0.0.0"
            ),
            "Edge · Windows",
        ),
        (
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like "
                "Gecko) Version/17.4 Safari/605.1.15"
            ),
            "Safari · macOS",
        ),
        (
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, "
                "like Gecko) CriOS/123.0 Mobile/15E148 Safari/604.1"
            ),
            "Chrome · iPhone",
        ),
        ("curl/8.0", ""),
        ("", ""),
    ],
)
def test_browsers_are_named_as_people_know_them(user_agent: str, name: str) -> None:
    assert browser_name(user_agent) == name
