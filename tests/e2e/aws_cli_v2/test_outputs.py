"""What both print, byte for byte: identities in four forms, credentials in six."""

import pytest

from tests.e2e.aws_cli_v2.conftest import Machine

SHARED = ["process", "env", "env-no-export", "powershell", "windows-cmd", "fish"]
QUERIES = [
    ("text", "{who: UserId, where: {account: Account, all: [{id: UserId}, {id: Arn}]}}"),
    ("yaml", "Account"),
    ("yaml", "{who: UserId, where: {account: Account, all: [Arn, {id: UserId}], none: Nope}}"),
    ("yaml", "[Arn, [Account, [length(Arn)]], contains(Arn, 'Admin')]"),
    ("table", "[[Arn, Account], [Account, UserId]]"),
]


@pytest.mark.parametrize("profile", ["dev", "old"])
def test_whoami_prints_what_get_caller_identity_prints(machine: Machine, profile: str) -> None:
    machine.sekisho_login("--profile", profile)
    for output in ("json", "yaml", "text", "table"):
        theirs = machine.aws("sts", "get-caller-identity", "--profile", profile, "--output", output)
        ours = machine.sekisho("whoami", "--profile", profile, "--output", output)
        alias = machine.sekisho(
            "sts", "get-caller-identity", f"--profile={profile}", "--output", output
        )

        assert theirs.status == 0, theirs.stderr
        assert ours.stdout == theirs.stdout
        assert alias.stdout == theirs.stdout


@pytest.mark.parametrize("output, query", QUERIES)
def test_what_a_query_picks_is_printed_alike(machine: Machine, output: str, query: str) -> None:
    machine.sekisho_login("--profile", "dev")
    asked = ("sts", "get-caller-identity", "--profile=dev", "--output", output, "--query", query)
    theirs, ours = machine.aws(*asked), machine.sekisho(*asked)

    assert theirs.status == 0, theirs.stderr
    assert ours.stdout == theirs.stdout


def test_the_form_that_config_and_environment_choose_is_the_same(machine: Machine) -> None:
    machine.home.write_config(
        machine.home.config.read_text(encoding="utf-8").replace(
            "[profile stg]\n", "[profile stg]\noutput = yaml\n"
        )
    )
    machine.sekisho_login("--sso-session", "hoge")
    asked = ("sts", "get-caller-identity")
    for environ in (
        {"AWS_PROFILE": "stg"},
        {"AWS_PROFILE": "stg", "AWS_DEFAULT_OUTPUT": "text"},
        {"AWS_PROFILE": "dev", "AWS_DEFAULT_OUTPUT": "table"},
    ):
        theirs, ours = machine.aws(*asked, **environ), machine.sekisho(*asked, **environ)

        assert theirs.status == 0, theirs.stderr
        assert ours.stdout == theirs.stdout, environ


def test_export_prints_what_export_credentials_prints(machine: Machine) -> None:
    machine.sekisho_login("--profile", "dev")
    for form in SHARED:
        asked = ("configure", "export-credentials", "--profile", "dev", "--format", form)
        theirs = machine.aws(*asked)

        assert theirs.status == 0, theirs.stderr
        assert machine.sekisho(*asked).stdout == theirs.stdout


def test_the_alias_prints_the_aws_clis_default_form(machine: Machine) -> None:
    machine.sekisho_login("--profile", "dev")
    asked = ("configure", "export-credentials", "--profile", "dev")

    assert machine.sekisho(*asked).stdout == machine.aws(*asked).stdout


def test_both_list_the_same_profiles(machine: Machine) -> None:
    (machine.home.path / ".aws" / "credentials").write_text("[keys]\n[dev]\n[default]\n")

    theirs, ours = (run("configure", "list-profiles") for run in (machine.aws, machine.sekisho))

    assert ours.stdout == theirs.stdout
