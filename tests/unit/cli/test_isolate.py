"""`sekisho isolate` at the command line: what is asked, said and ended."""

import pytest

from sekisho.model import AccountId, Form, Role, RoleName, TokenKey
from sekisho.store.keys import record_lock
from tests.unit.cli.conftest import START_URL, CommandLine, Service

SESSION = f"""\
[sso-session hoge]
sso_region = us-east-1
sso_start_url = {START_URL}
sso_registration_scopes = sso:account:access
"""
SHARED = f"""\
{SESSION}
[profile dev]
sso_session = hoge
sso_account_id = 123456789011
sso_role_name = AdministratorAccess

[profile prod]
sso_session = hoge
sso_account_id = 123456789012
sso_role_name = AdministratorAccess
"""
OLD = TokenKey(Form.SSO_SESSION, "hoge")
ROLES = [
    Role(AccountId(account), RoleName("AdministratorAccess"))
    for account in ("123456789011", "123456789012")
]


@pytest.fixture
def shared(sekisho: CommandLine, service: Service) -> CommandLine:
    """One signed-in session for two environments."""
    sekisho.write_config(SHARED)
    sekisho.sign_in("hoge", service.url)
    for role in ROLES:
        sekisho.cache_credentials("hoge", role)
    service.status = 200
    return sekisho


def declare(sekisho: CommandLine, text: str) -> None:
    path = sekisho.home / ".config/sekisho/policy.toml"
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")


# --- environments ---------------------------------------------------------------------------------


def test_guessed_environments_are_shown_and_asked_about(sekisho: CommandLine) -> None:
    sekisho.write_config(SHARED)

    run = sekisho("isolate", "--by", "environment", "--no-input")

    assert run.status == 2
    assert "Are these the environments? Change" in run.err
    assert "Environments\n  dev   dev  (guessed)\n  prod  prod  (guessed)\n" in run.err
    assert '.config/sekisho/policy.toml:\n  [environment."dev"]\n  profiles = ["dev"]\n' in run.err
    assert sekisho.config.read_text() == SHARED


def test_declared_environments_are_said_to_be_and_not_doubted(sekisho: CommandLine) -> None:
    sekisho.write_config(SHARED)
    declare(
        sekisho,
        '[environment.work]\nprofiles = ["dev"]\n[environment.live]\nprofiles = ["prod"]\n',
    )

    run = sekisho("isolate", "--by", "environment", "--no-input")

    assert "  work  dev  (declared)\n  live  prod  (declared)\n" in run.err
    assert "Are these the environments?" not in run.err
    assert "To part them otherwise" not in run.err
    assert "+sso_session = hoge-live" in run.out


def test_a_policy_that_cannot_be_followed_stops_only_what_asks_it(sekisho: CommandLine) -> None:
    sekisho.write_config(SHARED)
    declare(sekisho, "[environment.prod]\n")

    assert sekisho("isolate", "--by", "environment", "--dry-run").status == 2
    assert sekisho("isolate", "--by", "account", "--dry-run").status == 0


def test_by_account_the_sessions_are_the_accounts(sekisho: CommandLine) -> None:
    sekisho.write_config(SHARED)

    run = sekisho("isolate", "--by", "account", "--yes")

    assert run.status == 0, run.err
    assert "Environments" not in run.err
    assert "[sso-session hoge-123456789011]" in sekisho.config.read_text()


# --- the shared sign-in ---------------------------------------------------------------------------


def test_the_shared_sign_in_ends_with_its_role_credentials(
    shared: CommandLine, service: Service
) -> None:
    run = shared("isolate", "--yes")

    assert run.status == 0, run.err
    assert service.asked == ["POST /logout"]
    assert shared.store.token(OLD) is None
    assert [shared.store.role_credentials(OLD, role) for role in ROLES] == [None, None]
    assert "Role credentials that were already handed out live until" in run.err


def test_it_says_what_to_log_in_to_next(shared: CommandLine) -> None:
    err = shared("isolate", "--yes").err

    assert "  sekisho login --sso-session hoge-dev   for dev\n" in err
    assert "  sekisho login --sso-session hoge-prod  for prod\n" in err


def test_a_service_that_does_not_answer_keeps_nothing_on_the_disk(
    shared: CommandLine, service: Service
) -> None:
    service.status = 500

    run = shared("isolate", "--yes")

    assert run.status == 0, run.err
    assert "may live on at the service" in run.err
    assert shared.store.token(OLD) is None


def test_a_sign_in_that_a_profile_goes_on_using_is_kept(
    shared: CommandLine, service: Service
) -> None:
    shared.write_config(f"{SHARED}\n[profile half]\nsso_session = hoge\nsso_role_name = R\n")

    assert shared("isolate", "--yes").status == 0
    assert service.asked == []
    assert shared.store.token(OLD) is not None


def test_a_sign_in_that_another_config_file_uses_is_kept_until_that_is_isolated(
    shared: CommandLine, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = shared.home / "other config"
    other.write_text(SHARED)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(other))
    first = shared("isolate", "--yes")

    assert first.status == 0, first.err
    assert f"the profile dev of {shared.config} and 1 more uses it" in first.err
    assert f"  AWS_CONFIG_FILE={shared.config} sekisho isolate --by profile\n" in first.err
    assert service.asked == []
    assert shared.store.token(OLD) is not None

    monkeypatch.delenv("AWS_CONFIG_FILE")
    second = shared("isolate", "--yes")

    assert second.status == 0, second.err
    assert service.asked == ["POST /logout"]
    assert shared.store.token(OLD) is None
    assert [shared.store.role_credentials(OLD, role) for role in ROLES] == [None, None]


def test_a_config_file_that_was_edited_once_is_known(
    shared: CommandLine, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = shared.home / "other"
    other.write_text(SHARED)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(other))
    made = shared(
        *("configure", "sso-session", "--sso-session", "fuga", "--sso-start-url", START_URL),
        *("--sso-region", "us-east-1", "--sso-registration-scopes", "sso:account:access"),
    )
    assert made.status == 0, made.err
    monkeypatch.delenv("AWS_CONFIG_FILE")

    run = shared("isolate", "--yes")

    assert f"the profile dev of {other} and 1 more uses it" in run.err
    assert service.asked == []


def test_another_config_file_that_nothing_can_read_uses_no_token(
    shared: CommandLine, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = shared.home / "other"
    other.write_text(SHARED)
    shared.write_config("nonsense\n" + SHARED)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(other))

    assert shared("isolate", "--yes").status == 0
    assert service.asked == ["POST /logout"]


def test_what_was_interrupted_before_the_sign_in_ended_is_finished_by_the_next_run(
    shared: CommandLine, service: Service
) -> None:
    lock = record_lock(shared.home / "state/sekisho", shared.home, OLD)
    lock.unlink()
    lock.mkdir()  # so that the token cannot be removed
    interrupted = shared("isolate", "--by", "account", "--yes")
    assert interrupted.status == 2, interrupted.err
    assert shared.store.token(OLD) is not None
    lock.rmdir()

    again = shared("isolate")

    assert again.status == 0, again.err
    assert "nothing to change" in again.err
    assert shared.store.token(OLD) is None
    assert [shared.store.role_credentials(OLD, role) for role in ROLES] == [None, None]


def test_what_is_finished_is_not_done_again(shared: CommandLine, service: Service) -> None:
    assert shared("isolate", "--yes").status == 0
    shared.sign_in("hoge", service.url)  # by somebody who has a file that nobody knows

    assert shared("isolate").status == 0
    assert shared.store.token(OLD) is not None


def test_where_no_profile_signs_in_there_is_nothing_to_part(sekisho: CommandLine) -> None:
    sekisho.write_config("[default]\nregion = us-east-1\n")

    run = sekisho("isolate")

    assert run.status == 0
    assert run.err == "No profile signs in by SSO: there is nothing to change.\n"
