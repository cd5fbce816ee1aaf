r"""How a record of the sealed store is sealed: bytes in, bytes out, no file and no keyring.

From the data key (32 random bytes) two keys are derived (HKDF-Expand, RFC 5869 §2.3): one names
records, one seals them. A record's name is a keyed hash of its label, so that a name tells nothing
to who has not the key. It is sealed by ChaCha20-Poly1305 (RFC 8439 §2.8) with a random nonce; the
associated data are the header and the name. So a record that was renamed, or put in another's
place, or whose header was changed, does not open.

    header      "sekisho sealed 1\n", then the 16 bytes that name the data key
    nonce       12 bytes
    ciphertext  of {"label": [...], "body": "..."}, with its tag of 16 bytes at the end
"""

import base64
import json
import secrets
from typing import TYPE_CHECKING

from sekisho.secret import Secret
from sekisho.values import dataclass

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

__all__ = [
    "Foreign",
    "Label",
    "SealKey",
    "name_of",
    "new_key",
    "open_sealed",
    "seal",
    "seal_key",
    "unseal_key",
]

Label = tuple[str, ...]
"""What a record is: its kind, and all that tells two of a kind apart."""

_MAGIC = b"sekisho sealed 1\n"
_KEY_BYTES = 32
_ID_BYTES = 16
_NONCE_BYTES = 12
_TAG_BYTES = 16
_NAMES = b"sekisho sealed store 1: names of records"
_RECORDS = b"sekisho sealed store 1: contents of records"
_WRAPPING = b"sekisho sealed store 1: data key\n"


@dataclass(frozen=True, slots=True)
class SealKey:
    """A data key."""

    id: str
    """32 hex digits; no secret: it says which key a record was sealed with."""
    secret: Secret
    """The key's 32 bytes in base64."""


class Foreign(ValueError):
    """A record that was sealed with another key."""


def new_key() -> SealKey:
    """Return a new random key under a new name."""
    text = base64.b64encode(secrets.token_bytes(_KEY_BYTES)).decode()
    return SealKey(secrets.token_hex(_ID_BYTES), Secret(text))


def name_of(key: SealKey, label: Label) -> str:
    """Return the name of the record `label`: 64 hex digits."""
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.hmac import HMAC

    keyed = HMAC(_derived(key, _NAMES), SHA256())
    keyed.update(_spelt(label))
    return keyed.finalize().hex()


def seal(key: SealKey, label: Label, body: str) -> bytes:
    """Return `body` sealed as the record `label`. Two calls never give the same bytes."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    header = _MAGIC + bytes.fromhex(key.id)
    text = json.dumps({"label": label, "body": body}).encode()
    bound = header + name_of(key, label).encode()
    return header + nonce + _cipher(_derived(key, _RECORDS)).encrypt(nonce, text, bound)


def open_sealed(key: SealKey, name: str, data: bytes) -> tuple[Label, str]:
    """Return the label and the body of the record that lies under `name`.

    Raises `Foreign` for what another key has sealed, and `ValueError` for anything else that
    `seal` did not write under this name.
    """
    header, rest = data[: len(_MAGIC) + _ID_BYTES], data[len(_MAGIC) + _ID_BYTES :]
    if not header.startswith(_MAGIC) or len(rest) < _NONCE_BYTES + _TAG_BYTES:
        raise ValueError("it is no sealed record; it may have been cut off")
    if header.removeprefix(_MAGIC).hex() != key.id:
        raise Foreign("it was sealed with another key")
    nonce, sealed = rest[:_NONCE_BYTES], rest[_NONCE_BYTES:]
    text = _opened(_derived(key, _RECORDS), nonce, sealed, header + name.encode())
    fields = json.loads(text)
    return tuple(fields["label"]), fields["body"]


def seal_key(key: SealKey, wrapping: bytes, bound: bytes) -> bytes:
    """Return `key` sealed with the 32 bytes `wrapping`, bound to its name and to `bound`."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    sealed = _cipher(wrapping).encrypt(
        nonce, base64.b64decode(key.secret.reveal()), _bound_key(key.id, bound)
    )
    return nonce + sealed


def unseal_key(key_id: str, sealed: bytes, wrapping: bytes, bound: bytes) -> SealKey:
    """Open what `seal_key` returned. Raises `ValueError` for anything else."""
    nonce, rest = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
    opened = _opened(wrapping, nonce, rest, _bound_key(key_id, bound))
    return SealKey(key_id, Secret(base64.b64encode(opened).decode()))


def _bound_key(key_id: str, bound: bytes) -> bytes:
    return _WRAPPING + key_id.encode() + b"\n" + bound


def _derived(key: SealKey, purpose: bytes) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

    expand = HKDFExpand(algorithm=SHA256(), length=_KEY_BYTES, info=purpose)
    return expand.derive(base64.b64decode(key.secret.reveal()))


def _cipher(key: bytes) -> "ChaCha20Poly1305":
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    return ChaCha20Poly1305(key)


def _opened(key: bytes, nonce: bytes, sealed: bytes, bound: bytes) -> bytes:
    from cryptography.exceptions import InvalidTag

    try:
        return _cipher(key).decrypt(nonce, sealed, bound)
    except InvalidTag:
        raise ValueError("it does not open: it was changed, or is another record") from None


def _spelt(label: Label) -> bytes:
    return json.dumps(label).encode()
