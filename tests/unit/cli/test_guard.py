"""`sekisho isolate --guard` and `--seal` at the command line: what is asked, said and ended."""

import json
import sys
from pathlib import Path

import pytest

from sekisho.awsconfig.locate import ConfigFiles
from sekisho.awsconfig.process_command import asked_for
from sekisho.awsconfig.profiles import guarded_profiles, interpret
from sekisho.model import Form, TokenKey
from sekisho.store.keys import aws_cli_assumed_file, record_file, record_lock, token_file
from tests.unit.cli.conftest import CommandLine, Service
from tests.unit.cli.test_isolate import OLD, ROLES, SHARED

DEPLOYER = "arn:aws:iam::123456789012:role/deployer"
CHAIN = f"\n[profile deploy]\nrole_arn = {DEPLOYER}\nsource_profile = prod\n"
ASSUMED = {
    "Credentials": {"AccessKeyId": "ASIAFAKE", "SecretAccessKey": "fake", "SessionToken": "fake"},
    "AssumedRoleUser": {"Arn": f"{DEPLOYER}/me", "AssumedRoleId": "AROAFAKE:me"},
}


@pytest.fixture
def shared(sekisho: CommandLine, service: Service) -> CommandLine:
    """One signed-in native session for two environments, and a role chain on one of them."""
    sekisho.write_config(SHARED + CHAIN)
    sekisho.sign_in("hoge", service.url)
    for role in ROLES:
        sekisho.cache_credentials("hoge", role)
    service.status = 200
    return sekisho


def chained(sekisho: CommandLine, arn: str = DEPLOYER, text: str | None = None) -> Path:
    """The AWS CLI's file of a role that was assumed."""
    path = aws_cli_assumed_file(sekisho.home, {"RoleArn": arn})
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(ASSUMED) if text is None else text)
    return path


def guarded_in(sekisho: CommandLine) -> dict[str, str]:
    config = interpret(sekisho.config.read_bytes(), None, ConfigFiles(sekisho.config, Path("none")))
    return {profile.name: profile.delivery for profile in guarded_profiles(config)}


# --- the file -------------------------------------------------------------------------------------


def test_every_native_profile_is_guarded_after_a_yes(shared: CommandLine) -> None:
    run = shared("isolate", "--guard", "--yes")

    assert run.status == 0, run.err
    assert guarded_in(shared) == {"dev": "guarded", "prod": "guarded"}


def test_nothing_is_written_without_an_answer(shared: CommandLine) -> None:
    run = shared("isolate", "--guard", "--no-input")

    assert run.status == 2
    assert shared.config.read_text() == SHARED + CHAIN
    assert shared.store.token(OLD) is not None


def test_a_dry_run_shows_the_change_with_the_whole_command(
    shared: CommandLine, service: Service
) -> None:
    run = shared("isolate", "--guard", "--dry-run", "--command", "/opt/sekisho")

    assert run.status == 0
    assert '+credential_process = "/opt/sekisho" credential-process --profile dev\n' in run.out
    assert "+[sekisho-session hoge]\n" in run.out
    assert shared.config.read_text() == SHARED + CHAIN
    assert service.asked == []


def test_the_command_is_this_program_by_its_whole_path(shared: CommandLine) -> None:
    shared("isolate", "--guard", "--yes")

    lines = shared.config.read_text().splitlines()
    value = next(line for line in lines if "credential_process" in line).partition(" = ")[2]
    asked = asked_for(value)
    assert asked is not None
    assert Path(asked.program) == Path(sys.executable).with_name("sekisho")


def test_several_profiles_can_be_named_and_the_others_stay(shared: CommandLine) -> None:
    shared.write_config(SHARED + SHARED[SHARED.index("[profile prod]") :].replace("prod", "stg"))

    run = shared("isolate", "--seal", "--profile", "stg", "--profile", "prod", "--yes")

    assert run.status == 0, run.err
    assert guarded_in(shared) == {"prod": "sealed", "stg": "sealed"}
    assert "[sso-session hoge]" in shared.config.read_text()


def test_a_second_run_changes_nothing(shared: CommandLine) -> None:
    shared("isolate", "--guard", "--yes")
    held = shared.config.read_bytes()

    run = shared("isolate", "--guard")

    assert run.status == 0
    assert run.err == "There is nothing to change: no native profile is left to guard.\n"
    assert shared.config.read_bytes() == held


def test_what_stands_in_the_way_is_said_with_its_place(shared: CommandLine) -> None:
    keys = shared.home / ".aws/credentials"
    keys.write_text("[prod]\naws_access_key_id = AKIAFAKE\naws_secret_access_key = fake\n")

    run = shared("isolate", "--guard", "--yes")

    assert run.status == 2
    assert f'the profile "prod" cannot be guarded: {keys}:2: aws_access_key_id' in run.err
    assert shared.config.read_text() == SHARED + CHAIN


def test_an_endpoint_that_cannot_be_found_is_said_before_anything_is_written(
    shared: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("SSO", "SSO_OIDC"):
        monkeypatch.delenv(f"AWS_ENDPOINT_URL_{name}")
    config = SHARED.replace("[profile dev]", "[profile dev]\nservices = gone")
    shared.write_config(config)

    run = shared("isolate", "--guard", "--yes")

    assert run.status == 2
    assert '"gone" services configuration does not exist' in run.err
    assert shared.config.read_text() == config


@pytest.mark.parametrize(
    "arguments",
    [
        ("--guard", "--by", "profile"),
        ("--command", "sekisho"),
        ("--guard", "--command", "bin/sekisho"),
        ("--guard", "--command", "~/bin/sekisho"),
        ("--guard", "--command", ""),
    ],
)
def test_options_that_mean_nothing_together_are_refused(
    shared: CommandLine, arguments: tuple[str, ...]
) -> None:
    run = shared("isolate", *arguments, "--yes")

    assert run.status == 2
    assert shared.config.read_text() == SHARED + CHAIN


# --- what it says ---------------------------------------------------------------------------------


def test_it_says_what_to_log_in_to_and_what_it_does_not_protect_from(shared: CommandLine) -> None:
    err = shared("isolate", "--guard", "--yes").err

    assert "Log in to\n  sekisho login --profile dev\n  sekisho login --profile prod\n" in err
    assert "in the memory of sekisho's agent and nowhere on the disk" in err
    assert "It is no boundary against code that is written to defeat it and runs as you" in err


def test_a_sealed_profile_is_not_said_to_be_off_the_disk(shared: CommandLine) -> None:
    err = shared("isolate", "--seal", "--yes").err

    assert "lies on the disk encrypted" in err
    assert "can ask the unlocked keyring" in err
    assert "nowhere on the disk" not in err


def test_what_another_delivery_has_left_is_said(shared: CommandLine) -> None:
    shared("isolate", "--seal", "--yes")

    run = shared("isolate", "--guard", "--profile", "prod", "--yes")

    assert run.status == 0, run.err
    assert guarded_in(shared) == {"dev": "sealed", "prod": "guarded"}
    left = "A sign-in that prod had before lives on where it was, until `sekisho logout --all`."
    assert left in run.err


# --- the native sign-in ---------------------------------------------------------------------------


def test_the_native_sign_in_ends_with_its_record_and_role_credentials(
    shared: CommandLine, service: Service
) -> None:
    run = shared("isolate", "--guard", "--yes")

    assert run.status == 0, run.err
    assert service.asked == ["POST /logout"]
    assert "the token of dev, prod lay on this disk" in run.err
    assert not token_file(shared.home, OLD).exists()
    assert not record_file(shared.home / "state/sekisho", shared.home, OLD).exists()
    assert [shared.store.role_credentials(OLD, role) for role in ROLES] == [None, None]
    assert "Role credentials that were already handed out live until" in run.err


def test_nothing_that_was_cached_is_left_of_them_on_the_disk(shared: CommandLine) -> None:
    chained(shared)

    shared("isolate", "--guard", "--yes")

    cached = [
        *(shared.home / ".aws/sso/cache").glob("*"),
        *(shared.home / ".aws/cli/cache").glob("*"),
    ]
    assert cached == []


def test_a_service_that_does_not_answer_keeps_nothing_on_the_disk(
    shared: CommandLine, service: Service
) -> None:
    service.status = 500

    run = shared("isolate", "--guard", "--yes")

    assert run.status == 0, run.err
    assert "may live on at the service" in run.err
    assert shared.store.token(OLD) is None


def test_a_native_profile_keeps_the_sign_in_and_that_is_said(
    shared: CommandLine, service: Service
) -> None:
    run = shared("isolate", "--guard", "--profile", "prod", "--yes")

    assert run.status == 0, run.err
    assert service.asked == []
    assert shared.store.token(OLD) is not None
    assert f"the profile dev of {shared.config} uses it" in run.err
    assert "whoever reads that gets the role of prod, too" in run.err
    assert "  sekisho isolate --guard --profile dev\n" in run.err


def test_the_role_credentials_of_a_guarded_profile_go_though_the_sign_in_stays(
    shared: CommandLine,
) -> None:
    shared("isolate", "--guard", "--profile", "prod", "--yes")

    dev, prod = (shared.store.role_credentials(OLD, role) for role in ROLES)
    assert dev is not None
    assert prod is None


def test_a_profile_of_another_config_file_keeps_the_sign_in(
    shared: CommandLine, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = shared.home / "other config"
    other.write_text(SHARED)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(other))

    run = shared("isolate", "--guard", "--yes")

    assert service.asked == []
    assert f"the profile dev of {shared.config} and 1 more uses it" in run.err
    command = f"AWS_CONFIG_FILE={shared.config} sekisho isolate --guard --profile dev"
    assert f"  {command}\n" in run.err
    assert shared.store.token(OLD) is not None


def test_a_sign_in_of_the_legacy_form_ends_too(sekisho: CommandLine, service: Service) -> None:
    url = "https://hoge.awsapps.com/start"
    sekisho.write_config(
        f"[profile old]\nsso_start_url = {url}\nsso_region = us-east-1\n"
        "sso_account_id = 1\nsso_role_name = R\n"
    )
    path = token_file(sekisho.home, TokenKey(Form.LEGACY, url))
    sekisho.sign_in(url, service.url)
    service.status = 200
    assert path.exists()

    run = sekisho("isolate", "--guard", "--yes")

    assert run.status == 0, run.err
    assert not path.exists()


# --- what the AWS CLI assumed ---------------------------------------------------------------------


def test_what_the_aws_cli_assumed_from_a_guarded_profile_is_removed(shared: CommandLine) -> None:
    path = chained(shared)

    run = shared("isolate", "--guard", "--yes")

    assert not path.exists()
    assert "The AWS CLI's cached role of deploy is removed, too." in run.err


def test_what_the_aws_cli_assumed_otherwise_stays(shared: CommandLine) -> None:
    other = chained(shared, "arn:aws:iam::1:role/other")
    database = other.with_name("session.db")
    database.write_bytes(b"sqlite")

    shared("isolate", "--guard", "--yes")

    assert other.exists()
    assert database.exists()


def test_what_another_chain_may_have_assumed_stays(shared: CommandLine) -> None:
    shared.write_config(SHARED + CHAIN + CHAIN.replace("deploy]", "d]").replace("prod", "dev"))
    path = chained(shared)

    shared("isolate", "--guard", "--profile", "prod", "--yes")

    assert path.exists()


@pytest.mark.parametrize("text", ['{"Credentials": {"Acc', '{"ProviderType": "sso"}', "[]"])
def test_a_file_that_is_torn_or_something_else_is_left_and_said(
    shared: CommandLine, text: str
) -> None:
    path = chained(shared, text=text)

    run = shared("isolate", "--guard", "--yes")

    assert run.status == 0
    assert f"Left alone: {path}: it " in run.err
    assert path.read_text() == text


# --- interrupted, and undone ----------------------------------------------------------------------


def test_what_was_interrupted_before_the_sign_in_ended_is_finished_by_the_next_run(
    shared: CommandLine, service: Service
) -> None:
    path, lock = chained(shared), record_lock(shared.home / "state/sekisho", shared.home, OLD)
    lock.unlink()
    lock.mkdir()  # so that the token cannot be removed
    interrupted = shared("isolate", "--guard", "--yes")
    assert interrupted.status == 2, interrupted.err
    assert shared.store.token(OLD) is not None
    lock.rmdir()

    again = shared("isolate", "--guard")

    assert again.status == 0, again.err
    assert shared.store.token(OLD) is None
    assert not path.exists()


def test_what_is_finished_is_not_done_again(shared: CommandLine, service: Service) -> None:
    shared("isolate", "--guard", "--yes")
    shared.sign_in("hoge", service.url)  # by somebody who has a file that nobody knows

    assert shared("isolate", "--guard").status == 0
    assert shared.store.token(OLD) is not None


def test_an_undo_gives_the_bytes_back_and_says_what_stays_open(shared: CommandLine) -> None:
    shared("isolate", "--guard", "--yes")

    run = shared("isolate", "--undo")

    assert run.status == 0, run.err
    assert shared.config.read_text() == SHARED + CHAIN
    assert "What is open of dev, prod stays open until `sekisho logout --all`" in run.err


def test_another_undo_says_nothing_of_gates(shared: CommandLine) -> None:
    shared("isolate", "--yes")

    assert "stays open" not in shared("isolate", "--undo").err
