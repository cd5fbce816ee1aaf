"""The sealed bytes, held to the standards by other people's code."""

import base64
import hashlib
import hmac
import json

import pytest
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from sekisho.secret import Secret
from sekisho.store.sealbox import Foreign, SealKey, name_of, new_key, open_sealed, seal

KEY = SealKey("00" * 16, Secret(base64.b64encode(bytes(range(32))).decode()))
LABEL = ("sign-in", "sso-session", "関所")


def expanded(info: bytes) -> bytes:
    """RFC 5869 §2.3 by the standard library: T(1) = HMAC(PRK, info | 0x01)."""
    return hmac.digest(bytes(range(32)), info + b"\x01", "sha256")


def test_a_name_is_a_keyed_hash_of_the_label() -> None:
    keyed = expanded(b"sekisho sealed store 1: names of records")
    text = json.dumps(list(LABEL)).encode()

    assert name_of(KEY, LABEL) == hmac.new(keyed, text, hashlib.sha256).hexdigest()


def test_a_record_is_chacha20_poly1305_of_label_and_body_bound_to_header_and_name() -> None:
    data = seal(KEY, LABEL, "the body")
    header, nonce, sealed = data[:33], data[33:45], data[45:]
    key = expanded(b"sekisho sealed store 1: contents of records")
    text = ChaCha20Poly1305(key).decrypt(nonce, sealed, header + name_of(KEY, LABEL).encode())

    assert header == b"sekisho sealed 1\n" + bytes(16)
    assert json.loads(text) == {"label": list(LABEL), "body": "the body"}


def test_a_record_opens_under_its_own_name_only() -> None:
    data = seal(KEY, LABEL, "the body")

    assert open_sealed(KEY, name_of(KEY, LABEL), data) == (LABEL, "the body")
    with pytest.raises(ValueError, match="does not open"):
        open_sealed(KEY, name_of(KEY, ("sign-in", "sso-session", "stg")), data)


def test_another_keys_record_is_told_from_a_broken_one() -> None:
    other = new_key()

    with pytest.raises(Foreign):
        open_sealed(other, name_of(other, LABEL), seal(KEY, LABEL, "the body"))


def test_nothing_that_a_key_is_shown_as_has_the_key_in_it() -> None:
    key = new_key()

    assert key.secret.reveal() not in f"{key!r} {key}"


def test_no_two_keys_are_alike() -> None:
    assert len({new_key().secret.reveal() for _ in range(20)}) == 20
