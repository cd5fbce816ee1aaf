"""`sekisho doctor` after a real sign-in, in front of a real center and a real AWS CLI."""

import json
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.e2e.conftest import START_URL, Home, sign_in

CONFIG = f"""\
[profile dev]
sso_session = hoge-dev
sso_account_id = 123456789011
sso_role_name = AdministratorAccess
region = ap-northeast-1

[sso-session hoge-dev]
sso_start_url = {START_URL}
sso_region = us-east-1
sso_registration_scopes = sso:account:access
"""


def results(home: Home, status: int, *arguments: str) -> dict[str, list[dict[str, Any]]]:
    run = home.sekisho("doctor", "--json", *arguments)
    assert run.status == status, run.stdout + run.stderr
    return {each["check"]: each["results"] for each in json.loads(run.stdout)["checks"]}


def test_after_a_sign_in_the_whole_machine_is_well_and_then_it_is_not(
    home: Home, page: Page, aws_cli: str
) -> None:
    home.write_config(CONFIG)
    home.config.chmod(0o600)
    home.environ["PATH"] = f"{Path(aws_cli).parent}:/usr/bin:/bin"
    running = home.start("login", "--profile", "dev", "--no-browser")
    sign_in(page, running.wait_for_url(home.environ["AWS_ENDPOINT_URL_SSO_OIDC"]))
    assert running.finish().status == 0

    well = results(home, 0)

    assert well["tokens"][0]["message"].startswith("1 of 1 sign-ins open")
    assert well["refresh-tokens"][0]["message"].startswith(
        "1 refresh token lies on the disk as plain text: hoge.awsapps.com (until "
    )
    assert [each["message"].partition(";")[0] for each in well["endpoints"]] == ["1 of 1 answer"]
    assert well["clock"][0]["severity"] == "ok"
    assert well["aws-cli"][0]["about"] == str(Path(aws_cli).parent / "aws")

    token = next(path for path in home.tokens.iterdir() if "accessToken" in path.read_text())
    token.chmod(0o644)
    token.with_name("copy.json").write_bytes(token.read_bytes())
    home.environ["AWS_ACCESS_KEY_ID"] = "AKIAFAKEFAKEFAKEFAKE"

    ill = results(home, 1, "--offline")

    assert ill["modes"][0]["severity"] == "error"
    assert any(each["about"].endswith("copy.json") for each in ill["tokens"])
    assert "AWS_SECRET_ACCESS_KEY is not" in ill["environment"][0]["message"]
    assert ill["endpoints"] == []
