"""Role chains in real processes: sekisho and boto3 read one config, and are the same somebody."""

import json
import sys

from playwright.sync_api import Page

from tests.e2e.conftest import Home
from tests.e2e.test_story import ask_aws, ask_boto3, login_by_device_code

CHAINS = """
[profile deploy]
role_arn = arn:aws:iam::1234567891012:role/deployer
source_profile = dev
role_session_name = me
region = ap-northeast-1

[profile release]
role_arn = arn:aws:iam::1234567891011:role/releaser
source_profile = deploy
role_session_name = me-too
external_id = x-1
duration_seconds = 900
region = ap-northeast-1

[profile refused]
role_arn = arn:aws:iam::1234567891011:role/releaser
source_profile = dev
region = ap-northeast-1

[profile round]
role_arn = arn:aws:iam::1234567891011:role/releaser
source_profile = around
region = ap-northeast-1

[profile around]
role_arn = arn:aws:iam::1234567891011:role/releaser
source_profile = round
"""
NOT_AUTHORIZED = (
    "is not authorized to perform: sts:AssumeRole on resource: "
    "arn:aws:iam::1234567891011:role/releaser"
)
LOOP = (
    "Infinite loop in credential configuration detected. Attempting to load from profile round "
    "which has already been visited. Visited profiles: ['round', 'around']"
)


def test_a_chain_is_the_same_somebody_to_every_client(home: Home, page: Page, aws_cli: str) -> None:
    home.write_config(home.config.read_text(encoding="utf-8") + CHAINS)
    login = login_by_device_code(home, page, "deploy")

    assert login.status == 0, login.stderr
    for profile, arn in (
        ("deploy", "arn:aws:sts::1234567891012:assumed-role/deployer/me"),
        ("release", "arn:aws:sts::1234567891011:assumed-role/releaser/me-too"),
    ):
        identities = [
            json.loads(result.stdout)
            for result in (
                home.sekisho("whoami", "--profile", profile),
                ask_boto3(home, profile),
                ask_aws(home, aws_cli, profile),
            )
        ]
        assert [each["Arn"] for each in identities] == [arn] * 3
        assert identities[0] == identities[1] == identities[2]
    for client in (home.sekisho("whoami", "--profile", "refused"), ask_boto3(home, "refused")):
        assert client.status != 0
        assert NOT_AUTHORIZED in " ".join(client.stderr.split())


def test_boto3_takes_a_chain_through_credential_process(home: Home, page: Page) -> None:
    command = f'"{sys.executable}" -m sekisho credential-process --profile release'
    through = f"[profile through]\nregion = us-east-1\ncredential_process = {command}\n"
    home.write_config(home.config.read_text(encoding="utf-8") + CHAINS + through)
    login_by_device_code(home, page, "dev")

    asked = ask_boto3(home, "through")

    assert asked.status == 0, asked.stderr
    assert json.loads(asked.stdout)["Arn"].endswith("assumed-role/releaser/me-too")


def test_a_loop_is_refused_in_botocore_s_words(home: Home) -> None:
    home.write_config(home.config.read_text(encoding="utf-8") + CHAINS)
    ours, theirs = home.sekisho("whoami", "--profile", "round"), ask_boto3(home, "round")

    assert ours.status == 2
    assert LOOP in " ".join(ours.stderr.split())
    assert LOOP in theirs.stderr


def test_what_the_aws_cli_cached_of_chains_goes_when_their_source_is_guarded(
    home: Home, page: Page, aws_cli: str
) -> None:
    home.write_config(home.config.read_text(encoding="utf-8") + CHAINS)
    login_by_device_code(home, page, "dev")
    for profile in ("deploy", "release", "dev"):
        assert ask_aws(home, aws_cli, profile).status == 0
    cache = home.config.parent / "cli" / "cache"
    assert len(list(cache.glob("*.json"))) == 3

    guarded = home.sekisho("isolate", "--guard", "--yes")

    assert guarded.status == 0, guarded.stderr
    assert "cached role of deploy is removed" in guarded.stderr
    assert list(cache.glob("*.json")) == []
