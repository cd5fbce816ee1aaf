"""What other tools were seen to mix up: something is swapped, and nothing cached is used for it."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from sekisho.model import AccountId, Form, Role, RoleName, StartUrl, TokenKey
from sekisho.secret import Secret
from sekisho.store import cachefile, keys
from tests.unit.cli.conftest import CONFIG, START_URL, CommandLine, Service

DEV = Role(AccountId("123456789011"), RoleName("AdministratorAccess"))
OTHER_URL = "https://fuga.awsapps.com/start"
ASKED = ("credential-process", "--profile", "dev")


@pytest.fixture
def signed_in(sekisho: CommandLine, service: Service) -> CommandLine:
    """Signed in for `dev`, with its role credentials in the cache, and served once."""
    sekisho.sign_in("hoge-dev", service.url)
    sekisho.cache_credentials("hoge-dev", DEV)
    assert sekisho(*ASKED).status == 0
    return sekisho


def test_variables_that_name_an_account_and_a_role_do_not_beat_the_profile(
    signed_in: CommandLine, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SSO_ACCOUNT_ID", "999999999999")
    monkeypatch.setenv("AWS_SSO_ROLE_NAME", "Admin")
    run = signed_in(*ASKED)

    assert json.loads(run.out)["AccountId"] == DEV.account_id
    assert service.asked == []


@pytest.mark.parametrize(
    "old, new",
    [
        (START_URL, OTHER_URL),
        (START_URL, f"{START_URL}/"),
        ("us-east-1", "eu-west-1"),
    ],
)
def test_another_organisation_under_an_unchanged_session_gets_neither_token_nor_credentials(
    signed_in: CommandLine, service: Service, old: str, new: str
) -> None:
    signed_in.write_config(CONFIG.replace(old, new))
    run = signed_in(*ASKED)

    assert run.status != 0
    assert run.out == ""
    assert old in run.err
    assert new in run.err
    assert service.asked == []


def test_another_config_file_with_a_session_of_the_same_name_gets_neither(
    signed_in: CommandLine, service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other-config"
    other.write_text(CONFIG.replace(START_URL, OTHER_URL))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(other))
    run = signed_in(*ASKED)

    assert run.out == ""
    assert START_URL in run.err
    assert OTHER_URL in run.err
    assert service.asked == []


def test_another_account_or_role_of_the_profile_does_not_get_the_cached_credentials(
    signed_in: CommandLine, service: Service
) -> None:
    signed_in.write_config(CONFIG.replace("123456789011", "123456789012"))
    run = signed_in(*ASKED)

    assert run.out == ""
    assert set(service.asked) == {"GET /federation/credentials"}


def test_another_endpoint_gets_no_token(
    signed_in: CommandLine, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_SSO", "http://127.0.0.1:1")
    run = signed_in(*ASKED)

    assert run.out == ""
    assert service.url in run.err
    assert "http://127.0.0.1:1" in run.err


def test_a_newer_token_with_the_same_start_url_is_not_taken_for_the_sessions_own(
    signed_in: CommandLine, service: Service
) -> None:
    store, key = signed_in.store, TokenKey(Form.SSO_SESSION, "hoge-dev")
    token = store.token(key)
    assert token is not None
    store.forget(key, (DEV,))
    newer = replace(token, start_url=StartUrl(START_URL), access_token=Secret("fake-newer-token"))
    for name in ("hoge-prod", "codewhisperer"):
        path = keys.token_file(store.home, TokenKey(Form.SSO_SESSION, name))
        path.write_bytes(cachefile.render_token(newer))
    run = signed_in(*ASKED)

    assert run.status == 3
    assert run.out == ""
    assert service.asked == []
