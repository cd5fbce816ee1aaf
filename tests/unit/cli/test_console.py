"""`sekisho console`."""

from pathlib import Path

import pytest

from sekisho.model import AccountId, Role, RoleName
from tests.unit.cli.conftest import CommandLine, Service

ROLE = Role(AccountId("123456789011"), RoleName("AdministratorAccess"))


@pytest.fixture
def signed_in(
    sekisho: CommandLine, service: Service, monkeypatch: pytest.MonkeyPatch
) -> CommandLine:
    sekisho.sign_in("hoge-dev", service.url)
    sekisho.cache_credentials("hoge-dev", ROLE)
    monkeypatch.setenv("AWS_ENDPOINT_URL_SIGNIN", service.url)
    service.status, service.body = 200, b'{"SigninToken": "obviously-fake"}'
    return sekisho


def test_the_url_is_the_one_line_of_stdout(signed_in: CommandLine, service: Service) -> None:
    run = signed_in("console", "--profile", "dev", "--service", "s3", "--print")

    assert run.status == 0, run.err
    assert run.err == ""
    assert run.out.startswith(f"{service.url}/federation?Action=login&")
    assert run.out.endswith("&SigninToken=obviously-fake\n")
    assert "ap-northeast-1.console.aws.amazon.com%2Fs3%2Fhome" in run.out
    assert service.asked == ["POST /federation"]


def test_the_browser_gets_the_url(
    signed_in: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = tmp_path / "opened"
    browser = tmp_path / "browser"
    browser.write_text(
        f'#!/bin/sh\nprintf %s "$1" > {opened}.part\nmv {opened}.part {opened}\nexit 0\n'
    )
    browser.chmod(0o700)
    monkeypatch.setenv("BROWSER", str(browser))

    run = signed_in("console", "--profile", "dev", "--region", "eu-west-1")

    assert (run.status, run.out) == (0, "")
    assert "Opening the console as AdministratorAccess in 123456789011." in run.err
    assert "obviously-fake" not in run.err
    assert "eu-west-1.console" in opened.read_text()


def test_without_a_browser_it_says_how_to_get_the_url(
    signed_in: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BROWSER", "/nowhere/at/all")
    run = signed_in("console", "--profile", "dev")

    assert run.status == 2
    assert "sekisho console --profile dev --print" in run.err


def test_a_rejection_is_told_in_the_services_words(
    signed_in: CommandLine, service: Service
) -> None:
    service.status, service.error = 400, "ValidationError"
    run = signed_in("console", "--profile", "dev", "--print")

    assert run.status != 0
    assert "(ValidationError) when calling the getSigninToken operation" in run.err
    assert run.out == ""


def test_who_is_not_signed_in_is_told_to_sign_in(sekisho: CommandLine) -> None:
    run = sekisho("console", "--profile", "dev", "--print")

    assert run.status == 3
    assert "sekisho login --profile dev" in run.err
