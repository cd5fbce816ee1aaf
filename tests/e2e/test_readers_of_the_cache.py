"""boto3 and the AWS CLI read the caches while sekisho writes them, and never see half a file."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

import pytest

from sekisho.store.keys import sha256_hex
from sekisho.testing.clock import FakeClock
from tests.e2e.refresh_machine import DEV, TARGET, RefreshMachine, serving

READS = 400
READ_WITH_BOTO3 = """
import boto3, json, sys
from botocore.tokens import SSOTokenProvider
seen = set()
for _ in range(int(sys.argv[1])):
    loader = SSOTokenProvider(boto3.Session(profile_name="dev")._session)._token_loader
    token = loader("https://unused", session_name="hoge-dev")
    assert {"accessToken", "refreshToken", "clientId", "expiresAt"} <= token.keys(), token.keys()
    seen.add(token["accessToken"])
boto3.Session(profile_name="dev").client("sts").get_caller_identity()
print(len(seen))
"""


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[RefreshMachine]:
    """Signed in, with the credentials of one role in the cache."""
    with serving(tmp_path / "center") as url:
        machine = RefreshMachine(tmp_path / "home", url)
        machine.sign_in(DEV)
        yield machine


class Writer(threading.Thread):
    """Refreshes the token and writes the role credentials, again and again.

    Its clock is ahead, so that whatever it writes is fresh for everybody else.
    """

    def __init__(self, machine: RefreshMachine) -> None:
        super().__init__()
        self._machine = machine
        self._clock = FakeClock(datetime.now(UTC) + timedelta(minutes=50))
        self._end = threading.Event()
        self.written = 0

    def run(self) -> None:
        http, store = self._machine.http(), self._machine.store
        credentials = store.role_credentials(TARGET.token_key, DEV)
        assert credentials is not None
        while not self._end.is_set():
            token, _ = self._machine.take(http, self._clock)
            digest = sha256_hex(token.access_token.reveal())
            self.written += store.put_issued(TARGET.token_key, digest, credentials)
            self._clock.advance(50 * 60)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self.join()


def run(machine: RefreshMachine, *command: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        command,
        env=machine.environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


def test_boto3_never_sees_a_torn_token(machine: RefreshMachine) -> None:
    with Writer(machine) as writer:
        read = run(machine, sys.executable, "-c", READ_WITH_BOTO3, str(READS))

    assert read.returncode == 0, read.stderr
    assert int(read.stdout) > 1
    assert writer.written > 1


def test_the_aws_cli_never_sees_a_torn_token_or_torn_role_credentials(
    machine: RefreshMachine, aws_cli: str
) -> None:
    with Writer(machine) as writer:
        ask = (aws_cli, "sts", "get-caller-identity", "--profile", "dev")
        asked = [run(machine, *ask) for _ in range(2)]

    for answer in asked:
        assert answer.returncode == 0, answer.stderr
        assert json.loads(answer.stdout)["Account"] == DEV.account_id
    assert writer.written > 1
