"""The system's keyring, asked in a process of its own, which is ended when it does not answer.

A keyring may hang, ask to be unlocked, or load whatever its settings name; none of that happens
here. Secrets go through pipes, never through arguments or the environment.
"""

import json
import subprocess
import sys
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


class SystemKeyring:
    """The real `Keyring`."""

    def __init__(self, environ: Environ, *, asks: bool, seconds: float | None = None) -> None:
        """Hand `environ` on to the keyring, which finds the person's session by it.

        Unless it `asks`, a keyring that is known to be locked is not asked at all, so that no
        window opens. It is waited for at most `seconds`: two minutes where somebody may have to
        unlock it, else ten seconds.
        """
        self._environ = environ
        self._asks = asks
        self._seconds = seconds or (_SECONDS_TO_UNLOCK if asks else _SECONDS)

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
        request = json.dumps({**asked, "asks": self._asks}).encode()
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
            said, _ = process.communicate(request, timeout=self._seconds)
        except subprocess.TimeoutExpired:
            raise KeyringClosed(f"it did not answer within {self._seconds:.0f} seconds") from None
        finally:
            end_all(process)
        return _answer(said)


def _answer(said: bytes) -> dict[str, Any]:
    """Read the last line that was said. A backend may have printed something before."""
    try:
        answer = json.loads(said.splitlines()[-1])
    except (ValueError, IndexError):
        answer = None
    if not isinstance(answer, dict):
        raise KeyringClosed("it ended without an answer")
    if "trouble" in answer:
        raise KeyringClosed(str(answer["trouble"]))
    return answer
