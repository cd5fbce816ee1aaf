"""Bearer secrets: how they are made, and the hash that alone is kept of them.

They have at least 256 random bits, so a plain SHA-256 cannot be searched backwards; only
passwords, which people choose, need Argon2.
"""

import base64
import hashlib
import secrets

__all__ = ["digest", "encoded", "new"]

_BYTES = 32


def new(prefix: str = "") -> str:
    """Return a fresh secret of URL-safe characters, under a prefix that scanners recognise."""
    return f"{prefix}{secrets.token_urlsafe(_BYTES)}"


def encoded(data: bytes) -> str:
    """Return `data` in the same alphabet: base64url without padding."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def digest(secret: str) -> str:
    """Return what is stored of a secret: 64 hex digits."""
    return hashlib.sha256(secret.encode()).hexdigest()
