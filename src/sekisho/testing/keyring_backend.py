"""A backend for the `keyring` package that a test holds in its hand: one file, and a mood.

It is chosen as any backend is:

    PYTHON_KEYRING_BACKEND=sekisho.testing.keyring_backend.FileKeyring
    KEYRING_PROPERTY_FILE=/tmp/of-this-test/keyring.json
    KEYRING_PROPERTY_MOOD=open, talkative, locked, broken or silent
"""

import json
import sys
import threading
from pathlib import Path

from keyring.backend import KeyringBackend
from keyring.errors import KeyringError, KeyringLocked, PasswordDeleteError

__all__ = ["FileKeyring"]


class FileKeyring(KeyringBackend):
    """Keeps passwords as plain text: for tests, whose passwords are obviously fake."""

    priority = -1.0  # never chosen unless it is named
    file = ""
    """Where it keeps them."""
    mood = "open"
    """`locked` and `broken` raise what real backends raise; `silent` never answers, and `talkative`
    writes to stdout besides."""

    def get_password(self, service: str, username: str) -> str | None:
        """Return a password."""
        return self._read().get(f"{service}/{username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep a password."""
        kept = {**self._read(), f"{service}/{username}": password}
        Path(self.file).write_text(json.dumps(kept))

    def delete_password(self, service: str, username: str) -> None:
        """Forget a password."""
        kept = self._read()
        if kept.pop(f"{service}/{username}", None) is None:
            raise PasswordDeleteError("there is none")
        Path(self.file).write_text(json.dumps(kept))

    def _read(self) -> dict[str, str]:
        match self.mood:
            case "locked":
                raise KeyringLocked("it is locked")
            case "broken":
                raise KeyringError("fake-secret-in-an-error")
            case "talkative":
                sys.stdout.write('[]\nunlocking {"secret": "x"} ... ')
            case "silent":
                threading.Event().wait()
        path = Path(self.file)
        found: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
        return found
