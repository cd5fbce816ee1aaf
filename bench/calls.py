"""Commands that need one call to the service: the center, in a process of its own, is AWS."""

import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.aims import CALL, COLD, WHOAMI
from bench.login import Login
from bench.pairs import seconds
from sekisho.adapters.http import NetworkHttp
from sekisho.wire.http import Request

__all__ = ["one_call"]

_BOTO3 = "import boto3; boto3.Session(profile_name='dev').client('sts').get_caller_identity()"


def one_call(login: Login, script: Path) -> Iterator[tuple[str, Callable[[], float]]]:
    """Yield what is measured once `login` has signed in."""
    environ = login.environ
    roles = Path(environ["HOME"]) / ".aws" / "cli" / "cache"
    aws = os.environ.get("SEKISHO_AWS_CLI") or shutil.which("aws")

    def command(*words: str, cold: bool = False) -> Callable[[], float]:
        def run() -> float:
            if cold:
                shutil.rmtree(roles, ignore_errors=True)
            return seconds(words, environ)

        return run

    asked = ("credential-process", "--profile", "dev")
    yield CALL, _bare_call(environ)
    yield COLD, command(str(script), *asked, cold=True)
    command(str(script), *asked)()
    yield WHOAMI, command(str(script), "whoami", "--profile", "dev")
    yield "boto3: get_caller_identity (two calls)", command(sys.executable, "-c", _BOTO3)
    if aws:
        identity = ("sts", "get-caller-identity", "--profile", "dev")
        yield (
            "AWS CLI from PyPI: the same, no credentials cached",
            command(aws, *identity, cold=True),
        )
        yield "AWS CLI from PyPI: the same, credentials cached", command(aws, *identity)


def _bare_call(environ: dict[str, str]) -> Callable[[], float]:
    url = f"{environ['AWS_ENDPOINT_URL_SSO']}/federation/credentials?role_name=x&account_id=1"

    def call() -> float:
        before = time.perf_counter()
        NetworkHttp({}).send(Request("GET", url))  # a refusal takes as long as an answer
        return time.perf_counter() - before

    return call
