"""The authorization code grant of an administrator's application: consent, code, and who redeems it."""

from urllib.parse import urlencode

import pytest

from sekisho.wire.http import Headers
from tests.unit.center.applications.conftest import Found
from tests.unit.center.applications.scene import ACCOUNTS, CODE, DEFAULTS, SITE, Gatehouse
from tests.unit.center.attacks.attacker import browser_of, get, post, sign_in
from tests.unit.center.pages.conftest import hidden, sent_back
from tests.unit.center.scene import (
    CALLBACK,
    ORIGIN,
    OTHER,
    PASSWORD,
    PERSON,
    VERIFIER,
    World,
    challenge_of,
    query_of,
)

REDIRECTS = [SITE, "http://127.0.0.1/oauth/callback"]
GRANT = "InvalidGrantException"


@pytest.fixture
def gatehouse(found: Found) -> Gatehouse:
    made = found().grant(CODE, AuthorizationCode={"RedirectUris": REDIRECTS})
    return made.grant("refresh_token", RefreshToken={})


def authorize_url(gatehouse: Gatehouse, **changed: str | None) -> str:
    query = {
        "response_type": "code",
        "client_id": gatehouse.arn,
        "redirect_uri": SITE,
        "state": "the-state",
        "code_challenge_method": "S256",
        "code_challenge": challenge_of(VERIFIER),
        **changed,
    }
    kept = {name: value for name, value in query.items() if value is not None}
    return f"/authorize?{urlencode(kept)}"


def answered(world: World, gatehouse: Gatehouse, decision: str = "allow", **changed: str) -> str:
    """Where the browser is sent when the person has pressed a button."""
    cookie = sent_back(sign_in(world, PERSON, PASSWORD.reveal()))
    asked = world.send("GET", authorize_url(gatehouse, **changed)).headers["Location"]
    page = get(world, asked, cookie)
    pressed = post(
        world, "/consent", cookie, Headers(),
        csrf=hidden(page.body, "csrf"), handle=query_of(asked)["handle"], decision=decision,
    )  # fmt: skip
    assert pressed.status == 303
    return pressed.headers["Location"]


def redeem(gatehouse: Gatehouse, url: str, **changed: object) -> dict[str, object]:
    fields = {"code": query_of(url)["code"], "redirectUri": SITE, "codeVerifier": VERIFIER}
    return gatehouse.ask(CODE, **{**fields, **changed})


def refusal(gatehouse: Gatehouse, url: str, **changed: object) -> str:
    fields = {"code": query_of(url)["code"], "redirectUri": SITE, "codeVerifier": VERIFIER}
    return gatehouse.refusal(CODE, **{**fields, **changed})


def test_the_site_gets_a_code_and_its_server_the_tokens(gatehouse: Gatehouse, world: World) -> None:
    url = answered(world, gatehouse)
    answer = redeem(gatehouse, url)

    assert url.startswith(f"{SITE}&code=sks_ac_")
    assert query_of(url)["state"] == "the-state"
    assert query_of(url)["iss"] == ORIGIN
    assert answer["scope"] == DEFAULTS
    assert {"accessToken", "refreshToken", "idToken"} <= answer.keys()


def test_the_loopback_works_at_any_port(gatehouse: Gatehouse, world: World) -> None:
    url = answered(world, gatehouse, redirect_uri=CALLBACK)

    assert redeem(gatehouse, url, redirectUri=CALLBACK)["accessToken"]


def test_denying_sends_a_refusal(gatehouse: Gatehouse, world: World) -> None:
    assert query_of(answered(world, gatehouse, "deny"))["error"] == "access_denied"


@pytest.mark.parametrize(
    "elsewhere",
    [
        SITE.replace("from=center", "from=elsewhere"),
        SITE.partition("?")[0],
        f"{SITE}&more=1",
        SITE.replace("https", "http"),
        SITE.replace(".com", ".com:8443"),
        SITE.replace("gatehouse", "GATEHOUSE"),
        "https://evil.example.com/callback",
        "http://localhost/oauth/callback",
    ],
)
def test_a_browser_is_sent_nowhere_else(gatehouse: Gatehouse, world: World, elsewhere: str) -> None:
    answer = world.send("GET", authorize_url(gatehouse, redirect_uri=elsewhere))

    assert answer.status == 400
    assert "Location" not in answer.headers


@pytest.mark.parametrize(
    "put", ["http://gatehouse.example.com/", "https://u@gatehouse.example.com/", "app:/back",
            "https://gatehouse.example.com/#part", "https://gatehouse.example.com:x/"],
)  # fmt: skip
def test_what_was_put_and_is_no_site_is_not_gone_to_either(
    gatehouse: Gatehouse, world: World, put: str
) -> None:
    gatehouse.grant(CODE, AuthorizationCode={"RedirectUris": [put]})

    assert world.send("GET", authorize_url(gatehouse, redirect_uri=put)).status == 400


@pytest.mark.parametrize(
    "changed, error",
    [
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"scope": ACCOUNTS}, "invalid_scope"),
        ({"response_type": "token"}, "unsupported_response_type"),
    ],
)
def test_what_is_asked_wrongly_is_told_to_the_site(
    gatehouse: Gatehouse, world: World, changed: dict[str, str | None], error: str
) -> None:
    answer = world.send("GET", authorize_url(gatehouse, **changed))

    assert answer.headers["Location"].startswith(SITE)
    assert query_of(answer.headers["Location"])["error"] == error


def test_an_application_that_is_disabled_is_not_known(gatehouse: Gatehouse, world: World) -> None:
    gatehouse.admin.update_application(**gatehouse.this, Status="DISABLED")
    answer = world.send("GET", authorize_url(gatehouse), Accept="text/html")

    assert answer.status == 400
    assert b"There is no such application here, or it is disabled" in answer.body


def test_the_page_says_who_set_it_up_and_what_it_gets(gatehouse: Gatehouse, world: World) -> None:
    visitor = browser_of(world)
    visitor.open(f"{ORIGIN}{authorize_url(gatehouse)}")
    identity = visitor.page.text
    gatehouse.scope(ACCOUNTS)
    visitor.open(f"{ORIGIN}{authorize_url(gatehouse)}")

    assert "gatehouse" in identity
    assert "An administrator of this center has set it up" in identity
    assert "No account and no role" in identity
    assert "https://gatehouse.example.com" in identity
    assert "every account and role assigned to you" in visitor.page.text


def test_somebody_to_whom_it_is_not_assigned_is_told_and_nothing_is_sent(
    gatehouse: Gatehouse, world: World
) -> None:
    gatehouse.admin.put_application_assignment_configuration(
        **gatehouse.this, AssignmentRequired=True
    )
    visitor = browser_of(world, OTHER)
    visitor.open(f"{ORIGIN}{authorize_url(gatehouse)}")

    assert "This application is not assigned to you" in visitor.page.text


def test_a_code_works_once_and_its_second_use_ends_what_it_yielded(
    gatehouse: Gatehouse, world: World
) -> None:
    url = answered(world, gatehouse)
    token = redeem(gatehouse, url)["refreshToken"]

    assert refusal(gatehouse, url) == GRANT
    assert gatehouse.refusal("refresh_token", refreshToken=token) == GRANT


def test_a_code_is_the_applications_and_goes_with_its_verifier_and_redirect(
    gatehouse: Gatehouse, world: World, found: Found
) -> None:
    url = answered(world, gatehouse)
    other = found("other").grant(CODE, AuthorizationCode={"RedirectUris": REDIRECTS})

    assert refusal(other, url) == GRANT
    assert refusal(gatehouse, url, codeVerifier="v" * 43) == GRANT
    assert refusal(gatehouse, url, redirectUri=CALLBACK) == GRANT
    assert redeem(gatehouse, url)["accessToken"]


def test_a_registered_client_cannot_redeem_it(gatehouse: Gatehouse, world: World) -> None:
    url = answered(world, gatehouse)
    answer = world.redeem(world.pkce_client(), query_of(url)["code"], redirectUri=SITE)

    assert answer.headers["x-amzn-ErrorType"] == GRANT


def test_the_scopes_that_were_consented_to_are_not_widened(
    gatehouse: Gatehouse, world: World
) -> None:
    gatehouse.scope("a:b")
    url = answered(world, gatehouse, scope="openid a:b")

    assert refusal(gatehouse, url, scope=["aws"]) == "InvalidScopeException"
    assert redeem(gatehouse, url, scope=["a:b"])["scope"] == ["a:b"]


def test_an_assignment_that_was_taken_away_meanwhile_counts(
    gatehouse: Gatehouse, world: World
) -> None:
    url = answered(world, gatehouse)
    gatehouse.admin.put_application_assignment_configuration(
        **gatehouse.this, AssignmentRequired=True
    )

    assert refusal(gatehouse, url) == GRANT
