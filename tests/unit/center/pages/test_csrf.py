from dataclasses import replace

import pytest

from sekisho.center.app import build_app
from sekisho.center.center import Center
from sekisho.center.grants import device_code
from sekisho.center.settings import CenterSettings
from sekisho.testing.clock import FakeClock
from sekisho.testing.memory import MemoryHttp
from sekisho.wire.http import Headers, Request, Response
from tests.unit.center.pages.conftest import (
    ORIGIN,
    PASSWORD,
    PERSON,
    Ask,
    hidden,
    sent_back,
    sign_in,
)

FORMS = ["/device", "/consent", "/signout", "/start/credentials"]


@pytest.mark.parametrize("path", FORMS)
def test_a_form_without_a_token_is_refused(ask: Ask, path: str) -> None:
    refused = ask("POST", path, cookie=sent_back(sign_in(ask)), decision="allow")

    assert refused.status == 403
    assert b"This form is out of date" in refused.body


@pytest.mark.parametrize("path", FORMS)
def test_a_token_of_another_browser_is_refused(ask: Ask, path: str) -> None:
    mine, theirs = sent_back(sign_in(ask)), sent_back(sign_in(ask))
    token = hidden(ask("GET", "/start", cookie=theirs).body, "csrf")

    refused = ask("POST", path, cookie=mine, csrf=token, decision="allow")

    assert refused.status == 403


def test_a_token_from_before_the_sign_in_is_worth_nothing_after_it(ask: Ask) -> None:
    asked = ask("GET", "/signin")
    visitor, token = sent_back(asked), hidden(asked.body, "csrf")
    session = sent_back(sign_in(ask))

    refused = ask("POST", "/signout", cookie=f"{visitor}; {session}", csrf=token)

    assert refused.status == 403


def test_a_sign_in_form_needs_the_cookie_that_it_came_with(ask: Ask) -> None:
    token = hidden(ask("GET", "/signin").body, "csrf")

    refused = ask("POST", "/signin", csrf=token, username=PERSON, password=PASSWORD)

    assert refused.status == 403
    assert b"allow cookies" in refused.body


def test_a_stale_form_leads_back_to_where_it_belongs(ask: Ask) -> None:
    refused = ask(
        "POST", "/device", cookie=sent_back(sign_in(ask)), user_code="BCDF-GHJK", decision="allow"
    )

    assert b'href="/device?user_code=BCDF-GHJK"' in refused.body


@pytest.mark.parametrize(
    "said",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:9999"},
        {"Origin": "https://127.0.0.1:8765"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": ORIGIN, "Sec-Fetch-Site": "cross-site"},
    ],
)
def test_a_form_that_the_browser_says_is_from_elsewhere_is_refused_token_or_not(
    ask: Ask, center: Center, user_code: str, said: dict[str, str]
) -> None:
    cookie = sent_back(sign_in(ask))
    token = hidden(ask("GET", "/start", cookie=cookie).body, "csrf")
    form = {"csrf": token, "user_code": user_code, "decision": "allow"}

    refused = ask("POST", "/device", cookie=cookie, headers=said, **form)

    assert refused.status == 403
    assert b"This form came from another site" in refused.body
    assert device_code.pending(center, user_code)


@pytest.mark.parametrize(
    "said", [{}, {"Origin": ORIGIN}, {"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin"}]
)
def test_our_own_form_is_taken_from_browsers_that_say_more_or_less(
    ask: Ask, user_code: str, said: dict[str, str]
) -> None:
    cookie = sent_back(sign_in(ask))
    token = hidden(ask("GET", "/start", cookie=cookie).body, "csrf")
    form = {"csrf": token, "user_code": user_code, "decision": "allow"}

    taken = ask("POST", "/device", cookie=cookie, headers=said, **form)

    assert taken.status == 200


def behind_a_proxy(
    settings: CenterSettings, clock: FakeClock, origin: str
) -> tuple[Response, Response]:
    """The sign-in form and its answer, where a proxy ends TLS and speaks http with us."""
    public = replace(settings, public_url="https://sso.example.com")
    http = MemoryHttp(build_app(public, clock=clock))
    host = {"Host": "sso.example.com", "Accept": "text/html"}
    asked = http.send(Request("GET", f"{ORIGIN}/signin", Headers(host)))
    sent = {"Cookie": sent_back(asked), "Content-Type": "application/x-www-form-urlencoded"}
    form = f"csrf={hidden(asked.body, 'csrf')}&username={PERSON}&password=wrong".encode()
    headers = Headers({**host, **sent, "Origin": origin})
    return asked, http.send(Request("POST", f"{ORIGIN}/signin", headers, form))


def test_behind_a_proxy_the_public_address_counts(
    settings: CenterSettings, clock: FakeClock
) -> None:
    asked, answer = behind_a_proxy(settings, clock, "https://sso.example.com")

    assert b"do not match" in answer.body
    assert sent_back(asked).startswith("__Host-sekisho-visitor=")
    assert asked.headers["Strict-Transport-Security"]


def test_behind_a_proxy_the_inner_address_is_elsewhere(
    settings: CenterSettings, clock: FakeClock
) -> None:
    _, answer = behind_a_proxy(settings, clock, ORIGIN)

    assert b"This form came from another site" in answer.body
