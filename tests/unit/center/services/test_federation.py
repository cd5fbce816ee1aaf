"""The way to the console: a sign-in token for role credentials, and the page that it opens."""

import json
from collections.abc import Mapping
from urllib.parse import urlencode

import pytest

from sekisho.center import sessions
from sekisho.center.settings import Revocation
from sekisho.wire.http import Response
from tests.unit.center.scene import ADMIN, DEPLOYER, DEV, PERSON, Build, World
from tests.unit.center.services.test_sts import FORM, Keys, keys_of, parsed, signed

NAMES = {
    "sessionId": "accessKeyId",
    "sessionKey": "secretAccessKey",
    "sessionToken": "sessionToken",
}


@pytest.fixture
def keys(world: World) -> Keys:
    return keys_of(world)


def session_of(keys: Mapping[str, str]) -> str:
    return json.dumps({name: keys[part] for name, part in NAMES.items()})


def ask(world: World, session: str, **more: str) -> Response:
    fields = {"Action": "getSigninToken", "Session": session, **more}
    return world.send("POST", "/federation", urlencode(fields).encode(), **FORM)


def token_of(world: World, keys: Keys, **more: str) -> str:
    answer = ask(world, session_of(keys), **more)
    assert answer.status == 200, answer.body
    return str(answer.json()["SigninToken"])


def login(world: World, token: str, **more: str) -> Response:
    query = urlencode({"Action": "login", "SigninToken": token, **more})
    return world.send("GET", f"/federation?{query}")


def test_credentials_open_a_page_that_says_who_and_for_how_long(world: World, keys: Keys) -> None:
    place = "https://eu-west-1.console.aws.amazon.com/s3/home?a=b"
    answer = login(world, token_of(world, keys), Destination=place, Issuer="https://example.com")
    text = answer.body.decode()

    assert answer.status == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert all(part in text for part in (DEV, ADMIN, place, "2026-11-22 10:00:00 UTC"))
    assert f'href="{place}' not in text


def test_a_get_does_the_same_and_case_does_not_count(world: World, keys: Keys) -> None:
    session = json.dumps({name.upper(): keys[part] for name, part in NAMES.items()})
    query = urlencode({"action": "GetSigninToken", "SESSION": session, "sessionDuration": "900"})
    answer = world.send("GET", f"/federation?{query}")

    assert answer.status == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert "2026-11-22 09:15:00 UTC" in login(world, answer.json()["SigninToken"]).body.decode()


@pytest.mark.parametrize("scheme", ["javascript:alert(1)", "http://evil.example", "//evil.example"])
def test_a_destination_is_text_and_never_gone_to(world: World, keys: Keys, scheme: str) -> None:
    answer = login(world, token_of(world, keys), Destination=f"{scheme}<script>")

    assert answer.status == 200
    assert "Location" not in answer.headers
    assert b"<script>" not in answer.body
    assert f'href="{scheme}' not in answer.body.decode()


def test_a_token_is_good_for_a_quarter_of_an_hour(world: World, keys: Keys) -> None:
    token = token_of(world, keys)
    world.clock.advance(15 * 60 - 1)
    before = login(world, token)
    world.clock.advance(1)

    assert (before.status, login(world, token).status) == (200, 400)


@pytest.mark.parametrize("token", ["", "x", "sks_ct_", "sks_ct_a.b.c", "sks_ct_a.\u00e9.c"])
def test_a_token_that_is_none_opens_nothing(world: World, token: str) -> None:
    assert login(world, token).status == 400


def test_a_changed_token_opens_nothing(world: World, keys: Keys) -> None:
    token = token_of(world, keys)
    for place in range(0, len(token), 7):
        changed = f"{token[:place]}{'A' if token[place] != 'A' else 'B'}{token[place + 1 :]}"
        assert login(world, changed).status == 400


@pytest.mark.parametrize(
    "part, status",
    [("accessKeyId", 403), ("secretAccessKey", 403), ("sessionToken", 403)],
)
def test_wrong_credentials_get_no_token(world: World, keys: Keys, part: str, status: int) -> None:
    answer = ask(world, session_of({**keys, part: "obviously-not-the-one"}))

    assert answer.status == status
    assert b"SigninToken" not in answer.body


def test_expired_credentials_get_no_token(world: World, keys: Keys) -> None:
    world.clock.advance(3600)

    assert ask(world, session_of(keys)).headers["x-amzn-ErrorType"] == "ExpiredToken"


def test_revoked_credentials_get_no_token(build: Build) -> None:
    strict = build(revocation=Revocation.STRICT)
    session = strict.signed_in()
    keys = keys_of(strict, session=session)
    sessions.end_session(strict.center, session)

    assert ask(strict, session_of(keys)).status == 403


@pytest.mark.parametrize(
    "session", ["", "x", "[]", "{}", '{"sessionId": 1}', "[" * 5000, '{"sessionId":"a"}',
                '{"sessionId":"\\ud800","sessionKey":"b","sessionToken":"c"}',
                '{"sessionId":"\\u0000","sessionKey":"b","sessionToken":"c"}'],
)  # fmt: skip
def test_a_session_that_is_none_is_400(world: World, session: str) -> None:
    answer = ask(world, session)

    assert (answer.status, answer.headers["x-amzn-ErrorType"]) == (400, "ValidationError")


@pytest.mark.parametrize(
    "duration, status", [("900", 200), ("43200", 200), ("899", 400), ("43201", 400), ("x", 400)]
)
def test_a_session_lasts_from_a_quarter_of_an_hour_to_twelve_hours(
    world: World, keys: Keys, duration: str, status: int
) -> None:
    assert ask(world, session_of(keys), SessionDuration=duration).status == status


def chained(world: World, keys: Keys) -> Keys:
    body = urlencode(
        {"Action": "AssumeRole", "Version": "2011-06-15", "RoleSessionName": "me",
         "RoleArn": f"arn:aws:iam::{DEV}:role/{DEPLOYER}"}
    ).encode()  # fmt: skip
    found = {
        part.tag.rpartition("}")[2]: part.text or ""
        for part in parsed(world.http.send(signed(world, keys, body=body))).iter()
    }
    return {
        "accessKeyId": found["AccessKeyId"],
        "secretAccessKey": found["SecretAccessKey"],
        "sessionToken": found["SessionToken"],
    }


def test_a_chained_role_opens_the_console_for_as_long_as_its_credentials_live(
    world: World, keys: Keys
) -> None:
    session = session_of(chained(world, keys))

    assert ask(world, session).status == 200
    assert ask(world, session, SessionDuration="3600").status == 400


@pytest.mark.parametrize("query", ["", "?Action=logout", "?Action="])
def test_another_action_is_400(world: World, query: str) -> None:
    assert world.send("GET", f"/federation{query}").status == 400


def test_a_body_that_is_no_form_is_400(world: World) -> None:
    assert world.send("POST", "/federation", b"{}", **{"Content-Type": "x"}).status == 400


def test_who_asked_is_in_the_log_and_what_they_showed_is_not(
    world: World, keys: Keys, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    token = token_of(world, keys)
    login(world, token)
    logged = str([(record.getMessage(), record.__dict__) for record in caplog.records])

    assert PERSON in logged
    assert not [secret for secret in (keys["secretAccessKey"], keys["sessionToken"], token)
                if secret in logged]  # fmt: skip
