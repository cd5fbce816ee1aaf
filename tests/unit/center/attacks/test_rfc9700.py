"""The attacks of RFC 9700 (OAuth 2.0 security), each tried here: codes, redirects, tokens."""

from urllib.parse import urlencode

import pytest

from sekisho.wire.http import Headers
from tests.unit.center.attacks.attacker import browser_of, get, is_refused_as_wrong, post, sign_in
from tests.unit.center.pages.conftest import hidden, sent_back
from tests.unit.center.scene import (
    ORIGIN,
    PASSWORD,
    PERSON,
    VERIFIER,
    World,
    challenge_of,
    query_of,
)

# --- RFC 9700: authorization codes ---------------------------------------------------------------


def test_rfc9700_2_1_1_code_reuse_ends_what_the_code_yielded(world: World) -> None:
    client = world.pkce_client()
    code = world.code_for(client)
    tokens = world.redeem(client, code).json()
    world.clock.advance(60)

    again = world.redeem(client, code)

    assert is_refused_as_wrong(again)
    assert world.portal("/assignment/accounts", tokens["accessToken"]).status == 401
    assert is_refused_as_wrong(world.refresh(client, tokens["refreshToken"]))


def test_rfc9700_4_5_code_injection_fails_at_the_victims_verifier(world: World) -> None:
    """A stolen code goes into the attacker's own flow, whose challenge it was not made for."""
    client = world.pkce_client()
    stolen = world.code_for(client)

    injected = world.redeem(client, stolen, codeVerifier="attackers-own-verifier-" + "a" * 43)

    assert is_refused_as_wrong(injected)
    assert world.redeem(client, stolen).status == 200


def test_rfc9700_4_5_code_injection_fails_for_another_client(world: World) -> None:
    stolen = world.code_for(world.pkce_client())

    assert is_refused_as_wrong(world.redeem(world.pkce_client(), stolen))


@pytest.mark.parametrize(
    "downgrade",
    [
        {"code_challenge": None, "code_challenge_method": None},
        {"code_challenge_method": "plain", "code_challenge": VERIFIER},
        {"code_challenge_method": None},
        {"code_challenge": ""},
    ],
)
def test_rfc9700_4_8_2_pkce_downgrade_is_refused_at_the_door(
    world: World, downgrade: dict[str, str | None]
) -> None:
    answer = query_of(world.authorize(world.pkce_client(), **downgrade).headers["Location"])

    assert answer["error"] == "invalid_request"
    assert "code" not in answer


@pytest.mark.parametrize("verifier", ["", challenge_of(VERIFIER)])
def test_rfc9700_4_8_2_pkce_downgrade_is_refused_at_the_token_endpoint(
    world: World, verifier: str
) -> None:
    client = world.pkce_client()

    assert world.redeem(client, world.code_for(client), codeVerifier=verifier).status == 400


def test_rfc9700_4_4_mix_up_shows_in_the_issuer_of_every_answer(world: World) -> None:
    """RFC 9207: the client sees which server has answered, also where the answer is no."""
    client = world.pkce_client()
    browser = browser_of(world)
    answers = []
    for button in ("Allow", "Deny"):
        browser.open(f"{ORIGIN}{world.authorize(client).headers['Location']}")
        browser.press(button)
        answers.append(query_of(browser.page.url))
    answers.append(query_of(world.authorize(client, scopes="x").headers["Location"]))

    assert [answer["iss"] for answer in answers] == [ORIGIN] * 3
    assert [answer["state"] for answer in answers] == ["the-state"] * 3


@pytest.mark.parametrize(
    "redirect",
    [
        "https://evil.example/oauth/callback",
        "http://127.0.0.1.evil.example/oauth/callback",
        "http://127.0.0.1:1@evil.example/oauth/callback",
        "http://localhost:54321/oauth/callback",
        "http://127.0.0.1:54321/oauth/callback/../elsewhere",
        "http://127.0.0.1:54321/oauth/callback?to=evil",
        "http://127.0.0.1:54321/oauth/callback#at",
        "//evil.example/oauth/callback",
        "javascript:alert(1)",
        "",
    ],
)
def test_rfc9700_4_1_a_redirect_that_was_not_registered_leads_nowhere(
    world: World, redirect: str
) -> None:
    answer = world.authorize(world.pkce_client(), redirect_uri=redirect)

    assert answer.status == 400
    assert "Location" not in answer.headers


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/",
        "//evil.example/start",
        "/\\evil.example",
        "\\\\evil.example",
        "/start//evil.example",
        "javascript:alert(1)",
        "/signin?next=https://evil.example/",
        "http:evil.example",
        "/%2F/evil.example",
        "\t//evil.example",
    ],
)
def test_rfc9700_4_11_1_open_redirect_after_sign_in_stays_here(world: World, wanted: str) -> None:
    asked = get(world, f"/signin?{urlencode({'next': wanted})}")
    form = {"csrf": hidden(asked.body, "csrf"), "username": PERSON, "next": wanted}

    answer = post(world, "/signin", sent_back(asked), Headers(), password=PASSWORD.reveal(), **form)

    assert answer.status == 303
    assert answer.headers["Location"].partition("?")[0] in ("/start", "/signin")
    assert "evil" not in answer.headers["Location"]


def test_rfc9700_4_12_a_redirect_after_a_form_never_repeats_the_form(world: World) -> None:
    answer = sign_in(world, PERSON, PASSWORD.reveal())

    assert answer.status == 303  # a 307 would send the password on


# --- RFC 9700: tokens ----------------------------------------------------------------------------


def test_rfc9700_4_14_refresh_replay_ends_the_whole_sign_in(world: World) -> None:
    client = world.device_client()
    first = world.token_by_device(client)
    second = world.refresh(client, first["refreshToken"]).json()
    world.clock.advance(61)

    replayed = world.refresh(client, first["refreshToken"])

    assert is_refused_as_wrong(replayed)
    assert is_refused_as_wrong(world.refresh(client, second["refreshToken"]))
    assert world.portal("/assignment/accounts", second["accessToken"]).status == 401


def test_rfc9700_2_2_2_a_refresh_token_is_bound_to_its_client(world: World) -> None:
    mine = world.device_client()
    token = world.token_by_device(mine)["refreshToken"]

    assert is_refused_as_wrong(world.refresh(world.device_client(), token))
    assert world.refresh(mine, token).status == 200


def test_rfc9700_4_3_2_no_token_and_no_password_is_taken_from_an_address(world: World) -> None:
    token = world.token_by_device(world.device_client())["accessToken"]
    asked = {"access_token": token, "x-amz-sso_bearer_token": token}

    assert get(world, f"/assignment/accounts?{urlencode(asked)}").status == 401
    assert get(world, f"/signin?{urlencode({'username': PERSON})}").status == 200
