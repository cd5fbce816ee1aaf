"""`sekisho export`, and the AWS CLI's name for it."""

import json
import subprocess

import pytest

from sekisho.model import AccountId, Role, RoleName
from tests.unit.cli.conftest import CommandLine, Service

ROLE = Role(AccountId("123456789011"), RoleName("AdministratorAccess"))


@pytest.fixture
def signed_in(sekisho: CommandLine, service: Service) -> CommandLine:
    """The command line, with good credentials of the profile dev in the cache."""
    sekisho.sign_in("hoge-dev", service.url)
    sekisho.cache_credentials("hoge-dev", ROLE)
    return sekisho


def test_a_shell_gets_the_variables(signed_in: CommandLine) -> None:
    run = signed_in("export", "--profile", "dev")

    assert run.status == 0, run.err
    assert run.err == ""
    evaluated = subprocess.run(
        ["sh", "-c", 'eval "$1"; env', "sh", run.out],
        env={},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "AWS_ACCESS_KEY_ID=ASIAFAKEFAKEFAKEFAKE\n" in evaluated.stdout
    assert "AWS_SESSION_TOKEN=s\n" in evaluated.stdout


def test_the_aws_clis_name_prints_the_aws_clis_json(signed_in: CommandLine) -> None:
    run = signed_in("configure", "export-credentials", "--profile", "dev")

    assert run.out.startswith('{\n  "Version": 1,\n  "AccessKeyId": "ASIAFAKEFAKEFAKEFAKE",\n')
    assert list(json.loads(run.out)) == [
        "Version", "AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration",
    ]  # fmt: skip
    assert json.loads(run.out)["Expiration"].endswith("+00:00")


@pytest.mark.parametrize("form", ["env", "process", "fish"])
def test_both_names_spell_a_format_alike(signed_in: CommandLine, form: str) -> None:
    arguments = ("--profile", "dev", "--format", form)

    assert signed_in("export", *arguments).out
    assert signed_in("export", *arguments) == signed_in(
        "configure", "export-credentials", *arguments
    )


def test_an_unknown_format_names_the_known_ones(sekisho: CommandLine) -> None:
    run = sekisho("export", "--format", "csh")

    assert (run.status, run.out) == (2, "")
    assert "'nushell'" in run.err


def test_without_a_sign_in_nothing_is_printed(sekisho: CommandLine) -> None:
    run = sekisho("export", "--profile", "dev")

    assert (run.status, run.out) == (3, "")
    assert "sekisho login --profile dev" in run.err


def test_a_circle_of_credential_processes_is_ended(
    signed_in: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("_AWS_CLI_PROFILE_CHAIN", "dev,ci")

    run = signed_in("configure", "export-credentials", "--profile", "dev")

    assert (run.status, run.out) == (2, "")
    assert "profile cycle: dev -> ci -> dev" in run.err
