"""What sekisho wrote, the AWS CLI v2 goes on with, and the other way round, with no new call."""

import json
from typing import Any

import pytest

from tests.e2e.aws_cli_v2.conftest import Machine

WHO = ("sts", "get-caller-identity", "--profile")
ISSUED = "GetRoleCredentials 200"
ASKED = "GetCallerIdentity 200"


def cached(machine: Machine) -> dict[str, Any]:
    """Every cache file of the AWS CLI's, by name."""
    folder = machine.home.path / ".aws"
    return {path.name: json.loads(path.read_bytes()) for path in folder.glob("*/cache/*.json")}


@pytest.mark.parametrize("flow", [(), ("--use-device-code",)], ids=["by-browser", "by-device-code"])
def test_after_a_login_of_sekishos_the_aws_cli_calls_only_sts(
    machine: Machine, flow: tuple[str, ...]
) -> None:
    login = machine.sekisho_login("--profile", "dev", *flow)
    with machine.center.noting() as calls:
        same = machine.aws(*WHO, "dev")
        other = machine.aws(*WHO, "stg")

    assert login.status == 0, login.stdout
    assert json.loads(same.stdout)["Account"] == "1234567891011"
    assert json.loads(other.stdout)["Account"] == "1234567891012"
    assert calls == [ASKED, ISSUED, ASKED]


def test_in_the_legacy_form_too(machine: Machine) -> None:
    login = machine.sekisho_login("--profile", "old")
    with machine.center.noting() as calls:
        answer = machine.aws(*WHO, "old")

    assert login.status == 0, login.stdout
    assert answer.status == 0, answer.stderr
    assert calls == [ASKED]


@pytest.mark.parametrize(
    "login",
    [("--profile", "dev"), ("--profile", "dev", "--use-device-code"), ("--profile", "old")],
    ids=["by-browser", "by-device-code", "legacy"],
)
def test_both_write_the_same_files_with_the_same_keys(
    machine: Machine, login: tuple[str, ...]
) -> None:
    profile = login[1]
    machine.aws_login(*login)
    machine.aws(*WHO, profile)
    theirs = cached(machine)
    for path in machine.home.path.glob(".aws/*/cache/*.json"):
        path.unlink()
    machine.sekisho_login(*login)
    ours = cached(machine)

    assert ours.keys() == theirs.keys()
    for name, held in theirs.items():
        assert list(ours[name]) == list(held)
        assert list(ours[name].get("Credentials", [])) == list(held.get("Credentials", []))
        same = {"startUrl", "region", "scopes", "grantTypes", "ProviderType"}
        assert [ours[name].get(key) for key in same] == [held.get(key) for key in same]


@pytest.mark.parametrize(
    "login",
    [("--profile", "dev"), ("--profile", "dev", "--use-device-code"), ("--profile", "old")],
    ids=["by-browser", "by-device-code", "legacy"],
)
def test_each_signs_in_by_the_registration_of_the_other(
    machine: Machine, login: tuple[str, ...]
) -> None:
    machine.sekisho_login(*login)
    theirs = machine.aws_login(*login)
    ours = machine.sekisho_login(*login)

    assert theirs.status == 0, theirs.stdout
    assert ours.status == 0, ours.stdout
    assert machine.center.calls.count("RegisterClient 200") == 1


def test_sekisho_takes_over_a_token_of_the_aws_clis_without_a_sign_in(machine: Machine) -> None:
    machine.aws_login("--profile", "dev")
    refused = machine.sekisho("whoami", "--profile", "dev")
    with machine.center.noting() as calls:
        adopted = machine.sekisho("login", "--profile", "dev", "--adopt")
        answer = machine.sekisho("whoami", "--profile", "dev")

    assert refused.status == 3  # another endpoint than AWS's own: only what was taken over
    assert adopted.status == 0, adopted.stderr
    assert answer.status == 0, answer.stderr
    assert not {call for call in calls if call.startswith(("CreateToken", "RegisterClient"))}


def test_role_credentials_of_sekishos_are_the_aws_clis(machine: Machine) -> None:
    machine.sekisho_login("--sso-session", "hoge")
    ours = machine.sekisho("export", "--profile", "stg", "--format", "process")
    with machine.center.noting() as calls:
        theirs = machine.aws("configure", "export-credentials", "--profile", "stg")

    assert theirs.status == 0, theirs.stderr
    assert theirs.stdout == ours.stdout
    assert calls == []


def test_each_goes_on_from_a_refresh_of_the_other(machine: Machine) -> None:
    machine.sekisho_login("--profile", "dev")
    machine.forget_role_credentials()
    machine.let_token_have(-1)
    theirs = machine.aws(*WHO, "dev")
    refreshed = machine.token("hoge")
    machine.let_token_have(-1)
    machine.forget_role_credentials()
    ours = machine.sekisho("whoami", "--profile", "dev")
    with machine.center.noting() as calls:
        again = machine.aws(*WHO, "stg")

    assert [theirs.status, ours.status, again.status] == [0, 0, 0], (theirs, ours, again)
    assert machine.token("hoge")["accessToken"] != refreshed["accessToken"]
    assert machine.center.calls.count("CreateToken 200") == 3
    assert calls == [ISSUED, ASKED]


def test_sekisho_reads_on_while_the_aws_cli_refreshes(machine: Machine) -> None:
    machine.sekisho_login("--profile", "dev")
    machine.let_token_have(-1)
    machine.forget_role_credentials()
    theirs = [machine.start_aws(*WHO, profile) for profile in ("dev", "stg")]
    ours = [machine.start_sekisho("whoami", "--profile", each) for each in ("dev", "stg") * 2]
    answers = [talk.finish() for talk in theirs + ours]

    assert [answer.status for answer in answers] == [0] * 6, answers


def test_a_logout_of_the_aws_clis_ends_what_sekisho_opened(machine: Machine) -> None:
    machine.sekisho_login("--profile", "dev")
    machine.sekisho_login("--profile", "old")
    logout = machine.aws("sso", "logout")
    with machine.center.noting() as calls:
        asked = [machine.sekisho("whoami", "--profile", each) for each in ("dev", "old")]
        status = json.loads(machine.sekisho("status", "--json").stdout)

    assert logout.status == 0, logout.stderr
    assert [answer.status for answer in asked] == [3, 3]
    assert asked[0].stderr.startswith("Error loading SSO Token: Token for hoge does not exist")
    assert {session["state"] for session in status["sessions"]} == {"absent"}
    assert calls == []


def test_a_logout_of_sekishos_ends_what_it_took_over_and_removes_all(machine: Machine) -> None:
    machine.aws_login("--profile", "dev")
    machine.aws_login("--profile", "old")
    machine.aws(*WHO, "old")
    machine.sekisho("login", "--profile", "dev", "--adopt")
    logout = machine.sekisho("sso", "logout")
    asked = [machine.aws(*WHO, profile) for profile in ("dev", "old")]

    assert logout.status == 0, logout.stderr
    assert machine.center.calls.count("Logout 200") == 1
    assert f"{machine.token_file(None).name} was not written by sekisho" in logout.stderr
    assert not machine.role_files()
    assert [answer.status for answer in asked] == [255, 255]
    assert "Error loading SSO Token: Token for hoge does not exist" in asked[0].stderr


def test_credential_process_serves_the_aws_cli(machine: Machine) -> None:
    machine.sekisho_login("--profile", "dev")
    command = machine.credential_process("dev")
    through = f"\n[profile through]\nregion = us-east-1\ncredential_process = {command}\n"
    machine.home.write_config(machine.home.config.read_text(encoding="utf-8") + through)
    with machine.center.noting() as calls:
        direct = machine.aws("configure", "export-credentials", "--profile", "dev")
        passed = machine.aws("configure", "export-credentials", "--profile", "through")

    assert passed.status == 0, passed.stderr
    assert passed.stdout == direct.stdout
    assert calls == []
