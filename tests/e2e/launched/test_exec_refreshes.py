"""`sekisho exec --endpoint`: SDKs go through the expiry of their credentials, and learn why not."""

import subprocess
import sys
from pathlib import Path

import pytest

from sekisho.adapters.endpoint_server import serving
from sekisho.errors import TokenExpired
from sekisho.guard.endpoint import CredentialsEndpoint
from sekisho.model import RoleCredentials
from sekisho.secret import Secret
from sekisho.testing import AwsHome, IdentityCenter
from sekisho.testing.identity_center import DIRECTORY
from tests.e2e.launched.launching import LONG, Launcher

SHORT_LIVED = {
    **DIRECTORY,
    "permission_sets": [
        {"name": "AdministratorAccess", "session_duration": "15m"},
        {"name": "ReadOnlyAccess", "session_duration": "15m"},
    ],
}
A_WHILE = 16 * 60  # seconds; longer than the credentials live

BOTO3 = """
import boto3, sys
session = boto3.Session()
for _ in sys.stdin:
    try:
        sts = session.client("sts")
        print(sts.get_caller_identity()["Account"], flush=True)
    except Exception as error:
        print(repr(error), flush=True)
"""
AWS_CLI = """
while read -r _; do
  {aws} sts get-caller-identity --query Account --output text 2>&1
done
"""
JAVASCRIPT = """
import {createInterface} from "node:readline"
import {GetCallerIdentityCommand, STSClient} from "@aws-sdk/client-sts"

// the tool's own clock goes on with the center's
const Real = Date
let ahead = 0
globalThis.Date = class extends Real {
  constructor(...given) { super(...(given.length ? given : [Real.now() + ahead])) }
  static now() { return Real.now() + ahead }
}

const sts = new STSClient({})
for await (const line of createInterface({input: process.stdin})) {
  ahead = Number(line) * 1000
  try {
    console.log((await sts.send(new GetCallerIdentityCommand({}))).Account)
  } catch (error) {
    console.log(String(error).replaceAll("\\n", " "), error.Message ?? "")
  }
}
"""

Tool = list[str]


@pytest.fixture(params=["boto3", "aws-cli", "javascript"])
def tool(request: pytest.FixtureRequest, tmp_path: Path) -> Tool:
    """A tool that asks once for each line, and says whose account it was."""
    if request.param == "boto3":
        return [sys.executable, "-c", BOTO3]
    if request.param == "aws-cli":
        aws = request.getfixturevalue("aws_cli")
        return ["sh", "-c", AWS_CLI.format(aws=aws)]
    (tmp_path / "node_modules").symlink_to(request.getfixturevalue("node_modules"))
    (tmp_path / "tool.mjs").write_text(JAVASCRIPT, encoding="utf-8")
    return [request.getfixturevalue("node"), "--no-warnings", str(tmp_path / "tool.mjs")]


def ask(process: "subprocess.Popen[str]", seconds: int = 0) -> str:
    """Let the tool ask, so many seconds later by its own clock."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(f"{seconds}\n")
    process.stdin.flush()
    return process.stdout.readline().strip()


@pytest.mark.identity_center(directory=SHORT_LIVED)
def test_every_sdk_goes_through_an_expiry(
    sekisho: Launcher, tool: Tool, identity_center: IdentityCenter
) -> None:
    with sekisho.start("exec", "--profile", "dev", "--endpoint", "--", *tool) as process:
        first = ask(process)
        fetched = identity_center.count("GetRoleCredentials")
        identity_center.clock.advance(A_WHILE)
        second = ask(process, A_WHILE)
        _, err = process.communicate(timeout=LONG)

    assert first == second == "111111111111"
    assert identity_center.count("GetRoleCredentials") > fetched
    assert (err, process.returncode) == ("", 0)


@pytest.mark.identity_center(directory=SHORT_LIVED)
def test_fixed_keys_are_refused_once_they_have_expired(
    sekisho: Launcher, identity_center: IdentityCenter
) -> None:
    with sekisho.start("exec", "--profile", "dev", "--", sys.executable, "-c", BOTO3) as process:
        first = ask(process)
        identity_center.clock.advance(A_WHILE)
        second = ask(process)

    assert first == "111111111111"
    assert "ExpiredToken" in second


class Expired:
    """A source whose sign-in is over."""

    def fetch(self) -> RoleCredentials:
        raise TokenExpired("test", login="sekisho login --profile dev")


@pytest.mark.parametrize("tool", ["boto3", "aws-cli"], indirect=True)
def test_who_has_to_sign_in_reads_so_from_the_tool_itself(
    aws_home: AwsHome, tool: Tool, tmp_path: Path
) -> None:
    (tmp_path / "token").write_text("FAKE", encoding="utf-8")
    with serving(CredentialsEndpoint(Expired(), Secret("FAKE")).answer) as url:
        run = subprocess.run(
            tool,
            env={
                **aws_home.environ,
                "AWS_CONTAINER_CREDENTIALS_FULL_URI": url,
                "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": str(tmp_path / "token"),
                "AWS_DEFAULT_REGION": "us-east-1",
            },
            input="0\n",
            capture_output=True,
            text=True,
            timeout=LONG,
            check=False,
        )

    assert "do: sekisho login --profile dev" in run.stdout + run.stderr
