"""Which profile, Region and endpoint win, beside what the AWS CLI v2 really does."""

import json

import pytest

from tests.e2e.aws_cli_v2.conftest import Machine

CONFIG = """\
[default]
region = eu-west-1

[profile keys]
region = eu-central-1
aws_access_key_id = AKIAFAKE
aws_secret_access_key = fake

[profile bare]
"""
KEYS = {"AWS_ACCESS_KEY_ID": "AKIAFAKE", "AWS_SECRET_ACCESS_KEY": "fake"}
CHOICES: list[dict[str, str]] = [
    {},
    {"AWS_PROFILE": "keys"},
    {"AWS_DEFAULT_PROFILE": "keys"},
    {"AWS_PROFILE": "keys", "AWS_DEFAULT_PROFILE": "bare"},
    {"AWS_PROFILE": "bare", "AWS_DEFAULT_PROFILE": "keys", "AWS_REGION": "us-east-2"},
    {"AWS_REGION": "us-east-2", "AWS_DEFAULT_REGION": "us-west-2"},
    {"AWS_DEFAULT_REGION": "us-west-2", "AWS_PROFILE": "keys"},
    {"AWS_REGION": "", "AWS_DEFAULT_REGION": "us-west-2"},
    {"AWS_REGION": "", "AWS_PROFILE": "keys"},
    {"AWS_PROFILE": "keys", **KEYS},
    KEYS,
]


def listed(table: str) -> tuple[str | None, str | None]:
    """Profile and Region of `aws configure list`; what is not set, or set to nothing, is `None`."""
    rows = [line.split(" : ") for line in table.splitlines() if " : " in line]
    values = {row[0].strip(): row[1].strip() for row in rows}
    return tuple(  # type: ignore[return-value]
        values[name] if values[name] not in {"", "<not set>"} else None
        for name in ("profile", "region")
    )


@pytest.mark.parametrize("environ", CHOICES, ids=lambda environ: " ".join(environ) or "nothing")
def test_explain_says_which_profile_region_and_credentials_the_aws_cli_uses(
    machine: Machine, environ: dict[str, str]
) -> None:
    machine.home.write_config(CONFIG)
    shown = machine.aws("configure", "list", **environ)
    said = json.loads(machine.sekisho("explain", "--json", **environ).stdout)

    assert shown.status == 0, shown.stderr
    profile, region = listed(shown.stdout)
    ours = said["settings"].get("region", {}).get("value")
    others = (said["others_would_use"] or {}).get("aws-cli-v2", {"region": ours})
    assert said["profile"] == (profile or "default")
    assert (others["region"] or None) == region
    if environ.get("AWS_REGION") != "":  # sekisho takes a variable that says nothing for nothing
        assert ours == region
