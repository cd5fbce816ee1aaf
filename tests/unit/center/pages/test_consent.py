from urllib.parse import parse_qs

import pytest

from sekisho.center.center import Center
from sekisho.center.grants import authorization_code
from sekisho.testing.clock import FakeClock
from sekisho.testing.visitor import Visitor
from tests.unit.center.pages.conftest import (
    CALLBACK,
    ORIGIN,
    PASSWORD,
    PERSON,
    STRANGERS_NAME,
    Ask,
    consent_request,
    hidden,
    read,
    sent_back,
    sign_in,
)


def answer(ask: Ask, handle: str, decision: str) -> dict[str, list[str]]:
    """Press a button of the consent page; what the application's loopback is told."""
    cookie = sent_back(sign_in(ask))
    page = ask("GET", f"/consent?handle={handle}", cookie=cookie)
    pressed = ask(
        "POST",
        "/consent",
        cookie=cookie,
        csrf=hidden(page.body, "csrf"),
        handle=handle,
        decision=decision,
    )
    assert pressed.status == 303
    url, _, query = pressed.headers["Location"].partition("?")
    assert url == CALLBACK
    return parse_qs(query)


def test_an_application_is_named_with_what_it_would_get(person: Visitor, handle: str) -> None:
    person.open(f"{ORIGIN}/consent?handle={handle}")

    assert STRANGERS_NAME in read(person)
    assert "every account and role assigned to you" in read(person)
    assert "hoge-dev 111122223333: AdministratorAccess" in read(person)
    assert "http://127.0.0.1:54321" in read(person)
    assert PERSON in read(person)


def test_allowing_sends_a_code_to_the_applications_loopback(ask: Ask, handle: str) -> None:
    told = answer(ask, handle, "allow")

    assert told["code"]
    assert told["state"] == ["the-state"]


@pytest.mark.parametrize("decision", ["deny", "", "Allow", "yes"])
def test_whatever_is_not_allow_sends_a_refusal(ask: Ask, handle: str, decision: str) -> None:
    told = answer(ask, handle, decision)

    assert told["error"] == ["access_denied"]
    assert told["state"] == ["the-state"]
    assert "code" not in told


def test_signing_in_leads_back_to_the_same_request(visitor: Visitor, handle: str) -> None:
    visitor.open(f"{ORIGIN}/consent?handle={handle}")
    visitor.fill(username=PERSON, password=PASSWORD)
    visitor.press("Sign in")

    assert visitor.page.url == f"{ORIGIN}/consent?handle={handle}"
    assert visitor.page.button("Allow")


def test_looking_at_the_page_approves_nothing(person: Visitor, center: Center, handle: str) -> None:
    person.open(f"{ORIGIN}/consent?handle={handle}")
    person.open(f"{ORIGIN}/consent?handle={handle}&decision=allow")

    assert authorization_code.waiting(center, handle)


@pytest.mark.parametrize("query", ["", "?handle=", "?handle=unknown", "?handle=%00"])
def test_an_unknown_request_is_over_and_the_page_says_what_to_do(
    person: Visitor, query: str
) -> None:
    person.open(f"{ORIGIN}/consent{query}")

    assert person.page.status == 410
    assert "Go back to the application or terminal" in read(person)


def test_a_request_that_is_too_old_is_over(person: Visitor, clock: FakeClock, handle: str) -> None:
    person.open(f"{ORIGIN}/consent?handle={handle}")
    clock.advance(601)
    person.press("Allow")

    assert person.page.status == 410
    assert "Nothing was allowed." in read(person)


@pytest.mark.parametrize(
    "redirect_uri, source",
    [
        ("http://127.0.0.1:54321/oauth/callback", "http://127.0.0.1:54321"),
        ("http://[::1]:54321/oauth/callback", "http:"),
    ],
)
def test_the_form_may_lead_to_that_loopback_port_as_far_as_a_policy_can_say_so(
    ask: Ask, center: Center, redirect_uri: str, source: str
) -> None:
    handle = consent_request(center, redirect_uri)

    page = ask("GET", f"/consent?handle={handle}", cookie=sent_back(sign_in(ask)))

    assert f"form-action 'self' {source};" in page.headers["Content-Security-Policy"]
