import re
from concurrent.futures import ThreadPoolExecutor

from sekisho.center import clients, sessions
from sekisho.center.grants import device_code
from sekisho.center.tokens import IssuedToken
from tests.unit.center.scene import OTHER, PERSON, Build, World, refusal


def test_the_answer_tells_the_person_where_to_go_and_what_to_type(world: World) -> None:
    started = world.start_device(world.device_client())

    assert re.fullmatch(r"[B-DF-HJ-NP-TV-XZ]{4}-[B-DF-HJ-NP-TV-XZ]{4}", started["userCode"])
    assert started["verificationUri"] == "http://127.0.0.1:8765/device"
    assert started["verificationUriComplete"].endswith(f"?user_code={started['userCode']}")
    assert (started["expiresIn"], started["interval"]) == (600, 1)


def test_until_somebody_answers_the_poll_is_told_to_wait(world: World) -> None:
    client = world.device_client()
    answer = world.poll(client, world.start_device(client)["deviceCode"])

    assert (answer.status, refusal(answer).error) == (400, "AuthorizationPendingException")
    assert answer.json()["error"] == "authorization_pending"


def test_an_approved_device_gets_its_tokens_once(world: World) -> None:
    client = world.device_client()
    started = world.start_device(client)
    device_code.approve(world.center, started["userCode"], world.signed_in())

    first = world.poll(client, started["deviceCode"])
    world.clock.advance(31)
    second = world.poll(client, started["deviceCode"])

    assert first.status == 200
    assert first.json().keys() == {"accessToken", "tokenType", "expiresIn", "refreshToken"}
    assert refusal(second).error == "InvalidGrantException"


def test_an_answer_that_was_lost_is_given_again_for_half_a_minute(world: World) -> None:
    client = world.device_client()
    started = world.start_device(client)
    device_code.approve(world.center, started["userCode"], world.signed_in())
    first = world.poll(client, started["deviceCode"]).json()
    world.clock.advance(30)
    again = world.poll(client, started["deviceCode"]).json()

    assert again == {**first, "expiresIn": first["expiresIn"] - 30}


def test_an_answer_is_not_given_again_once_the_person_signed_out(world: World) -> None:
    client, session = world.device_client(), world.signed_in()
    started = world.start_device(client)
    device_code.approve(world.center, started["userCode"], session)
    world.poll(client, started["deviceCode"])
    sessions.end_session(world.center, session)

    again = world.poll(client, started["deviceCode"])

    assert refusal(again).error == "InvalidGrantException"


def test_two_polls_at_once_are_free_and_the_third_has_to_slow_down(world: World) -> None:
    client = world.device_client()
    device = world.start_device(client)["deviceCode"]

    errors = [refusal(world.poll(client, device)).error for _ in range(3)]

    assert errors == ["AuthorizationPendingException"] * 2 + ["SlowDownException"]


def test_slow_down_adds_five_seconds_for_good(world: World) -> None:
    client = world.device_client()
    device = world.start_device(client)["deviceCode"]
    for _ in range(3):
        world.poll(client, device)

    world.clock.advance(5)
    too_early = refusal(world.poll(client, device)).error
    world.clock.advance(11)
    in_time = refusal(world.poll(client, device)).error

    assert (too_early, in_time) == ("SlowDownException", "AuthorizationPendingException")


def test_polling_every_second_as_told_is_never_too_fast(world: World) -> None:
    client = world.device_client()
    device = world.start_device(client)["deviceCode"]
    errors = {refusal(world.poll(client, device)).error}
    for _ in range(20):
        errors.add(refusal(world.poll(client, device)).error)
        world.clock.advance(1)

    assert errors == {"AuthorizationPendingException"}


def test_a_denied_device_is_told_so(world: World) -> None:
    client = world.device_client()
    started = world.start_device(client)
    device_code.deny(world.center, started["userCode"], world.signed_in())

    assert refusal(world.poll(client, started["deviceCode"])).error == "AccessDeniedException"


def test_an_expired_code_stays_expired_for_a_client_without_a_deadline(world: World) -> None:
    client = world.device_client()
    device = world.start_device(client)["deviceCode"]
    world.clock.advance(600)
    at_once = refusal(world.poll(client, device)).error
    world.clock.advance(20 * 3600)
    world.start_device(client)
    much_later = refusal(world.poll(client, device)).error

    assert (at_once, much_later) == ("ExpiredTokenException", "ExpiredTokenException")


def test_an_expired_code_can_no_longer_be_approved(world: World) -> None:
    started = world.start_device(world.device_client())
    session = world.signed_in()
    world.clock.advance(600)

    assert device_code.pending(world.center, started["userCode"]) is None
    assert not device_code.approve(world.center, started["userCode"], session)


def test_an_approval_that_is_fetched_too_late_yields_nothing(world: World) -> None:
    client = world.device_client()
    started = world.start_device(client)
    device_code.approve(world.center, started["userCode"], world.signed_in())
    world.clock.advance(600)

    assert refusal(world.poll(client, started["deviceCode"])).error == "ExpiredTokenException"


def test_a_code_is_bound_to_the_client_that_asked_for_it(world: World) -> None:
    started = world.start_device(world.device_client())
    device_code.approve(world.center, started["userCode"], world.signed_in())

    answer = world.poll(world.device_client(), started["deviceCode"])

    assert refusal(answer).error == "InvalidGrantException"


def test_an_unknown_code_is_an_invalid_grant(world: World) -> None:
    answer = world.poll(world.device_client(), "never-issued")

    assert refusal(answer).error == "InvalidGrantException"


def test_a_user_code_is_found_however_it_was_typed(world: World) -> None:
    shown = world.start_device(world.device_client())["userCode"]
    typed = f" {shown.lower().replace('-', ' ')} "

    found = device_code.pending(world.center, typed)

    assert found is not None
    assert found.user_code == shown


def test_the_person_sees_who_asks_from_where_and_when(world: World) -> None:
    client = world.register(clientName="somebody's <tool>", scopes=["sso:account:access"])
    shown = world.start_device(client)["userCode"]

    found = device_code.pending(world.center, shown)

    assert found == device_code.PendingDevice(
        shown, "somebody's <tool>", "127.0.0.1", world.clock.now(), ("sso:account:access",)
    )


def test_only_the_first_answer_counts(world: World) -> None:
    client = world.device_client()
    started = world.start_device(client)
    code = started["userCode"]
    answers = [
        device_code.approve(world.center, code, world.signed_in(PERSON)),
        device_code.approve(world.center, code, world.signed_in(OTHER)),
        device_code.deny(world.center, code, world.signed_in(OTHER)),
    ]
    token = world.poll(client, started["deviceCode"]).json()["accessToken"]
    accounts = world.portal("/assignment/accounts", token).json()["accountList"]

    assert answers == [True, False, False]
    assert len(accounts) == 3


def test_a_session_that_ended_before_the_poll_yields_no_token(world: World) -> None:
    client = world.device_client()
    started = world.start_device(client)
    session = world.signed_in()
    device_code.approve(world.center, started["userCode"], session)
    sessions.end_session(world.center, session)

    answer = world.poll(client, started["deviceCode"])

    assert refusal(answer).error == "InvalidGrantException"


def test_a_client_in_the_legacy_form_gets_eight_hours_and_no_refresh_token(world: World) -> None:
    session = world.signed_in()
    world.clock.advance(3600)

    token = world.token_by_device(world.legacy_client(), session)

    assert "refreshToken" not in token
    assert token["expiresIn"] == 8 * 3600


def test_an_access_token_that_can_be_refreshed_lives_an_hour(world: World) -> None:
    token = world.token_by_device(world.device_client())

    assert token["expiresIn"] == 3600


def test_an_access_token_does_not_outlive_its_session(world: World) -> None:
    session = world.signed_in()
    world.clock.advance(8 * 3600 - 90)

    token = world.token_by_device(world.device_client(), session)

    assert token["expiresIn"] == 90


def test_a_client_registered_for_the_code_grant_cannot_start_a_device(world: World) -> None:
    answer = world.post(
        "/device_authorization",
        **world.pkce_client().fields,
        startUrl="https://hoge.awsapps.com/start",
    )

    assert refusal(answer).error == "UnauthorizedClientException"


def test_an_unknown_start_url_is_refused(world: World) -> None:
    answer = world.post(
        "/device_authorization",
        **world.device_client().fields,
        startUrl="https://d-1234567890.awsapps.com/start",
    )

    assert refusal(answer).error == "InvalidRequestException"


def test_polls_at_once_get_the_tokens_of_one_sign_in(build: Build) -> None:
    world = build(in_memory=False)
    registered = world.device_client()
    client = clients.client_of(world.center, registered.client_id)
    assert client is not None
    started = world.start_device(registered)
    device_code.approve(world.center, started["userCode"], world.signed_in())

    def poll(_: int) -> IssuedToken:
        return device_code.redeem(world.center, client, {"deviceCode": started["deviceCode"]})

    with ThreadPoolExecutor(16) as threads:
        issued = list(threads.map(poll, range(16)))

    assert len({one.sign_in_id for one in issued}) == 1
    assert all(one.access_token == issued[0].access_token for one in issued)
