"""The system's keyring, asked in a process of its own, which is ended when it does not answer.

A keyring may hang, ask to be unlocked, or load whatever its settings name; none of that happens
here. Secrets go through pipes, never through arguments or the environment.
"""

import contextlib
import json
import os
import select
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from sekisho.adapters.programs import end_all
from sekisho.errors import KeyringClosed
from sekisho.model import Environ
from sekisho.secret import Secret

__all__ = ["SystemKeyring"]

_SECONDS = 10.0
"""A keyring that is unlocked answers in a tenth of one."""
_SECONDS_TO_UNLOCK = 120.0
"""For a person, who may have to find the window, and the password."""
_CHUNK = 65_536


class SystemKeyring:
    """The real `Keyring`."""

    def __init__(self, environ: Environ, *, asks: bool, seconds: float = _SECONDS) -> None:
        """Hand `environ` on to the keyring, which finds the person's session by it.

        Unless it `asks`, a keyring that is known to be locked is not asked at all, so that no
        window opens. It is waited for at most `seconds`; two minutes more where it `asks`, and the
        keyring is locked, or does not say whether it is.
        """
        self._environ = environ
        self._asks = asks
        self._seconds = seconds

    def get(self, account: str) -> Secret | None:
        """Return what is kept for `account`; see `ports.Keyring.get`."""
        kept = self._ask({"do": "get", "account": account}).get("secret")
        return Secret(kept) if isinstance(kept, str) else None

    def put(self, account: str, secret: Secret) -> None:
        """Keep `secret`; see `ports.Keyring.put`."""
        self._ask({"do": "put", "account": account, "secret": secret.reveal()})

    def remove(self, account: str) -> None:
        """Forget what is kept; see `ports.Keyring.remove`."""
        self._ask({"do": "remove", "account": account})

    def _ask(self, asked: dict[str, Any]) -> dict[str, Any]:
        # the folder that it runs in must not lend it modules; an isolated process starts another
        apart = "-I" if sys.flags.isolated else "-P"
        command = [sys.executable, apart, "-m", "sekisho.adapters.keyring_process"]
        try:
            process = subprocess.Popen(  # noqa: S603 (no shell)
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=dict(self._environ),
                cwd=Path("/"),
                start_new_session=True,
            )
        except OSError as error:
            raise KeyringClosed(error.strerror or str(error)) from error
        try:
            return self._converse(process, json.dumps({**asked, "asks": self._asks}).encode())
        finally:
            end_all(process)

    def _converse(self, process: "subprocess.Popen[bytes]", request: bytes) -> dict[str, Any]:
        """Send the request, and return the answer. Raises `KeyringClosed`."""
        if process.stdin is None or process.stdout is None:
            raise KeyringClosed("there is no way to talk to it")
        with contextlib.suppress(BrokenPipeError), process.stdin:  # it has ended: see what it said
            process.stdin.write(request)
        said = _Answers(process.stdout.fileno())
        answer = said.next(self._seconds)
        if "locked" in answer:
            unlocked = answer["locked"] is False
            answer = said.next(self._seconds + (0 if unlocked else _SECONDS_TO_UNLOCK))
        if "trouble" in answer:
            raise KeyringClosed(str(answer["trouble"]))
        return answer


class _Answers:
    """The lines of the process, as they come. A backend may print others in between."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._read = b""

    def next(self, seconds: float) -> dict[str, Any]:
        """Return the next answer; block for at most `seconds`. Raises `KeyringClosed`."""
        deadline = time.monotonic() + seconds
        while True:
            line, end, rest = self._read.partition(b"\n")
            if end:
                self._read = rest
                if (answer := _answer(line)) is not None:
                    return answer
                continue
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self._descriptor], [], [], left)[0]:
                raise KeyringClosed(f"it did not answer within {seconds:.0f} seconds")
            chunk = os.read(self._descriptor, _CHUNK)
            if not chunk:
                raise KeyringClosed("it ended without an answer")
            self._read += chunk


def _answer(line: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(line)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
