"""The attacks of RFC 8628 §5 (device flow), each tried here."""

from tests.unit.center.attacks.attacker import browser_of, get, is_refused_as_wrong, sign_in
from tests.unit.center.pages.conftest import sent_back
from tests.unit.center.scene import (
    OTHER,
    PASSWORD,
    Registered,
    World,
    refusal,
)


def test_rfc8628_5_1_guessing_user_codes_is_stopped_after_five(world: World) -> None:
    world.start_device(world.device_client())
    cookie = sent_back(sign_in(world, OTHER, PASSWORD.reveal()))
    tried = [get(world, f"/device?user_code=BBBB-BBB{letter}", cookie) for letter in "BCDFGHJK"]

    assert [answer.status for answer in tried] == [404] * 5 + [429] * 3
    assert int(tried[-1].headers["Retry-After"]) > 0


def test_rfc8628_5_1_who_must_wait_cannot_use_a_right_code_either(world: World) -> None:
    started = world.start_device(world.device_client())
    cookie = sent_back(sign_in(world, OTHER, PASSWORD.reveal()))
    for letter in "BCDFGH":
        get(world, f"/device?user_code=BBBB-BBB{letter}", cookie)

    assert get(world, f"/device?user_code={started['userCode']}", cookie).status == 429


def test_rfc8628_5_1_nobody_guesses_without_signing_in(world: World) -> None:
    started = world.start_device(world.device_client())

    right, wrong = (
        get(world, f"/device?user_code={code}") for code in (started["userCode"], "BBBB-BBBB")
    )

    assert right.status == wrong.status == 303
    assert right.headers["Location"].startswith("/signin")
    assert wrong.headers["Location"].startswith("/signin")


def test_rfc8628_5_2_guessing_device_codes_at_the_rate_limit_yields_nothing(world: World) -> None:
    """256 random bits, and each poll of the attacker's needs a client that the code is not of."""
    started = world.start_device(world.device_client())
    attacker: Registered = world.device_client()

    guessed = [world.poll(attacker, f"sks_dc_{number:043}") for number in range(20)]
    stolen = world.poll(attacker, started["deviceCode"])

    assert {refusal(answer).error for answer in [*guessed, stolen]} == {"InvalidGrantException"}


def test_rfc8628_5_2_polling_too_fast_costs_five_seconds_each_time(world: World) -> None:
    client = world.device_client()
    started = world.start_device(client)

    codes = [refusal(world.poll(client, started["deviceCode"])).error for _ in range(5)]

    assert codes == ["AuthorizationPendingException"] * 2 + ["SlowDownException"] * 3


def test_rfc8628_5_3_a_device_code_buys_one_sign_in(world: World) -> None:
    client = world.device_client()
    started = world.start_device(client)
    browser = browser_of(world)
    browser.open(started["verificationUriComplete"])
    browser.press("Allow")
    first = world.poll(client, started["deviceCode"])
    world.clock.advance(60)

    assert first.status == 200
    assert is_refused_as_wrong(world.poll(client, started["deviceCode"]))


def test_rfc8628_5_4_remote_phishing_the_page_says_who_asks_and_does_nothing_unpressed(
    world: World,
) -> None:
    client = world.register(scopes=["sso:account:access"], clientName="<b>IT support</b>")
    started = world.start_device(client)
    browser = browser_of(world)

    page = browser.open(started["verificationUriComplete"])

    assert started["userCode"] in page.text
    assert "<b>IT support</b>" in page.text  # as text: the page reader has taken the markup away
    assert refusal(world.poll(client, started["deviceCode"])).error == (
        "AuthorizationPendingException"
    )


def test_rfc8628_5_5_a_session_spy_who_sees_the_user_code_cannot_use_it_up(world: World) -> None:
    """Whoever reads the code over a shoulder may approve it as themselves, and no longer then."""
    client = world.device_client()
    started = world.start_device(client)
    owner = browser_of(world)
    owner.open(started["verificationUriComplete"])
    owner.press("Allow")
    spy = browser_of(world, OTHER)

    spy.open(started["verificationUriComplete"])

    assert "Allow" not in spy.page.text
    accounts = world.portal(
        "/assignment/accounts", world.poll(client, started["deviceCode"]).json()["accessToken"]
    ).json()
    assert len(accounts["accountList"]) == 3
