"""Secrets that have to be read again, sealed by the center's keys before they go into the database.

AES-256-GCM, with a fresh nonce and under a key of its own for each purpose. What a sealed secret is
bound to (whose it is) is authenticated with it, so that nobody can move one to another row.
"""

import base64
import binascii
import json
import secrets

from sekisho.center.keys import Keys
from sekisho.secret import Secret

__all__ = ["AUTHENTICATOR_APP", "Unsealable", "key_of", "seal", "unseal"]

AUTHENTICATOR_APP = "authenticator app"
"""The purpose of the secrets that authenticator apps share with us."""

_NONCE_BYTES = 12


class Unsealable(Exception):
    """Nothing that these keys sealed for this purpose and this owner: moved, torn, or the key is gone."""


def seal(keys: Keys, purpose: str, secret: Secret, *bound_to: str) -> str:
    """Return `secret` as text that `unseal` reads with the same keys, purpose and `bound_to`."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = secrets.token_bytes(_NONCE_BYTES)
    cipher = AESGCM(keys.derive("seal", purpose))
    sealed = cipher.encrypt(nonce, secret.reveal().encode(), _about(bound_to))
    return f"{keys.current}.{base64.urlsafe_b64encode(nonce + sealed).decode()}"


def unseal(keys: Keys, purpose: str, sealed: str, *bound_to: str) -> Secret:
    """Return the secret again. Raises `Unsealable`."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    key, _, text = sealed.partition(".")
    if not keys.knows(key):
        raise Unsealable
    cipher = AESGCM(keys.derive("seal", purpose, key=key))
    try:
        data = base64.urlsafe_b64decode(text)
        plain = cipher.decrypt(data[:_NONCE_BYTES], data[_NONCE_BYTES:], _about(bound_to))
    except (binascii.Error, ValueError, InvalidTag):
        raise Unsealable from None
    return Secret(plain.decode())


def key_of(sealed: str) -> str:
    """Return the id of the key that a sealed secret needs."""
    return sealed.partition(".")[0]


def _about(bound_to: tuple[str, ...]) -> bytes:
    return json.dumps(bound_to).encode()
