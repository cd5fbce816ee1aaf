"""The fixtures beside a real process that signs in: it waits, and the person answers."""

import subprocess
import sys

import pytest

from sekisho.testing import AwsHome, IdentityCenter, Person
from tests.e2e.conftest import Running


@pytest.fixture
def login(aws_home: AwsHome) -> Running:
    aws_home.add_profile("dev", account_id="111111111111", role_name="ReadOnlyAccess")
    command = ["login", "--profile", "dev", "--no-browser"]
    return Running(
        subprocess.Popen(
            [sys.executable, "-m", "sekisho", *command],
            # There is a browser, so that the flow is PKCE; `--no-browser` opens none.
            env={**aws_home.environ, "BROWSER": "true"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
    )


def test_a_process_that_waits_at_an_authorize_url_is_let_in(
    identity_center: IdentityCenter, person: Person, login: Running
) -> None:
    page = person.allow(login.wait_for_url(f"{identity_center.url}/authorize"))
    result = login.finish()

    assert person.browser.came_back
    assert page.status == 200
    assert result.status == 0, result.stderr
    assert identity_center.count("CreateToken") == 1


def test_and_is_refused(
    identity_center: IdentityCenter, aws_home: AwsHome, person: Person, login: Running
) -> None:
    person.deny(login.wait_for_url(f"{identity_center.url}/authorize"))
    result = login.finish()

    assert result.status == 4, result.stderr
    assert not aws_home.token_cache.exists()
    assert identity_center.count("CreateToken") == 0
