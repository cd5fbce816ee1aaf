"""What `isolate --guard` writes, read by those who have to: boto3, the AWS CLI, JavaScript's SDK.

The program that they start is none of sekisho's here: its answer names the profile and what it was
started with, so that nothing of the command is lost on the way.
"""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import boto3
import botocore.session
import pytest
from botocore.credentials import AssumeRoleProvider, ProfileProviderBuilder

from sekisho.awsconfig.locate import ConfigFiles
from sekisho.configure.guard import guard
from sekisho.model import Delivery

PROFILES = ("dev", "team/prod", "a@b", "my prod", "it's", 'say "hi"', "a #b", "$HOME", "本番")
NAMED_BY_JAVASCRIPT = ("dev", "team/prod", "a@b")
"""Its SDK knows no profile with a blank, a quote or a letter that is not ASCII in its name."""
PROGRAM = """\
#!{python}
import json, sys

assert sys.argv[1:3] == ["credential-process", "--profile"]
name = sys.argv[3].encode().hex()
print(json.dumps({{"Version": 1, "AccessKeyId": name, "SecretAccessKey": "fake"}}))
"""
ASK = """\
import { fromIni } from "@aws-sdk/credential-providers"

const found = {}
for (const profile of JSON.parse(process.argv[2])) {
  found[profile] = (await fromIni({ profile })()).accessKeyId
}
console.log(JSON.stringify(found))
"""


def hexed(profile: str) -> str:
    return profile.encode().hex()


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """A home with guarded profiles, and a role chain on one; sekisho is in a folder of odd name."""
    program = tmp_path / "my #tools" / "sekisho"
    program.parent.mkdir()
    program.write_text(PROGRAM.format(python=sys.executable))
    program.chmod(0o700)
    config = "[sso-session hoge]\nsso_start_url = https://hoge.awsapps.com/start\nsso_region = x\n"
    for name in PROFILES:
        quoted = name.replace("\\", "\\\\").replace('"', '\\"')
        config += f'[profile "{quoted}"]\nsso_session = hoge\nsso_account_id = 1\n'
        config += "sso_role_name = R\nregion = us-east-1\n"
    for name in NAMED_BY_JAVASCRIPT:
        config = config.replace(f'[profile "{name}"]', f"[profile {name}]")
    config += "[profile deploy]\nrole_arn = arn:aws:iam::1:role/r\nsource_profile = team/prod\n"
    plan = guard(
        config.encode(),
        None,
        ConfigFiles(Path("config"), Path("credentials")),
        delivery=Delivery.GUARDED,
        program=str(program),
    )
    assert plan.profiles == PROFILES
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws/config").write_bytes(plan.after)
    kept = {key: value for key, value in os.environ.items() if not key.startswith("AWS_")}
    return {**kept, "HOME": str(tmp_path), "AWS_EC2_METADATA_DISABLED": "true"}


def test_boto3_asks_the_program_for_each_profile(
    environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", environ["HOME"])

    found = {
        name: boto3.Session(profile_name=name).get_credentials().access_key for name in PROFILES
    }

    assert found == {name: hexed(name) for name in PROFILES}


class _Sts:
    """STS, as far as botocore asks it."""

    def assume_role(self, **_: object) -> dict[str, dict[str, object]]:
        keys = {"AccessKeyId": "ASIAFAKE", "SecretAccessKey": "fake", "SessionToken": "fake"}
        return {"Credentials": {**keys, "Expiration": datetime.now(UTC) + timedelta(hours=1)}}


def test_a_role_chain_goes_on_from_a_guarded_profile(
    environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", environ["HOME"])
    session, assumed_with = botocore.session.Session(), []

    def sts(_: str, **keys: str) -> _Sts:
        assumed_with.append(keys["aws_access_key_id"])
        return _Sts()

    provider = AssumeRoleProvider(
        load_config=lambda: session.full_config,
        client_creator=sts,
        cache={},
        profile_name="deploy",
        profile_provider_builder=ProfileProviderBuilder(session),
    )

    credentials = provider.load().get_frozen_credentials()

    assert assumed_with == [hexed("team/prod")]
    assert credentials.access_key == "ASIAFAKE"


@pytest.mark.parametrize("profile", ["dev", "my prod", "a #b", "$HOME"])
def test_the_aws_cli_asks_the_program(environ: dict[str, str], aws_cli: str, profile: str) -> None:
    command = [aws_cli, "configure", "list", "--profile", profile]

    run = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)

    assert run.returncode == 0, run.stderr
    key = next(line for line in run.stdout.splitlines() if "access_key" in line)
    assert f"{hexed(profile)[-4:]} " in key
    assert "custom-process" in key


def test_the_sdk_for_javascript_asks_the_program(
    environ: dict[str, str], tmp_path: Path, node: str, node_modules: Path
) -> None:
    (tmp_path / "node_modules").symlink_to(node_modules)
    (tmp_path / "ask.mjs").write_text(ASK, encoding="utf-8")

    run = subprocess.run(
        [node, "ask.mjs", json.dumps(NAMED_BY_JAVASCRIPT)],
        cwd=tmp_path,
        env=environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout) == {name: hexed(name) for name in NAMED_BY_JAVASCRIPT}
