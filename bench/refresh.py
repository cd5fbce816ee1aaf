"""Twenty processes, one expired token: how many CreateTokens they make, and how many fail.

The center's refresh tokens are good for one use, and each answer takes 200 ms. All processes have
imported what they need before the first begins.
"""

import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.refresh_machine import RefreshMachine, serving

__all__ = ["PROCESSES", "Storm", "storms"]

PROCESSES = 20
_TIMES = 3
_ROOT = Path(__file__).parents[1]
_BOTO3 = """
import boto3, sys
from botocore.tokens import SSOTokenProvider
token = SSOTokenProvider(boto3.Session(profile_name="dev")._session).load_token()
print("ready", flush=True)
sys.stdin.read()
token.get_frozen_token()
"""
_SEKISHO = """
import sys
from pathlib import Path
from tests.e2e.refresh_machine import RefreshMachine
machine = RefreshMachine(Path(sys.argv[1]), sys.argv[2])
print("ready", flush=True)
sys.stdin.read()
machine.take()
"""


@dataclass(frozen=True, slots=True)
class Storm:
    """What became of it: medians."""

    who: str
    calls: float
    failed: float


def storms() -> Iterator[Storm]:
    """Let each of them try a few times, with a new sign-in each time."""
    with (
        tempfile.TemporaryDirectory(prefix="sekisho-bench-") as folder,
        serving(Path(folder) / "center", "bench.slow_center") as url,
    ):
        for who, program in (("boto3", _BOTO3), ("sekisho", _SEKISHO)):
            tries = [
                _storm(RefreshMachine(Path(folder) / f"{who}-{number}", url), program)
                for number in range(_TIMES)
            ]
            calls, failed = zip(*tries, strict=True)
            yield Storm(who, statistics.median(calls), statistics.median(failed))


def _storm(machine: RefreshMachine, program: str) -> tuple[int, int]:
    machine.sign_in()
    machine.expire()
    before = len(machine.calls())
    started = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(machine.home), machine.url],
            cwd=_ROOT,
            env=machine.environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
        )
        for _ in range(PROCESSES)
    ]
    for process in started:
        _ = process.stdout and process.stdout.readline()
    for process in started:
        _ = process.stdin and process.stdin.close()
    failed = sum(process.wait() != 0 for process in started)
    return len(machine.calls()) - before, failed
