"""Signing in by a passkey on the pages, with a key in software; a real browser's is in tests/e2e."""

import dataclasses
import json
import re
from collections.abc import Mapping
from html import unescape
from types import MappingProxyType
from typing import Any

import pytest
from sqlalchemy import update
from starlette.applications import Starlette

from sekisho.center.center import Center
from sekisho.center.directory.instance import load_instance
from sekisho.center.directory.people import User
from sekisho.center.factors.key_answers import read_new_key
from sekisho.center.factors.key_options import creation_options
from sekisho.center.factors.relying_party import RelyingParty
from sekisho.center.factors.security_keys import add
from sekisho.center.storage.tables import instance, users
from sekisho.testing.clock import FakeClock
from sekisho.wire.http import Response
from tests.authenticator import Key
from tests.unit.center.factors.enrolling import user_called
from tests.unit.center.pages.conftest import PASSWORD, PERSON, Ask, cookies_of, hidden, sent_back

HERE = "http://localhost:8765"
PARTY = RelyingParty("localhost", HERE)
GONE = "This passkey was not accepted."


def enrol(center: Center, user: User, key: Key) -> Key:
    new = read_new_key(key.create(creation_options(center, user, PARTY, ""), HERE), PARTY)
    assert new is not None
    with center.database.writing() as connection:
        assert add(connection, user.id, PARTY, "the blue one", new, center.now()) is None
    return key


@pytest.fixture
def key(center: Center) -> Key:
    """A passkey of the person."""
    return enrol(center, user_called(center, PERSON), Key())


def asked_for(page: Response) -> str:
    """The options in the page."""
    found = re.search(rb'data-options="([^"]*)"', page.body)
    assert found
    return unescape(found[1].decode())


def by_passkey(
    ask: Ask, key: Key, *, next_page: str = "/device", at: str = HERE, **lies: Any
) -> Response:
    page = ask("GET", f"/signin?next={next_page}", origin=HERE)
    answer = key.get(asked_for(page), at, **lies)
    return send(ask, page, answer, next=next_page)


def send(
    ask: Ask,
    page: Response,
    answer: str,
    headers: Mapping[str, str] = MappingProxyType({}),
    **more: str,
) -> Response:
    form = {"csrf": hidden(page.body, "csrf"), "credential": answer, **more}
    cookie = sent_back(page)
    return ask("POST", "/signin/passkey", origin=HERE, cookie=cookie, headers=headers, **form)


def test_a_passkey_alone_signs_in_and_leads_on(ask: Ask, key: Key) -> None:
    answer = by_passkey(ask, key)
    started = ask("GET", "/start", origin=HERE, cookie=sent_back(answer))

    assert answer.status == 303
    assert answer.headers["Location"] == "/device"
    assert started.status == 200
    assert PERSON.encode() in started.body


def test_a_destination_elsewhere_is_the_portal(ask: Ask, key: Key) -> None:
    answer = by_passkey(ask, key, next_page="https://evil.example/")

    assert answer.headers["Location"] == "/start"


def test_after_a_password_the_key_is_asked_for(ask: Ask, key: Key) -> None:
    page = ask("GET", "/signin", origin=HERE)
    form = {"csrf": hidden(page.body, "csrf"), "username": PERSON, "password": PASSWORD}
    half = ask("POST", "/signin", origin=HERE, cookie=sent_back(page), **form)
    cookie = f"{sent_back(page)}; {sent_back(half)}"
    asked = ask("GET", half.headers["Location"], origin=HERE, cookie=cookie)
    answer = key.get(asked_for(asked), HERE)
    form = {"csrf": hidden(asked.body, "csrf"), "with": "security-key", "credential": answer}
    whole = ask("POST", "/signin/second", origin=HERE, cookie=cookie, **form)

    assert not any("session" in name for name in cookies_of(half))
    assert any("session" in name for name in cookies_of(whole))


def test_at_an_address_the_pages_say_where_keys_work(ask: Ask, key: Key) -> None:
    page = ask("GET", "/signin?next=/device").body.decode()

    assert 'href="http://localhost:8765/signin?next=%2Fdevice"' in page
    assert "data-options" not in page
    assert "security-key.js" not in page


@pytest.mark.parametrize(
    "lies",
    [{"verified": False}, {"at": "http://127.0.0.1:8765"}, {"rp_id": "evil.example"}],
    ids=str,
)
def test_what_does_not_hold_signs_nobody_in(ask: Ask, key: Key, lies: dict[str, Any]) -> None:
    answer = by_passkey(ask, key, **lies)

    assert answer.status == 403
    assert GONE in answer.body.decode()
    assert not any("session" in name for name in cookies_of(answer))


def without_what_is_drawn_by_lot(answer: Response) -> bytes:
    plain = re.sub(rb'data-options="[^"]*"', b"", answer.body)
    return plain.replace(hidden(answer.body, "csrf").encode(), b"")


def test_an_unknown_key_one_of_a_disabled_person_and_a_forged_one_get_one_answer(
    ask: Ask, center: Center, key: Key
) -> None:
    unknown = by_passkey(ask, Key(user_handle=key.user_handle))
    forged = by_passkey(ask, Key(id=key.id, user_handle=key.user_handle))
    with center.database.writing() as connection:
        connection.execute(update(users).values(enabled=False))
    disabled = by_passkey(ask, key)

    assert {each.status for each in (unknown, forged, disabled)} == {403}
    assert len({without_what_is_drawn_by_lot(each) for each in (unknown, forged, disabled)}) == 1
    assert set(unknown.headers) == set(forged.headers) == set(disabled.headers)


def test_an_answer_belongs_to_the_browser_that_was_asked(ask: Ask, key: Key) -> None:
    mine, theirs = (ask("GET", "/signin", origin=HERE) for _ in range(2))

    answer = send(ask, theirs, key.get(asked_for(mine), HERE))

    assert answer.status == 403
    assert "try again" in answer.body.decode()


def test_an_answer_signs_in_once(ask: Ask, center: Center) -> None:
    key = enrol(center, user_called(center, PERSON), Key(counts=False))
    page = ask("GET", "/signin", origin=HERE)
    answer = key.get(asked_for(page), HERE)

    assert [send(ask, page, answer).status for _ in range(2)] == [303, 403]


def test_a_copied_key_is_refused_in_plain_words(ask: Ask, key: Key) -> None:
    by_passkey(ask, key)

    answer = by_passkey(ask, key, count=1)

    assert answer.status == 403
    assert "counter went back" in answer.body.decode()


def test_wrong_answers_for_a_key_have_to_wait(ask: Ask, key: Key, clock: FakeClock) -> None:
    for _ in range(5):
        by_passkey(ask, key, verified=False)
    locked = by_passkey(ask, key)
    clock.advance(int(locked.headers["Retry-After"]))

    assert locked.status == 429
    assert by_passkey(ask, key).status == 303


def test_a_passkey_that_signs_in_forgets_the_wrong_answers(ask: Ask, key: Key) -> None:
    for _ in range(3):
        for _ in range(4):
            by_passkey(ask, key, verified=False)
        answer = by_passkey(ask, key)

    assert answer.status == 303


def test_a_form_of_another_site_signs_nobody_in(ask: Ask, key: Key) -> None:
    page = ask("GET", "/signin", origin=HERE)
    answer = key.get(asked_for(page), HERE)

    refused = send(ask, page, answer, {"Origin": "https://evil.example"})

    assert refused.status == 403
    assert "another site" in refused.body.decode()


def test_where_second_factors_are_off_there_is_no_passkey(
    ask: Ask, key: Key, app: Starlette, center: Center
) -> None:
    page = ask("GET", "/signin", origin=HERE)
    answer = key.get(asked_for(page), HERE)
    with center.database.writing() as connection:
        connection.execute(update(instance).values(mfa="off"))
        app.state.center = dataclasses.replace(center, instance=load_instance(connection))

    refused = send(ask, page, answer)

    assert refused.status == 403
    assert b"data-options" not in ask("GET", "/signin", origin=HERE).body


def test_the_script_may_run_where_a_key_is_asked_for_and_only_there(ask: Ask) -> None:
    here, at_an_address = ask("GET", "/signin", origin=HERE), ask("GET", "/signout")

    assert "script-src 'self'" in here.headers["Content-Security-Policy"]
    assert re.search(rb'<script src="/static/security-key.js\?v=[0-9a-f]{12}" defer>', here.body)
    assert "script-src" not in at_an_address.headers["Content-Security-Policy"]


def test_the_options_name_nobody(ask: Ask, key: Key) -> None:
    options = json.loads(asked_for(ask("GET", "/signin", origin=HERE)))

    assert options["allowCredentials"] == []
    assert options["rpId"] == "localhost"
    assert options["userVerification"] == "required"


def test_a_password_is_asked_for_as_before(ask: Ask) -> None:
    page = ask("GET", "/signin", origin=HERE).body.decode()

    assert 'autocomplete="username webauthn"' in page
    assert 'autocomplete="current-password"' in page
