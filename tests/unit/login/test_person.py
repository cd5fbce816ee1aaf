from sekisho.aws.portal import Portal
from sekisho.aws.sts import Sts
from sekisho.errors import Unreachable
from sekisho.login.person import Identified, look_up
from sekisho.secret import Secret
from sekisho.testing.http import failure
from sekisho.wire.http import Response
from tests.unit.login.scene import (
    PORTAL,
    ROLE,
    ROLE_CREDENTIALS,
    STS,
    identity,
    scripted,
    sent,
)

TOKEN = Secret("not-a-real-token")


def _look_up(*script: Response | Exception) -> Identified:
    world = scripted(*script)
    return look_up(TOKEN, ROLE, Portal(world.http, PORTAL), Sts(world.http, STS, world.clock))


def test_the_person_is_the_role_session_name() -> None:
    who = _look_up(ROLE_CREDENTIALS, identity())

    assert who.person == "hoge@hoge.com"
    assert who.note == ""
    assert who.credentials is not None
    assert who.credentials.access_key_id == "ASIANOTAREALKEYATALL"


def test_without_a_role_nothing_is_asked() -> None:
    world = scripted()
    who = look_up(TOKEN, None, Portal(world.http, PORTAL), Sts(world.http, STS, world.clock))

    assert who.person is None
    assert who.note == "no profile with an account and a role was named"
    assert sent(world) == []


def test_a_role_that_is_not_assigned_leaves_the_person_unknown_and_is_named() -> None:
    who = _look_up(failure(403, "ForbiddenException"))

    assert (who.person, who.credentials) == (None, None)
    assert who.note == (
        "who signed in is not assigned AdministratorAccess in account 1234567891011"
    )


def test_a_portal_that_does_not_take_the_token_is_told() -> None:
    who = _look_up(failure(401, "UnauthorizedException"))

    assert who.note == "the portal gives no role credentials: UnauthorizedException"
    assert who.refused is not None
    assert who.refused.status == 401


def test_a_portal_that_fails_leaves_the_person_unknown() -> None:
    who = _look_up(Unreachable("https://portal", "refused"))

    assert who.person is None
    assert "Could not connect" in who.note


def test_an_sts_that_fails_keeps_the_credentials() -> None:
    who = _look_up(ROLE_CREDENTIALS, Unreachable("https://sts", "refused"))

    assert who.person is None
    assert who.credentials is not None
    assert "Could not connect" in who.note


def test_an_sts_that_does_not_take_the_credentials_is_told() -> None:
    refusal = Response(
        403,
        body=b"<ErrorResponse><Error><Code>SignatureDoesNotMatch</Code>"
        b"<Message>clock</Message></Error></ErrorResponse>",
    )
    who = _look_up(ROLE_CREDENTIALS, refusal)

    assert who.note == "STS does not take the role credentials: SignatureDoesNotMatch"


def test_an_sts_that_names_another_account_is_not_believed() -> None:
    who = _look_up(ROLE_CREDENTIALS, identity(account="000000000000"))

    assert who.person is None
    assert "000000000000" in who.note


def test_without_an_sts_the_person_is_unknown_and_the_credentials_are_there() -> None:
    world = scripted(ROLE_CREDENTIALS)
    who = look_up(TOKEN, ROLE, Portal(world.http, PORTAL), None)

    assert who.person is None
    assert who.credentials is not None
    assert who.note == "there is no Region for STS"
