"""The founding story, end to end: a real browser signs in, and other people's clients use it."""

import json
import shutil
import signal
import sys

import pytest
from playwright.sync_api import Page

from tests.e2e.conftest import PERSON, START_URL, Home, Result, sign_in

ASK_WITH_BOTO3 = """
import boto3, json, sys
answer = boto3.Session(profile_name=sys.argv[1]).client("sts").get_caller_identity()
print(json.dumps({key: answer[key] for key in ("UserId", "Account", "Arn")}))
"""
DEV, STG = "1234567891011", "1234567891012"
STG_REFUSED = "Error loading SSO Token: Token for hoge-stg does not exist"


def ask_boto3(home: Home, profile: str) -> Result:
    return home.run(sys.executable, "-c", ASK_WITH_BOTO3, profile)


def ask_aws(home: Home, aws_cli: str, profile: str) -> Result:
    return home.run(aws_cli, "sts", "get-caller-identity", "--profile", profile)


def login_by_device_code(home: Home, page: Page, profile: str, *more: str) -> Result:
    running = home.start("login", "--profile", profile, "--no-browser", *more)
    sign_in(page, running.wait_for_url(home.environ["AWS_ENDPOINT_URL_SSO_OIDC"]))
    return running.finish()


def login_by_pkce(home: Home, page: Page, profile: str) -> Result:
    running = home.start("login", "--profile", profile, "--no-browser")
    sign_in(page, running.wait_for_url(f"{home.environ['AWS_ENDPOINT_URL_SSO_OIDC']}/authorize"))
    return running.finish()


def assert_is(result: Result, account: str) -> None:
    assert result.status == 0, result.stderr
    identity = json.loads(result.stdout)
    role = "assumed-role/AWSReservedSSO_AdministratorAccess_"
    assert identity["Account"] == account
    assert identity["Arn"].startswith(f"arn:aws:sts::{account}:{role}")
    assert identity["Arn"].endswith(f"/{PERSON}")
    assert identity["UserId"].endswith(f":{PERSON}")


def test_in_the_legacy_form_one_login_to_dev_opens_stg_for_every_client(
    home: Home, page: Page, aws_cli: str
) -> None:
    login = login_by_device_code(home, page, "dev")

    assert login.status == 0, login.stderr
    assert login.stdout == f"Successfully logged into Start URL: {START_URL}\n"
    for profile, account in (("dev", DEV), ("stg", STG)):
        assert_is(home.sekisho("whoami", "--profile", profile), account)
        assert_is(ask_boto3(home, profile), account)
        assert_is(ask_aws(home, aws_cli, profile), account)


def test_after_isolate_a_login_to_dev_opens_dev_and_only_dev_for_every_client(
    home: Home, page: Page, aws_cli: str
) -> None:
    isolated = home.sekisho("isolate", "--by", "profile", "--yes")
    assert isolated.status == 0, isolated.stderr

    login = login_by_pkce(home, page, "dev")

    assert login.status == 0, login.stderr
    assert_is(home.sekisho("whoami", "--profile", "dev"), DEV)
    assert_is(ask_boto3(home, "dev"), DEV)
    assert_is(ask_aws(home, aws_cli, "dev"), DEV)
    for refused in (
        home.sekisho("whoami", "--profile", "stg"),
        ask_boto3(home, "stg"),
        ask_aws(home, aws_cli, "stg"),
    ):
        assert refused.status != 0
        assert STG_REFUSED in refused.stderr


def test_the_device_code_serves_an_sso_session_too(home: Home, page: Page) -> None:
    home.sekisho("isolate", "--by", "profile", "--yes")

    login = login_by_device_code(home, page, "dev", "--use-device-code")

    assert login.status == 0, login.stderr
    assert_is(ask_boto3(home, "dev"), DEV)


def test_boto3_gets_credentials_through_credential_process(home: Home, page: Page) -> None:
    login_by_device_code(home, page, "dev")
    command = f'"{sys.executable}" -m sekisho credential-process --profile dev'
    home.write_config(
        home.config.read_text(encoding="utf-8")
        + f"\n[profile through]\nregion = us-east-1\ncredential_process = {command}\n"
    )

    assert_is(ask_boto3(home, "through"), DEV)
    assert_is(ask_boto3(home, "through"), DEV)  # this time from the caches


def test_a_denied_sign_in_is_refused_and_stores_nothing(home: Home, page: Page) -> None:
    running = home.start("login", "--profile", "dev", "--no-browser")
    page.goto(running.wait_for_url(home.environ["AWS_ENDPOINT_URL_SSO_OIDC"]))
    page.get_by_label("User name").fill(PERSON)
    page.get_by_label("Password").fill("correct horse battery staple")
    page.get_by_role("button", name="Sign in").click()
    if page.get_by_role("button", name="Continue").count():
        page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Deny").click()

    login = running.finish()

    assert login.status == 4
    assert not [path for path in home.tokens.glob("*.json") if "accessToken" in path.read_text()]


def test_a_token_of_the_aws_cli_is_used_only_once_it_was_adopted(
    home: Home, page: Page, aws_cli: str
) -> None:
    login_by_device_code(home, page, "dev")
    shutil.rmtree(home.path / "state")  # what is left is just what the AWS CLI writes
    shutil.rmtree(home.path / ".aws" / "cli", ignore_errors=True)

    refused = home.sekisho("credential-process", "--profile", "dev")
    adopted = home.sekisho("login", "--profile", "dev", "--adopt")

    assert refused.status == 3
    assert "--adopt" in refused.stderr
    assert adopted.status == 0, adopted.stderr
    assert_is(home.sekisho("whoami", "--profile", "dev"), DEV)
    assert_is(ask_aws(home, aws_cli, "dev"), DEV)


def test_logout_closes_what_login_opened(home: Home, page: Page) -> None:
    login_by_device_code(home, page, "dev")
    token = next(path for path in home.tokens.glob("*.json") if "accessToken" in path.read_text())
    kept = token.read_bytes()

    logout = home.sekisho("logout", "--profile", "dev")
    token.write_bytes(kept)  # a copy that somebody made before

    assert logout.status == 0, logout.stderr
    assert home.sekisho("whoami", "--profile", "dev").status == 3
    assert ask_boto3(home, "dev").status != 0


@pytest.mark.parametrize("columns", ["80", "60"])
def test_the_demo_goes_as_the_story_says_on_wide_and_narrow_terminals(
    home: Home, columns: str
) -> None:
    result = home.sekisho("demo", COLUMNS=columns)

    assert result.status == 0, result.stdout + result.stderr
    assert "Every step went as the story says." in result.stdout


def test_ctrl_c_ends_a_login_with_130_and_stores_nothing(home: Home) -> None:
    running = home.start("login", "--profile", "dev", "--no-browser")
    running.wait_for_url(home.environ["AWS_ENDPOINT_URL_SSO_OIDC"])

    running.process.send_signal(signal.SIGINT)
    login = running.finish()

    assert login.status == 130
    assert "interrupted; nothing was left half-written" in login.stderr
    assert not home.tokens.exists()
