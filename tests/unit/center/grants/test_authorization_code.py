import pytest

from sekisho.center import sessions
from sekisho.center.grants import authorization_code
from sekisho.wire.http import Response
from tests.unit.center.scene import CALLBACK, PERSON, START_URL, VERIFIER, World, query_of, refusal


def _error(response: Response) -> str:
    assert response.status == 303
    assert response.headers["Location"].startswith(f"{CALLBACK}?")
    return query_of(response.headers["Location"])["error"]


def test_a_good_request_waits_for_consent_under_a_handle(world: World) -> None:
    answer = world.authorize(world.pkce_client())
    path, _, _ = answer.headers["Location"].partition("?")
    found = authorization_code.waiting(world.center, query_of(answer.headers["Location"])["handle"])

    assert (answer.status, path) == (303, "/consent")
    assert found is not None
    assert (found.client_name, found.redirect_uri) == ("a-tool", CALLBACK)


def test_consent_sends_the_browser_back_with_code_state_and_issuer(world: World) -> None:
    handle = query_of(world.authorize(world.pkce_client()).headers["Location"])["handle"]
    url = authorization_code.approve(world.center, handle, world.signed_in())

    assert url.startswith(f"{CALLBACK}?")
    assert query_of(url).keys() == {"code", "state", "iss"}
    assert (query_of(url)["state"], query_of(url)["iss"]) == ("the-state", "http://127.0.0.1:8765")


def test_refusal_sends_the_browser_back_with_an_error(world: World) -> None:
    handle = query_of(world.authorize(world.pkce_client()).headers["Location"])["handle"]
    url = authorization_code.deny(world.center, handle, world.signed_in())

    assert query_of(url)["error"] == "access_denied"
    assert query_of(url)["state"] == "the-state"


def test_a_request_can_be_answered_once(world: World) -> None:
    handle = query_of(world.authorize(world.pkce_client()).headers["Location"])["handle"]
    authorization_code.deny(world.center, handle, world.signed_in())

    again = authorization_code.approve(world.center, handle, world.signed_in())

    assert again == f"/consent?handle={handle}"
    assert authorization_code.waiting(world.center, handle) is None


def test_a_request_waits_for_ten_minutes(world: World) -> None:
    handle = query_of(world.authorize(world.pkce_client()).headers["Location"])["handle"]
    world.clock.advance(600)

    assert authorization_code.waiting(world.center, handle) is None


def test_the_code_is_worth_tokens(world: World) -> None:
    client = world.pkce_client()
    answer = world.redeem(client, world.code_for(client))

    assert answer.status == 200
    assert answer.json()["expiresIn"] == 3600
    assert answer.json()["refreshToken"].startswith("sks_rt_")


def test_a_code_that_comes_twice_ends_what_it_yielded(world: World) -> None:
    client = world.pkce_client()
    code = world.code_for(client)
    first = world.redeem(client, code).json()
    again = world.redeem(client, code)

    assert refusal(again).error == "InvalidGrantException"
    assert world.portal("/assignment/accounts", first["accessToken"]).status == 401
    assert refusal(world.refresh(client, first["refreshToken"])).error == "InvalidGrantException"


def test_a_stolen_code_alone_does_not_use_it_up(world: World) -> None:
    client = world.pkce_client()
    code = world.code_for(client)
    guess = world.redeem(client, code, codeVerifier="x" * 64)
    elsewhere = world.redeem(client, code, redirectUri="http://127.0.0.1:1/oauth/callback")
    honest = world.redeem(client, code)

    assert refusal(guess).error == "InvalidGrantException"
    assert refusal(elsewhere).error == "InvalidGrantException"
    assert honest.status == 200


def test_a_code_lives_a_minute(world: World) -> None:
    client = world.pkce_client()
    code = world.code_for(client)
    world.clock.advance(60)

    assert refusal(world.redeem(client, code)).error == "InvalidGrantException"


def test_a_code_is_bound_to_its_client(world: World) -> None:
    code = world.code_for(world.pkce_client())

    assert refusal(world.redeem(world.pkce_client(), code)).error == "InvalidGrantException"


def test_a_session_that_ended_before_the_exchange_yields_nothing(world: World) -> None:
    client, session = world.pkce_client(), world.signed_in(PERSON)
    code = world.code_for(client, session)
    sessions.end_session(world.center, session)

    assert refusal(world.redeem(client, code)).error == "InvalidGrantException"


@pytest.mark.parametrize("missing", ["code", "redirectUri", "codeVerifier"])
def test_nothing_of_the_exchange_may_be_missing(world: World, missing: str) -> None:
    client = world.pkce_client()
    fields = {"code": world.code_for(client), "redirectUri": CALLBACK, "codeVerifier": VERIFIER}
    del fields[missing]
    answer = world.post("/token", **client.fields, grantType="authorization_code", **fields)

    assert refusal(answer).error == "InvalidRequestException"


@pytest.mark.parametrize("verifier", ["x" * 42, "x" * 129, VERIFIER + " ", VERIFIER + "é"])
def test_a_verifier_is_43_to_128_unreserved_characters(world: World, verifier: str) -> None:
    client = world.pkce_client()
    answer = world.redeem(client, world.code_for(client), codeVerifier=verifier)

    assert refusal(answer).error == "InvalidRequestException"


@pytest.mark.parametrize("method", ["plain", "", "s256", None])
def test_only_s256_counts_as_pkce(world: World, method: str | None) -> None:
    answer = world.authorize(world.pkce_client(), code_challenge_method=method)

    assert _error(answer) == "invalid_request"


@pytest.mark.parametrize("challenge", [None, "", "short", "x" * 44, "+" * 43])
def test_a_challenge_is_43_characters_of_base64url(world: World, challenge: str | None) -> None:
    answer = world.authorize(world.pkce_client(), code_challenge=challenge)

    assert _error(answer) == "invalid_request"


def test_only_codes_are_handed_out(world: World) -> None:
    answer = world.authorize(world.pkce_client(), response_type="token")

    assert _error(answer) == "unsupported_response_type"


def test_errors_come_back_with_state_and_issuer(world: World) -> None:
    answer = world.authorize(world.pkce_client(), response_type="token")
    found = query_of(answer.headers["Location"])

    assert (found["state"], found["iss"]) == ("the-state", "http://127.0.0.1:8765")


def test_a_client_without_the_code_grant_is_told_so(world: World) -> None:
    client = world.register(
        scopes=["sso:account:access"],
        redirectUris=["http://127.0.0.1/oauth/callback"],
        grantTypes=["refresh_token"],
    )

    assert _error(world.authorize(client)) == "unauthorized_client"


@pytest.mark.parametrize(
    "scopes, scope, error",
    [
        (None, "sso:account:access", None),
        ("sso:account:access", "sso:account:access", None),
        (None, None, None),
        ("sso:account:access", "other:scope", "invalid_request"),
        ("codewhisperer:completions", None, "invalid_scope"),
    ],
)
def test_scopes_are_read_in_the_plural_and_the_singular(
    world: World, scopes: str | None, scope: str | None, error: str | None
) -> None:
    answer = world.authorize(world.pkce_client(), scopes=scopes, scope=scope)

    assert query_of(answer.headers["Location"]).get("error") == error


@pytest.mark.parametrize(
    "redirect_uri",
    [
        "",
        "http://127.0.0.1:54321/other",
        "http://127.0.0.1:54321",
        "http://127.0.0.1:54321/oauth/callback?x=1",
        "http://127.0.0.1:54321/oauth/callback#x",
        "http://127.0.0.1:99999/oauth/callback",
        "http://127.0.0.1:54321@evil.example.com/oauth/callback",
        "http://localhost:54321/oauth/callback",
        "http://[::1]:54321/oauth/callback",
        "https://127.0.0.1:54321/oauth/callback",
        "http://evil.example.com/oauth/callback",
    ],
)
def test_a_browser_is_sent_nowhere_but_to_the_registered_loopback(
    world: World, redirect_uri: str
) -> None:
    answer = world.authorize(world.pkce_client(), redirect_uri=redirect_uri)

    assert answer.status == 400
    assert "Location" not in answer.headers


def test_an_unknown_client_is_a_page_that_names_the_remedy(world: World) -> None:
    answer = world.authorize(world.pkce_client(), client_id="sks_ci_k1.e30.xxxx")

    assert (answer.status, "Location" in answer.headers) == (400, False)
    assert b"~/.aws/sso/cache" in answer.body


def test_a_repeated_parameter_is_refused_on_a_page(world: World) -> None:
    client = world.pkce_client()
    answer = world.send("GET", f"/authorize?client_id={client.client_id}&client_id=another")

    assert (answer.status, "Location" in answer.headers) == (400, False)


def test_the_loopback_may_be_ipv6_where_it_was_registered(world: World) -> None:
    client = world.register(
        scopes=["sso:account:access"],
        grantTypes=["authorization_code"],
        redirectUris=["http://[::1]/oauth/callback"],
        issuerUrl=START_URL,
    )
    answer = world.authorize(client, redirect_uri="http://[::1]:7/oauth/callback")

    assert answer.headers["Location"].startswith("/consent?")


def test_a_registration_that_is_over_is_unknown_at_authorize(world: World) -> None:
    client = world.pkce_client()
    world.clock.advance(90 * 86400)

    assert world.authorize(client).status == 400
