from dataclasses import replace
from pathlib import Path

import pytest

from sekisho.center.app import build_app
from sekisho.center.center import Center
from sekisho.center.grants import device_code
from sekisho.center.pages.device import spelt
from sekisho.center.settings import CenterSettings
from sekisho.testing.clock import FakeClock
from sekisho.testing.memory import MemoryHttp
from sekisho.testing.visitor import Visitor
from tests.unit.center.pages.conftest import (
    ORIGIN,
    PASSWORD,
    PERSON,
    STRANGERS_NAME,
    Ask,
    hidden,
    read,
    sent_back,
    sign_in,
    signed_in,
)


def test_a_typed_code_is_shown_to_be_compared_and_allowed_by_a_press(
    person: Visitor, center: Center, user_code: str
) -> None:
    person.open(f"{ORIGIN}/device")
    person.fill(user_code=user_code)
    person.press("Continue")
    assert user_code in read(person)

    person.press("Allow")

    assert person.page.title == "Allowed · sekisho"
    assert "You can close this tab." in read(person)
    assert device_code.pending(center, user_code) is None


@pytest.mark.parametrize(
    "typed", ["wdjb-mjht", "WDJBMJHT", " w d j b m j h t ", "wdjb–mjht", "ＷＤＪＢ－ＭＪＨＴ"]
)
def test_case_dashes_blanks_and_full_width_typing_do_not_count(typed: str) -> None:
    assert spelt(typed) == "WDJB-MJHT"


def test_a_code_in_small_letters_without_its_dash_is_found(person: Visitor, user_code: str) -> None:
    person.open(f"{ORIGIN}/device")
    person.fill(user_code=f" {user_code.lower().replace('-', ' ')} ")
    person.press("Continue")

    assert user_code in read(person)
    assert person.page.button("Allow")


def test_a_code_in_the_link_has_to_be_compared_all_the_same(
    person: Visitor, center: Center, user_code: str
) -> None:
    person.open(f"{ORIGIN}/device?user_code={user_code}")

    assert user_code in read(person)
    assert "Is this the code on your device?" in read(person)
    assert device_code.pending(center, user_code)


def test_signing_in_leads_back_to_the_code_of_the_link(visitor: Visitor, user_code: str) -> None:
    visitor.open(f"{ORIGIN}/device?user_code={user_code}")
    visitor.fill(username=PERSON, password=PASSWORD)
    visitor.press("Sign in")

    assert user_code in read(visitor)
    assert visitor.page.button("Allow")


def test_codes_cannot_be_tried_before_signing_in(ask: Ask, user_code: str) -> None:
    live = ask("GET", f"/device?user_code={user_code}")
    dead = ask("GET", "/device?user_code=BBBB-BBBB")

    assert live.status == dead.status == 303
    assert live.headers["Location"].startswith("/signin?next=")


def test_the_page_says_who_asks_from_where_and_when(
    person: Visitor, clock: FakeClock, user_code: str
) -> None:
    clock.advance(125)

    person.open(f"{ORIGIN}/device?user_code={user_code}")

    assert STRANGERS_NAME in read(person)
    assert "Nobody has checked it." in read(person)
    assert "203.0.113.7, 2 minutes ago 2026-11-22 09:00:00 UTC" in read(person)


def test_the_page_names_everything_that_the_device_would_get(
    person: Visitor, user_code: str
) -> None:
    person.open(f"{ORIGIN}/device?user_code={user_code}")

    assert "every account and role assigned to you" in read(person)
    assert "hoge-dev 111122223333: AdministratorAccess" in read(person)
    assert "hoge-stg 444455556666: ReadOnlyAccess" in read(person)
    assert "somebody-elses" not in read(person)


def test_a_denied_device_gets_nothing(person: Visitor, center: Center, user_code: str) -> None:
    person.open(f"{ORIGIN}/device?user_code={user_code}")
    person.press("Deny")

    assert person.page.title == "Denied · sekisho"
    assert device_code.pending(center, user_code) is None


def test_an_unknown_code_may_be_typed_again(person: Visitor, user_code: str) -> None:
    person.open(f"{ORIGIN}/device")
    person.fill(user_code="bbbb-bbbb")
    person.press("Continue")
    assert person.page.status == 404
    assert "No request waits with the code bbbb-bbbb" in read(person)

    person.fill(user_code=user_code)
    person.press("Continue")

    assert person.page.button("Allow")


def test_a_code_that_runs_out_while_the_person_looks_at_it_allows_nothing(
    person: Visitor, clock: FakeClock, user_code: str
) -> None:
    person.open(f"{ORIGIN}/device?user_code={user_code}")
    clock.advance(601)
    person.press("Allow")

    assert person.page.status == 410
    assert "Nothing was allowed just now." in read(person)


def test_somebody_who_signs_in_late_is_asked_again_and_nothing_is_allowed_unseen(
    visitor: Visitor, ask: Ask, center: Center, user_code: str
) -> None:
    answer = ask("POST", "/device", user_code=user_code, decision="allow")

    assert answer.status == 303
    assert answer.headers["Location"] == f"/signin?next=%2Fdevice%3Fuser_code%3D{user_code}"
    assert device_code.pending(center, user_code)


def test_five_wrong_codes_have_to_wait_even_for_a_right_one(
    person: Visitor, user_code: str, clock: FakeClock
) -> None:
    for _ in range(5):
        person.open(f"{ORIGIN}/device?user_code=BBBB-BBBB")
    person.open(f"{ORIGIN}/device?user_code={user_code}")

    assert person.page.status == 429
    assert "Too many wrong codes. Wait 30 seconds and try again." in read(person)

    clock.advance(30)
    person.open(f"{ORIGIN}/device?user_code={user_code}")

    assert person.page.button("Allow")


def test_a_code_cannot_be_guessed_by_allowing_it_unseen_either(
    ask: Ask, center: Center, user_code: str
) -> None:
    cookie = sent_back(sign_in(ask))
    csrf = hidden(ask("GET", "/start", cookie=cookie).body, "csrf")
    form = {"csrf": csrf, "decision": "allow"}
    for _ in range(5):
        ask("POST", "/device", cookie=cookie, **form, user_code="BBBB-BBBB")

    refused = ask("POST", "/device", cookie=cookie, **form, user_code=user_code)

    assert refused.status == 429
    assert refused.headers["Retry-After"] == "30"
    assert device_code.pending(center, user_code)


def test_a_lock_out_for_wrong_codes_survives_a_restart(
    settings: CenterSettings, clock: FakeClock, tmp_path: Path
) -> None:
    kept = replace(settings, database=f"sqlite:///{tmp_path / 'center.sqlite3'}")
    statuses = []
    for tries in (5, 1):
        app = build_app(kept, clock=clock)
        person = signed_in(Visitor(MemoryHttp(app)), PERSON)
        for _ in range(tries):
            person.open(f"{ORIGIN}/device?user_code=BBBB-BBBB")
            statuses.append(person.page.status)
        app.state.center.database.close()

    assert statuses == [404] * 5 + [429]
