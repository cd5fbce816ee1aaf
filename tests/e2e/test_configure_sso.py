"""The wizard with a real browser and a real center, and a client that uses what it wrote."""

import sys

from playwright.sync_api import Page

from tests.e2e.conftest import START_URL, Home, sign_in

ASK_WITH_BOTO3 = """
import boto3
print(boto3.Session(profile_name="stg").client("sts").get_caller_identity()["Account"])
"""


def test_a_profile_that_the_wizard_makes_is_good_for_boto3_at_once(home: Home, page: Page) -> None:
    home.config.unlink()
    running = home.start(
        *("configure", "sso", "--no-input", "--no-browser", "--use-device-code"),
        *("--profile=stg", "--sso-session=hoge-stg", f"--sso-start-url={START_URL}"),
        *("--sso-region=us-east-1", "--sso-registration-scopes=sso:account:access"),
        *("--sso-account-id=1234567891012", "--sso-role-name=AdministratorAccess"),
        *("--region=ap-northeast-1", "--output-format=json"),
    )
    sign_in(page, running.wait_for_url(home.environ["AWS_ENDPOINT_URL_SSO_OIDC"]))
    done = running.finish()

    assert done.status == 0, done.stderr
    assert done.stdout.endswith("\nsekisho whoami --profile stg\n")
    assert "Signed in as hoge@hoge.com. Open now: stg" in done.stderr
    assert home.run(sys.executable, "-c", ASK_WITH_BOTO3).stdout == "1234567891012\n"
