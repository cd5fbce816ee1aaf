"""The values that every floor shares."""

from datetime import UTC, datetime

from sekisho.model import (
    AccountId,
    CallerIdentity,
    Form,
    Region,
    Role,
    RoleCredentials,
    RoleName,
    SessionName,
    SignInTarget,
    StartUrl,
    TokenKey,
)
from sekisho.secret import Secret

URL = StartUrl("https://hoge.awsapps.com/start")


def target(session: SessionName | None) -> SignInTarget:
    return SignInTarget(URL, Region("us-east-1"), session, scopes=None)


def test_a_target_without_a_session_is_of_the_legacy_form_and_keyed_by_its_start_url() -> None:
    assert target(None).form is Form.LEGACY
    assert target(None).token_key == TokenKey(Form.LEGACY, URL)


def test_a_target_with_a_session_is_keyed_by_the_sessions_name() -> None:
    assert target(SessionName("hoge-dev")).form is Form.SSO_SESSION
    assert target(SessionName("hoge-dev")).token_key == TokenKey(Form.SSO_SESSION, "hoge-dev")


def test_a_session_that_is_named_like_a_start_url_does_not_get_its_token() -> None:
    assert target(SessionName(URL)).token_key != target(None).token_key


def test_a_session_with_an_empty_name_is_no_legacy_form() -> None:
    assert target(SessionName("")).form is Form.SSO_SESSION


def test_role_credentials_show_the_key_id_and_no_secret() -> None:
    credentials = RoleCredentials(
        access_key_id="ASIAFAKEFAKEFAKEFAKE",
        secret_access_key=Secret("fake-secret-key"),
        session_token=Secret("fake-session-token"),
        expires_at=datetime(2030, 1, 1, tzinfo=UTC),
        role=Role(AccountId("123456789012"), RoleName("Admin")),
    )

    assert "ASIAFAKEFAKEFAKEFAKE" in repr(credentials)
    assert "fake-" not in repr(credentials)


def test_the_person_behind_a_role_is_its_session_name() -> None:
    account = AccountId("123456789012")

    assert CallerIdentity("AROAFAKE:hoge@hoge.com", account, "arn").person == "hoge@hoge.com"


def test_an_identity_that_is_no_role_has_no_person() -> None:
    assert not CallerIdentity("AIDAFAKE", AccountId("123456789012"), "arn").person
