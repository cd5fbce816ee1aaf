"""The center's signing keys: a file that outlives the database.

Client registrations, role secrets and the successors of refresh tokens are not stored: they are
derived from these keys, so they survive a reset of the database, and a copy of the database
alone is worth nothing. Every derivation has a purpose of its own, so no two can be confused.
"""

import base64
import binascii
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sekisho import files
from sekisho.errors import KeysUnusable

__all__ = ["Keys", "load_or_make"]

_VERSION = 1
_LENGTH = 32


@dataclass(frozen=True, slots=True)
class Keys:
    """The master keys by id, and which of them makes new things. Their `repr` shows no key."""

    current: str
    _masters: Mapping[str, bytes] = field(repr=False)

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of all keys, those that only check what was made before among them."""
        return tuple(self._masters)

    def derive(self, purpose: str, *parts: str, key: str | None = None) -> bytes:
        """Return 32 bytes that only the holder of `key` (default: the current one) can make.

        The parts are kept apart: ("ab", "c") and ("a", "bc") differ. Raises `KeyError` when
        there is no such key (any more).
        """
        master = self._masters[self.current if key is None else key]
        message = json.dumps([purpose, *parts]).encode()
        return hmac.new(master, message, hashlib.sha256).digest()

    def knows(self, key: str) -> bool:
        """Return whether there is such a key, and it was not retired."""
        return key in self._masters


def load_or_make(path: Path) -> Keys:
    """Read the keys in `path`; make them, mode 0600, when there is no such file.

    Two centers that start at once end up with the same keys. Raises `errors.KeysUnusable` for a
    file that holds no keys, and `errors.FileError`.
    """
    with files.lock(path.with_name(f"{path.name}.lock")):
        data = files.read(path)
        if data is None:
            data = _new_file()
            files.write_private(path, data)
    return _parse(path, data)


def _new_file() -> bytes:
    key_id = f"k{secrets.token_hex(4)}"
    master = base64.b64encode(secrets.token_bytes(_LENGTH)).decode()
    content = {"version": _VERSION, "current": key_id, "keys": {key_id: master}}
    return f"{json.dumps(content, indent=2)}\n".encode()


def _parse(path: Path, data: bytes) -> Keys:
    try:
        content = json.loads(data)
        if content["version"] != _VERSION:
            raise KeysUnusable(path, "it is of a version that this sekisho does not know")
        masters = {
            str(name): base64.b64decode(text, validate=True)
            for name, text in content["keys"].items()
        }
        current = content["current"]
    except (ValueError, KeyError, TypeError, AttributeError, binascii.Error) as error:
        raise KeysUnusable(path, "it does not read as one") from error
    if current not in masters or any(len(master) != _LENGTH for master in masters.values()):
        raise KeysUnusable(path, f"it needs a current key, and keys of {_LENGTH} bytes")
    return Keys(current, masters)
