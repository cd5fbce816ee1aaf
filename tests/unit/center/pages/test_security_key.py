"""Enrolling a security key on the pages, with a key in software."""

import dataclasses

import pytest
from sqlalchemy import func, select, update
from starlette.applications import Starlette

from sekisho.center.center import Center
from sekisho.center.directory.instance import load_instance
from sekisho.center.storage.tables import instance, recovery_codes, security_keys
from sekisho.wire.http import Response
from tests.authenticator import Key
from tests.unit.center.pages.conftest import PASSWORD, PERSON, Ask, cookies_of, hidden, sent_back
from tests.unit.center.pages.test_passkey import HERE, asked_for

PAGE = "/profile/security-key"


@pytest.fixture
def cookie(ask: Ask) -> str:
    """Of a browser at which the person has just signed in."""
    return sent_back(typed_password(ask))


def typed_password(ask: Ask) -> Response:
    page = ask("GET", "/signin", origin=HERE)
    form = {"csrf": hidden(page.body, "csrf"), "username": PERSON, "password": PASSWORD}
    return ask("POST", "/signin", origin=HERE, cookie=sent_back(page), **form)


def added(ask: Ask, cookie: str, key: Key, *, page: str = PAGE, name: str = "blue") -> Response:
    asked = ask("GET", page, origin=HERE, cookie=cookie)
    answer = key.create(asked_for(asked), HERE)
    held = "; ".join(filter(None, (cookie, sent_back(asked))))
    form = {"csrf": hidden(asked.body, "csrf"), "name": name, "credential": answer}
    return ask("POST", page, origin=HERE, cookie=held, **form)


def number(center: Center) -> int:
    with center.database.reading() as connection:
        return int(connection.execute(select(func.count()).select_from(security_keys)).scalar_one())


def test_the_first_key_brings_recovery_codes_and_the_next_one_does_not(
    ask: Ask, cookie: str, center: Center
) -> None:
    first, second = added(ask, cookie, Key()), added(ask, cookie, Key())

    assert b"Your recovery codes" in first.body
    assert second.headers["Location"] == "/profile?done=added"
    assert number(center) == 2


def test_nobody_has_more_than_six(ask: Ask, cookie: str, center: Center) -> None:
    for _ in range(6):
        added(ask, cookie, Key())

    assert added(ask, cookie, Key()).headers["Location"] == "/profile?done=no-room"
    assert number(center) == 6


@pytest.mark.parametrize("name", ["", "  ", "x" * 65, "\x07"])
def test_a_key_has_a_name_that_can_be_shown(
    ask: Ask, cookie: str, center: Center, name: str
) -> None:
    answer = added(ask, cookie, Key(), name=name)

    assert answer.status == 400
    assert b"A name has 1 to 64 characters" in answer.body
    assert number(center) == 0


def test_the_same_key_twice_is_told(ask: Ask, cookie: str, center: Center) -> None:
    key = Key()
    added(ask, cookie, key)
    again = added(ask, cookie, key)

    assert again.status == 400
    assert b"enrolled already" in again.body
    assert number(center) == 1


@pytest.mark.parametrize("answer", ["", "{}", "[]", "\u20ac", "[" * 4000])
def test_what_is_no_answer_is_told(ask: Ask, cookie: str, answer: str) -> None:
    asked = ask("GET", PAGE, origin=HERE, cookie=cookie)
    form = {"csrf": hidden(asked.body, "csrf"), "name": "blue", "credential": answer}
    refused = ask("POST", PAGE, origin=HERE, cookie=cookie, **form)

    assert refused.status == 400
    assert b"was not accepted" in refused.body


def test_at_an_address_the_page_leads_to_where_it_works(ask: Ask) -> None:
    page = ask("GET", "/signin")
    form = {"csrf": hidden(page.body, "csrf"), "username": PERSON, "password": PASSWORD}
    cookie = sent_back(ask("POST", "/signin", cookie=sent_back(page), **form))

    assert (
        b'href="http://localhost:8765/profile/security-key"' in ask("GET", PAGE, cookie=cookie).body
    )


def test_where_everybody_has_to_have_one_a_key_is_enrolled_on_the_way_in(
    ask: Ask, app: Starlette, center: Center
) -> None:
    with center.database.writing() as connection:
        connection.execute(update(instance).values(mfa="required"))
        app.state.center = dataclasses.replace(center, instance=load_instance(connection))
    half = typed_password(ask)
    offered = ask("GET", "/signin/enrol", origin=HERE, cookie=sent_back(half))

    whole = added(ask, sent_back(half), Key(), page="/signin/enrol/security-key")

    assert not any("session" in name for name in cookies_of(half))
    assert b'href="/signin/enrol/security-key"' in offered.body
    assert b"Your recovery codes" in whole.body
    assert any("session" in name for name in cookies_of(whole))


def test_with_the_last_key_the_recovery_codes_go(ask: Ask, cookie: str, center: Center) -> None:
    added(ask, cookie, Key())
    page = ask("GET", "/profile", origin=HERE, cookie=cookie)
    form = {name: hidden(page.body, name) for name in ("csrf", "kind", "factor")}
    removed = ask("POST", "/profile/factors", origin=HERE, cookie=cookie, **form)
    with center.database.reading() as connection:
        codes = connection.execute(select(recovery_codes)).all()

    assert b"localhost" in page.body
    assert removed.headers["Location"] == "/profile?done=removed"
    assert (number(center), codes) == (0, [])
