"""A security key in software: what a browser and a key answer together, for tests of who checks it.

It makes real keys and real signatures with `cryptography`, and can lie about anything that a browser
or a key would not. What it answers when it does not lie is held to Chromium's own virtual key by
`tests/e2e/test_security_keys.py`, which runs the same ceremonies in a real browser.
"""

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

__all__ = ["Algorithm", "Key", "decoded", "encoded"]

PRESENT, VERIFIED, BACKUP_ELIGIBLE, BACKED_UP, ATTESTED = 0x01, 0x04, 0x08, 0x10, 0x40


class Algorithm(Enum):
    """COSE's numbers."""

    ES256 = -7
    EDDSA = -8
    RS256 = -257
    ES384 = -35


_Private = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey


@dataclass
class Key:
    """One credential on a key."""

    algorithm: Algorithm = Algorithm.ES256
    counts: bool = True
    """A key that is synced between devices does not count."""
    synced: bool = False
    """Whether its owner's other devices have it, too."""
    verifies: bool = True
    """Whether it asks its holder for a PIN or the like."""
    id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    count: int = 0
    user_handle: bytes | None = None
    private: _Private = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.private = _generate(self.algorithm)

    def create(self, options: str, at: str, **lies: Any) -> str:
        """Answer `navigator.credentials.create()`, as `toJSON()` has it."""
        asked = json.loads(options)
        self.user_handle = decoded(asked["user"]["id"])
        data = self._data(lies.get("rp_id", asked["rp"]["id"]), ATTESTED, lies)
        credential = b"\0" * 16 + len(self.id).to_bytes(2) + self.id + self.cose()
        attested = lies.get("auth_data", data + credential)
        statement = lies.get("statement", {"fmt": "none", "attStmt": {}})
        response = {
            "clientDataJSON": encoded(_client_data("webauthn.create", asked, at, lies)),
            "attestationObject": encoded(cbor2.dumps({**statement, "authData": attested})),
            "transports": ["usb", "from-the-future"],
        }
        return self._credential(response, {"credProps": {"rk": lies.get("rk", True)}})

    def get(self, options: str, at: str, **lies: Any) -> str:
        """Answer `navigator.credentials.get()`, as `toJSON()` has it."""
        asked = json.loads(options)
        data = lies.get("auth_data", self._data(lies.get("rp_id", asked["rpId"]), 0, lies))
        signed = _client_data("webauthn.get", asked, at, lies)
        response = {
            "clientDataJSON": encoded(signed),
            "authenticatorData": encoded(data),
            "signature": encoded(self._sign(data + hashlib.sha256(signed).digest())),
            "userHandle": encoded(lies.get("user_handle", self.user_handle)),
        }
        return self._credential(response, {})

    def cose(self) -> bytes:
        """The public key, as COSE has it (RFC 9053 §7, RFC 8230 §4)."""
        made: dict[int, int | bytes]
        match self.private:
            case ec.EllipticCurvePrivateKey() as private:
                numbers = private.public_key().public_numbers()
                size, curve = (32, 1) if self.algorithm is Algorithm.ES256 else (48, 2)
                made = {1: 2, 3: self.algorithm.value, -1: curve}
                made |= {-2: numbers.x.to_bytes(size), -3: numbers.y.to_bytes(size)}
            case ed25519.Ed25519PrivateKey() as private:
                made = {1: 1, 3: -8, -1: 6, -2: private.public_key().public_bytes_raw()}
            case rsa.RSAPrivateKey() as private:
                public = private.public_key().public_numbers()
                made = {1: 3, 3: -257, -1: public.n.to_bytes(256), -2: public.e.to_bytes(3)}
        return cbor2.dumps(made)

    def _data(self, rp_id: str, flags: int, lies: Mapping[str, Any]) -> bytes:
        self.count += self.counts
        flags |= PRESENT * lies.get("present", True)
        flags |= VERIFIED * lies.get("verified", self.verifies)
        flags |= (BACKUP_ELIGIBLE | BACKED_UP) * lies.get("synced", self.synced)
        count = int(lies.get("count", self.count if self.counts else 0))
        return hashlib.sha256(rp_id.encode()).digest() + bytes([flags]) + count.to_bytes(4)

    def _sign(self, data: bytes) -> bytes:
        match self.private:
            case ec.EllipticCurvePrivateKey() as private:
                hashed = hashes.SHA256() if self.algorithm is Algorithm.ES256 else hashes.SHA384()
                return private.sign(data, ec.ECDSA(hashed))
            case ed25519.Ed25519PrivateKey() as private:
                return private.sign(data)
            case rsa.RSAPrivateKey() as private:
                return private.sign(data, padding.PKCS1v15(), hashes.SHA256())

    def _credential(self, response: Mapping[str, Any], extensions: Mapping[str, Any]) -> str:
        return json.dumps(
            {
                "id": encoded(self.id),
                "rawId": encoded(self.id),
                "type": "public-key",
                "authenticatorAttachment": "cross-platform",
                "response": {name: value for name, value in response.items() if value is not None},
                "clientExtensionResults": extensions,
            }
        )


def encoded(data: bytes | None) -> str | None:
    """Base64url without padding, as browsers write bytes in JSON."""
    return None if data is None else base64.urlsafe_b64encode(data).decode().rstrip("=")


def decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(f"{text}===")


def _client_data(kind: str, asked: Mapping[str, Any], at: str, lies: Mapping[str, Any]) -> bytes:
    data = {
        "type": lies.get("kind", kind),
        "challenge": lies.get("challenge", asked["challenge"]),
        "origin": lies.get("origin", at),
        "crossOrigin": lies.get("cross_origin", False),
    }
    return json.dumps(data).encode()


def _generate(algorithm: Algorithm) -> _Private:
    match algorithm:
        case Algorithm.ES256:
            return ec.generate_private_key(ec.SECP256R1())
        case Algorithm.ES384:
            return ec.generate_private_key(ec.SECP384R1())
        case Algorithm.EDDSA:
            return ed25519.Ed25519PrivateKey.generate()
        case Algorithm.RS256:
            return rsa.generate_private_key(public_exponent=65537, key_size=2048)
