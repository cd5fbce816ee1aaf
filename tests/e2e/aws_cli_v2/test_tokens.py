"""The AWS CLI v2 uses, refreshes and ends what it got (`spec/identity-center.md` §10: 4 to 8, 11)."""

import json

from tests.e2e.aws_cli_v2.conftest import Machine
from tests.e2e.aws_cli_v2.watched_center import Failure
from tests.e2e.conftest import PERSON

WHO = ("sts", "get-caller-identity", "--profile")
REFRESH_FAILED = "Error when retrieving token from sso: Token has expired and refresh failed"
SIGN_IN_AGAIN = (
    "The SSO session associated with this profile has expired or is otherwise invalid. To refresh "
    "this SSO session run aws sso login with the corresponding profile."
)


def test_issued_keys_say_who_they_are(machine: Machine) -> None:
    machine.aws_login("--profile", "dev")
    with machine.center.noting() as calls:
        answer = machine.aws(*WHO, "dev")

    assert answer.status == 0, answer.stderr
    identity = json.loads(answer.stdout)
    assert identity["Account"] == "1234567891011"
    assert identity["Arn"].startswith(
        "arn:aws:sts::1234567891011:assumed-role/AWSReservedSSO_AdministratorAccess_"
    )
    assert identity["Arn"].endswith(f"/{PERSON}")
    assert calls == ["GetRoleCredentials 200", "GetCallerIdentity 200"]


def test_a_signature_by_another_key_is_refused(machine: Machine) -> None:
    machine.aws_login("--profile", "dev")
    exported = machine.aws("configure", "export-credentials", "--profile", "dev")
    held = json.loads(exported.stdout)
    answer = machine.aws(
        "sts",
        "get-caller-identity",
        "--region=us-east-1",
        AWS_ACCESS_KEY_ID=held["AccessKeyId"],
        AWS_SECRET_ACCESS_KEY="test-only-and-wrong",
        AWS_SESSION_TOKEN=held["SessionToken"],
    )

    assert answer.status == 254
    assert "(SignatureDoesNotMatch) when calling the GetCallerIdentity" in answer.stderr


def test_a_token_with_less_than_fifteen_minutes_left_is_refreshed(machine: Machine) -> None:
    machine.aws_login("--profile", "dev")
    before = machine.token("hoge")
    machine.let_token_have(14)
    with machine.center.noting() as calls:
        answer = machine.aws(*WHO, "dev")

    assert answer.status == 0, answer.stderr
    assert calls == ["CreateToken 200", "GetRoleCredentials 200", "GetCallerIdentity 200"]
    after = machine.token("hoge")
    assert after["accessToken"] != before["accessToken"]
    assert after["refreshToken"] != before["refreshToken"]
    assert list(after) == list(before)


def test_a_token_with_sixteen_minutes_left_is_not(machine: Machine) -> None:
    machine.aws_login("--profile", "dev")
    machine.let_token_have(16)
    with machine.center.noting() as calls:
        machine.aws(*WHO, "dev")

    assert calls == ["GetRoleCredentials 200", "GetCallerIdentity 200"]


def test_a_refresh_after_the_end_of_the_session_is_refused(machine: Machine) -> None:
    machine.aws_login("--profile", "dev")
    machine.let_token_have(-1)
    machine.center.clock.advance(minutes=8 * 60 + 1)
    answer = machine.aws(*WHO, "dev")

    assert answer.status == 255
    assert REFRESH_FAILED in answer.stderr
    assert machine.center.errors == ["InvalidGrantException"]


def test_two_processes_that_refresh_at_once_both_go_on(machine: Machine) -> None:
    machine.aws_login("--profile", "dev")
    machine.let_token_have(-1)
    with machine.center.noting() as calls:
        talks = [machine.start_aws(*WHO, profile) for profile in ("dev", "stg")]
        answers = [talk.finish() for talk in talks]

    assert [answer.status for answer in answers] == [0, 0], answers
    assert set(calls) == {"CreateToken 200", "GetRoleCredentials 200", "GetCallerIdentity 200"}
    machine.forget_role_credentials()
    assert machine.aws(*WHO, "dev").status == 0


def test_a_token_that_was_ended_elsewhere_asks_for_a_sign_in(machine: Machine) -> None:
    machine.aws_login("--profile", "dev")
    kept = machine.token_file("hoge").read_bytes()
    machine.aws("sso", "logout")
    machine.token_file("hoge").write_bytes(kept)
    answer = machine.aws(*WHO, "dev")

    assert answer.status == 255
    assert SIGN_IN_AGAIN in " ".join(answer.stderr.split())
    assert machine.center.calls[-1] == "GetRoleCredentials 401"


def test_a_role_that_is_not_assigned_is_forbidden(machine: Machine) -> None:
    machine.aws_login("--profile", "dev")
    answer = machine.aws(*WHO, "not-mine")

    assert answer.status == 254
    assert (
        "An error occurred (ForbiddenException) when calling the GetRoleCredentials operation: "
        "No access" in " ".join(answer.stderr.split())
    )
    assert machine.center.calls[-1] == "GetRoleCredentials 403"


def test_a_throttled_call_is_tried_three_times(machine: Machine) -> None:
    machine.aws_login("--profile", "dev")
    throttled = Failure(429, "TooManyRequestsException")
    machine.center.failures["GetRoleCredentials"] = [throttled] * 2
    with machine.center.noting() as calls:
        patient = machine.aws(*WHO, "dev")
    machine.center.failures["GetRoleCredentials"] = [throttled] * 3
    refused = machine.aws(*WHO, "stg")

    assert patient.status == 0, patient.stderr
    assert calls[:3] == [*["GetRoleCredentials 429"] * 2, "GetRoleCredentials 200"]
    assert refused.status == 254
    assert "(TooManyRequestsException) when calling the GetRoleCredentials" in refused.stderr


def test_logout_ends_the_token_for_whoever_kept_it(machine: Machine) -> None:
    machine.aws_login("--profile", "dev")
    token = machine.token("hoge")["accessToken"]
    logout = machine.aws("sso", "logout")
    again = machine.aws("sso", "list-accounts", "--region=us-east-1", "--access-token", token)

    assert logout.status == 0, logout.stderr
    assert not machine.token_file("hoge").exists()
    assert "Logout 200" in machine.center.calls
    assert again.status == 254
    assert "(UnauthorizedException) when calling the ListAccounts operation" in again.stderr


def test_accounts_come_in_pages_and_none_is_lost(machine: Machine) -> None:
    machine.aws_login("--profile", "dev")
    token = machine.token("hoge")["accessToken"]
    listing = ("sso", "list-accounts", "--region=us-east-1", "--access-token", token)
    with machine.center.noting() as calls:
        paged = machine.aws(*listing, "--page-size", "1")
    whole = machine.aws(*listing)
    first = json.loads(machine.aws(*listing, "--max-items", "2").stdout)
    rest = machine.aws(*listing, "--starting-token", first["NextToken"])

    accounts = json.loads(whole.stdout)["accountList"]
    assert [account["accountName"] for account in accounts] == ["hoge-dev", "hoge-prod", "hoge-stg"]
    assert calls == ["ListAccounts 200"] * 3
    assert json.loads(paged.stdout)["accountList"] == accounts
    assert first["accountList"] + json.loads(rest.stdout)["accountList"] == accounts


def test_roles_come_in_pages_too(machine: Machine) -> None:
    machine.aws_login("--profile", "dev")
    token = machine.token("hoge")["accessToken"]
    listing = ("sso", "list-account-roles", "--region=us-east-1", "--account-id=1234567891012")
    with machine.center.noting() as calls:
        paged = machine.aws(*listing, "--access-token", token, "--page-size", "1")

    assert calls == ["ListAccountRoles 200"] * 2
    assert [role["roleName"] for role in json.loads(paged.stdout)["roleList"]] == [
        "AdministratorAccess",
        "ReadOnlyAccess",
    ]
