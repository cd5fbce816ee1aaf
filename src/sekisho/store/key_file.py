"""The file that says how the sealed store's data key is kept: in the keyring, or by a passphrase.

It holds no key that opens anything by itself. With a passphrase the data key lies in it, sealed
with what Argon2id (RFC 9106) makes of the passphrase; the numbers stand beside the salt, and all
of them are bound to the sealed key, so that none can be changed.
"""

import base64
import json
import secrets
from typing import Any

from sekisho.secret import Secret
from sekisho.store.sealbox import SealKey, seal_key, unseal_key
from sekisho.values import dataclass, replace

__all__ = ["Custody", "KeyFile", "Wrapping", "parse_key_file", "render_key_file", "unwrap", "wrap"]

_VERSION = 1
_SALT_BYTES = 16
_WRAPPING_BYTES = 32


@dataclass(frozen=True, slots=True)
class Wrapping:
    """A data key that a passphrase opens. The numbers are RFC 9106's second recommended option."""

    salt: bytes
    sealed: bytes
    memory_kib: int = 65_536
    iterations: int = 3
    lanes: int = 4


_FLOOR = Wrapping(b"", b"")
_CEILING = Wrapping(b"", b"", memory_kib=4 * 1024 * 1024, iterations=64, lanes=64)
"""What a file may ask of this machine."""

Custody = Wrapping | None
"""How the key is kept; `None`: in the system's keyring."""


@dataclass(frozen=True, slots=True)
class KeyFile:
    """What the file says."""

    key_id: str
    """Which key it is about: 32 hex digits."""
    custody: Custody


def wrap(key: SealKey, passphrase: Secret) -> KeyFile:
    """Return the key file by which `passphrase` opens `key`; takes a moment, and 64 MiB.

    Raises `ValueError` for a passphrase of nothing.
    """
    if not passphrase.reveal().strip():
        raise ValueError("the passphrase is empty")
    unsealed = Wrapping(secrets.token_bytes(_SALT_BYTES), b"")
    sealed = seal_key(key, _stretched(passphrase, unsealed), _numbers(unsealed))
    return KeyFile(key.id, replace(unsealed, sealed=sealed))


def unwrap(key_id: str, wrapping: Wrapping, passphrase: Secret) -> SealKey:
    """Return the key that `passphrase` opens. Raises `ValueError` where it opens none."""
    opened = _stretched(passphrase, wrapping)
    return unseal_key(key_id, wrapping.sealed, opened, _numbers(wrapping))


def render_key_file(file: KeyFile) -> bytes:
    """Write `file` as versioned JSON."""
    fields: dict[str, Any] = {"version": _VERSION, "key": file.key_id}
    if file.custody is None:
        fields["kept_in"] = "keyring"
    else:
        fields["kept_in"] = "passphrase"
        fields["argon2id"] = {
            "memory_kib": file.custody.memory_kib,
            "iterations": file.custody.iterations,
            "lanes": file.custody.lanes,
            "salt": base64.b64encode(file.custody.salt).decode(),
        }
        fields["sealed_key"] = base64.b64encode(file.custody.sealed).decode()
    return json.dumps(fields, indent=2).encode() + b"\n"


def parse_key_file(data: bytes) -> KeyFile:
    """Read a key file. Raises `ValueError` for anything that `render_key_file` never wrote.

    Numbers below today's are refused, and so are those that would take the machine down.
    """
    fields = json.loads(data)
    if not isinstance(fields, dict) or fields.get("version") != _VERSION:
        raise ValueError(f"it is no key file of version {_VERSION}")
    key_id = fields.get("key")
    if not isinstance(key_id, str) or len(bytes.fromhex(key_id)) != _SALT_BYTES:
        raise ValueError("it does not name its key")
    match fields.get("kept_in"):
        case "keyring":
            return KeyFile(key_id, None)
        case "passphrase":
            return KeyFile(key_id, _wrapping(fields))
        case _:
            raise ValueError("it does not say where its key is kept")


def _wrapping(fields: dict[str, Any]) -> Wrapping:
    stretching = fields.get("argon2id")
    if not isinstance(stretching, dict):
        raise ValueError("it does not say how the passphrase is stretched")  # noqa: TRY004  # of a file
    found = Wrapping(
        salt=_bytes(stretching, "salt"),
        sealed=_bytes(fields, "sealed_key"),
        memory_kib=_number(stretching, "memory_kib"),
        iterations=_number(stretching, "iterations"),
        lanes=_number(stretching, "lanes"),
    )
    if len(found.salt) < _SALT_BYTES:
        raise ValueError("its salt is too short")
    return found


def _number(fields: dict[str, Any], name: str) -> int:
    value = fields.get(name)
    if type(value) is not int or not getattr(_FLOOR, name) <= value <= getattr(_CEILING, name):
        raise ValueError(f"its {name} is none that sekisho uses")
    return value


def _bytes(fields: dict[str, Any], name: str) -> bytes:
    value = fields.get(name)
    if not isinstance(value, str):
        raise ValueError(f"{name} is missing, or no text")  # noqa: TRY004  # of a file, not a caller
    return base64.b64decode(value, validate=True)


def _numbers(wrapping: Wrapping) -> bytes:
    numbers = (wrapping.memory_kib, wrapping.iterations, wrapping.lanes, wrapping.salt.hex())
    return json.dumps(numbers).encode()


def _stretched(passphrase: Secret, wrapping: Wrapping) -> bytes:
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

    stretch = Argon2id(
        salt=wrapping.salt,
        length=_WRAPPING_BYTES,
        iterations=wrapping.iterations,
        lanes=wrapping.lanes,
        memory_cost=wrapping.memory_kib,
    )
    return stretch.derive(passphrase.reveal().encode("utf-8", "surrogateescape"))
