"""What `explain` says of other tools, against what `aws configure list` of the AWS CLI v1 shows."""

import json

import pytest

from tests.e2e.conftest import Home

CONFIG = """\
[profile keys]
region = eu-west-1

[profile process]
region = eu-central-1
credential_process = cat answer.json

[profile in-config]
aws_access_key_id = AKIAFAKE
aws_secret_access_key = fake
"""
CREDENTIALS = """\
[keys]
aws_access_key_id = AKIAFAKE
aws_secret_access_key = fake
region = us-west-1
"""
ANSWER = '{"Version": 1, "AccessKeyId": "AKIAFAKE", "SecretAccessKey": "fake"}'
ENVIRONMENT_KEYS = {"AWS_ACCESS_KEY_ID": "AKIAFAKE", "AWS_SECRET_ACCESS_KEY": "fake"}


@pytest.mark.parametrize(
    "environ",
    [
        {"AWS_PROFILE": "keys"},
        {"AWS_PROFILE": "keys", "AWS_REGION": "us-east-2"},
        {"AWS_PROFILE": "keys", "AWS_DEFAULT_REGION": "us-east-2"},
        {"AWS_PROFILE": "keys", **ENVIRONMENT_KEYS},
        {"AWS_PROFILE": "keys", "AWS_DEFAULT_PROFILE": "process"},
        {"AWS_PROFILE": "process"},
        {"AWS_PROFILE": "in-config"},
    ],
)
def test_botocore_in_the_aws_cli_uses_what_explain_says(
    home: Home, aws_cli: str, environ: dict[str, str]
) -> None:
    home.write_config(CONFIG.replace("answer.json", f"'{home.path}/answer.json'"))
    (home.path / ".aws" / "credentials").write_text(CREDENTIALS, encoding="utf-8")
    (home.path / "answer.json").write_text(ANSWER, encoding="utf-8")

    shown = home.run(aws_cli, "configure", "list", **environ)
    said = home.sekisho("explain", "--json", **environ)

    use = json.loads(said.stdout)["others_would_use"]["botocore"]
    assert _listed(shown.stdout) == (use["profile"], use["region"], use["credentials"])


def _listed(table: str) -> tuple[str, str | None, str]:
    """Profile, Region and kind of credentials of `aws configure list`."""
    rows = {name: rest for name, *rest in (line.split() for line in table.splitlines()) if rest}
    region = rows["region"][0]
    return rows["profile"][0], None if region == "<not" else region, rows["access_key"][1]
