import pytest

from sekisho.center import sessions
from sekisho.center.center import Center
from sekisho.testing.clock import FakeClock
from sekisho.testing.visitor import Visitor
from tests.unit.center.pages.conftest import (
    ORIGIN,
    PASSWORD,
    PERSON,
    Ask,
    cookies_of,
    hidden,
    read,
    sent_back,
    sign_in,
)


def test_a_person_signs_in_and_comes_to_the_portal(visitor: Visitor) -> None:
    visitor.open(f"{ORIGIN}/start")
    assert visitor.page.title == "Sign in · sekisho"

    visitor.fill(username=PERSON, password=PASSWORD)
    visitor.press("Sign in")

    assert visitor.page.url == f"{ORIGIN}/start"
    assert PERSON in read(visitor)


def test_a_person_who_is_signed_in_is_not_asked_again(person: Visitor) -> None:
    person.open(f"{ORIGIN}/signin?next=/device")

    assert person.page.url == f"{ORIGIN}/device"


def test_an_unknown_user_and_a_wrong_password_get_the_same_answer(ask: Ask) -> None:
    asked = ask("GET", "/signin")
    form = {"csrf": hidden(asked.body, "csrf"), "next": "/start"}
    cookie = sent_back(asked)

    wrong = ask("POST", "/signin", cookie=cookie, **form, username=PERSON, password="wrong")
    unknown = ask("POST", "/signin", cookie=cookie, **form, username="who", password="wrong")

    assert wrong.status == unknown.status == 403
    assert wrong.body == unknown.body
    assert wrong.headers.pairs == unknown.headers.pairs


def test_the_refusal_repeats_neither_name_nor_password(visitor: Visitor, ask: Ask) -> None:
    asked = ask("GET", "/signin")
    form = {"csrf": hidden(asked.body, "csrf"), "next": "/start"}

    refused = ask(
        "POST", "/signin", cookie=sent_back(asked), **form, username="who-typed", password="typo-d"
    )

    assert b"who-typed" not in refused.body
    assert b"typo-d" not in refused.body


def test_too_many_tries_have_to_wait_and_the_page_says_how_long(
    visitor: Visitor, clock: FakeClock
) -> None:
    for _ in range(7):
        visitor.open(f"{ORIGIN}/signin")
        visitor.fill(username=PERSON, password="wrong")
        visitor.press("Sign in")
    assert visitor.page.status == 429
    assert "Too many tries. Wait " in read(visitor)

    clock.advance(3600)
    visitor.fill(username=PERSON, password=PASSWORD)
    visitor.press("Sign in")

    assert visitor.page.url == f"{ORIGIN}/start"


def test_a_lock_out_says_when_to_try_again_to_programs_too(ask: Ask) -> None:
    asked = ask("GET", "/signin")
    form = {"csrf": hidden(asked.body, "csrf"), "username": PERSON, "password": "wrong"}
    answers = [ask("POST", "/signin", cookie=sent_back(asked), **form) for _ in range(7)]

    assert 0 < int(answers[-1].headers["Retry-After"]) <= 60


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/start",
        "/\\evil.example",
        "///evil.example",
        "http:evil.example",
        "javascript:alert(1)",
        "/start@evil.example",
        "/\t/evil.example",
        "/authorize?redirect_uri=https://evil.example",
        "https://127.0.0.1:8765.evil.example/start",
        "http://[",
        "",
    ],
)
def test_after_signing_in_nobody_is_led_off_to_another_site(ask: Ask, elsewhere: str) -> None:
    answer = sign_in(ask, next=elsewhere)

    assert (answer.status, answer.headers["Location"]) == (303, "/start")


def test_only_what_belongs_to_a_page_is_carried_through_the_sign_in(visitor: Visitor) -> None:
    visitor.open(f"{ORIGIN}/device?user_code=BCDF-GHJK&decision=allow")
    visitor.fill(username=PERSON, password=PASSWORD)
    visitor.press("Sign in")

    assert visitor.page.url == f"{ORIGIN}/device?user_code=BCDF-GHJK"


def test_signing_in_puts_a_new_cookie_whatever_the_browser_brought(
    ask: Ask, center: Center
) -> None:
    asked = ask("GET", "/signin")
    planted = f"{sent_back(asked)}; sekisho-session-8765=planted-by-a-stranger"

    answer = ask(
        "POST",
        "/signin",
        cookie=planted,
        csrf=hidden(asked.body, "csrf"),
        username=PERSON,
        password=PASSWORD,
    )

    value = cookies_of(answer)["sekisho-session-8765"].partition("=")[2].partition(";")[0]
    assert value != "planted-by-a-stranger"
    assert sessions.session_of(center, "planted-by-a-stranger") is None
    assert sessions.session_of(center, value) is not None


def test_the_session_cookie_is_out_of_reach_of_scripts_and_of_other_sites(ask: Ask) -> None:
    answer = sign_in(ask)

    attributes = cookies_of(answer)["sekisho-session-8765"].lower().split("; ")[1:]
    assert sorted(attributes) == ["httponly", "path=/", "samesite=lax"]


def test_over_https_cookies_are_secure_and_bound_to_the_host(ask: Ask) -> None:
    asked = ask("GET", "/signin", origin="https://127.0.0.1:8443")

    ((name, line),) = cookies_of(asked).items()
    assert name == "__Host-sekisho-visitor-8443"
    assert "secure" in line.lower().split("; ")


def test_two_centers_on_one_machine_do_not_sign_each_other_out(ask: Ask) -> None:
    one = cookies_of(ask("GET", "/signin", origin="http://127.0.0.1:8001"))
    other = cookies_of(ask("GET", "/signin", origin="http://127.0.0.1:8002"))

    assert not one.keys() & other.keys()


def test_signing_out_ends_the_session_and_says_so(person: Visitor) -> None:
    person.press("Sign out")
    assert person.page.title == "Signed out · sekisho"

    person.open(f"{ORIGIN}/start")

    assert person.page.title == "Sign in · sekisho"


def test_signing_out_twice_is_no_error(person: Visitor, ask: Ask) -> None:
    assert ask("POST", "/signout").headers["Location"] == "/signout"
    assert ask("GET", "/signout").status == 200


def test_a_link_to_sign_out_asks_first(person: Visitor) -> None:
    person.open(f"{ORIGIN}/signout")
    assert person.page.title == "Sign out · sekisho"

    person.open(f"{ORIGIN}/start")

    assert person.page.url == f"{ORIGIN}/start"
