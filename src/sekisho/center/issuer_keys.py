"""The public keys of trusted token issuers: files that the operator hands in (JWKS, RFC 7517).

AWS fetches them from the issuer. The center never goes out on the network by itself, so a file has
them (docs/decisions/0028). A file is looked at whenever a key of it is wanted, and read again when it
has changed: a key that was added works, and one that was removed works no more, without a restart.

Which algorithms a key may be used with is fixed by the key, never by the token (RFC 8725 §3.1).
"""

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sekisho import files
from sekisho.center import audit
from sekisho.errors import FileUnreadable, TokenIssuerKeysUnusable

if TYPE_CHECKING:
    from jwt.algorithms import AllowedPublicKeys

__all__ = ["IssuerKeys", "VerifyingKey", "open_issuer_keys"]

_LARGEST = 1024 * 1024
_MOST_KEYS = 200
_LEAST_RSA_BITS = 2048
_BY_RSA = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512")
_BY_CURVE = {"P-256": "ES256", "P-384": "ES384", "P-521": "ES512"}
_EDWARDS = ("Ed25519", "Ed448")
_PRIVATE = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}
"""Members of a private or secret key (RFC 7518 §6)."""


@dataclass(frozen=True, slots=True)
class VerifyingKey:
    """One public key, and what it may verify."""

    key: "AllowedPublicKeys"
    algorithms: tuple[str, ...]
    """By the names of RFC 7518 and RFC 8037; at least one."""


_Keys = Mapping[str | None, VerifyingKey]
_Mark = tuple[int, int, int]


@dataclass(slots=True)
class IssuerKeys:
    """The keys in one file. Threads share it."""

    path: Path
    _keys: _Keys = field(repr=False)
    _mark: _Mark | None = field(repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def key(self, kid: str | None) -> VerifyingKey | None:
        """Return the key with the id `kid`; for `None` the only one there is, if it is alone.

        A file that was taken away has no keys. While one cannot be read, or is none of keys, what
        it held before goes on, with a warning in the log.
        """
        keys = self._current()
        if kid is None:
            return next(iter(keys.values())) if len(keys) == 1 else None
        return keys.get(kid)

    def _current(self) -> _Keys:
        mark = _mark(self.path)
        with self._lock:
            if mark != self._mark:
                self._mark = mark
                self._keys = {} if mark is None else self._read_again()
            return self._keys

    def _read_again(self) -> _Keys:
        try:
            found = _read(self.path)
        except (TokenIssuerKeysUnusable, FileUnreadable) as error:
            audit.warn("token_issuer_keys", f"{error.what}; what it held before goes on")
            return self._keys
        audit.record("token_issuer_keys", file=str(self.path), keys=len(found))
        return found


def open_issuer_keys(path: Path) -> IssuerKeys:
    """Read the keys in `path`. Raises `errors.TokenIssuerKeysUnusable` or a `errors.FileError`."""
    mark = _mark(path)  # before reading: what is written meanwhile is noticed
    return IssuerKeys(path, _read(path), mark)


def _mark(path: Path) -> _Mark | None:
    """What changes when the file does."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def _read(path: Path) -> _Keys:
    data = files.read(path)
    if data is None:
        raise FileUnreadable(path, "there is no such file")
    if len(data) > _LARGEST:
        raise TokenIssuerKeysUnusable(path, f"it is longer than {_LARGEST} bytes")
    try:
        listed = json.loads(data)["keys"]
        candidates = [each for each in listed if each.get("use", "sig") == "sig"]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise TokenIssuerKeysUnusable(path, "it does not read as a JSON Web Key Set") from error
    if len(candidates) > _MOST_KEYS:
        raise TokenIssuerKeysUnusable(path, f"it has more than {_MOST_KEYS} keys")
    keys: dict[str | None, VerifyingKey] = {}
    for each in candidates:
        kid = each.get("kid")
        if kid in keys or not isinstance(kid, str | None):
            raise TokenIssuerKeysUnusable(path, "each of its keys needs a kid of its own")
        keys[kid] = _verifying(path, each, f"the key {kid}")
    if not keys:
        raise TokenIssuerKeysUnusable(path, "there is no key for signatures in it")
    return keys


def _verifying(path: Path, jwk: Mapping[str, Any], called: str) -> VerifyingKey:
    from jwt import PyJWK, PyJWTError

    if _PRIVATE & jwk.keys():
        raise TokenIssuerKeysUnusable(path, f"{called} is private or secret: only public ones here")
    algorithms = _algorithms(jwk)
    if not algorithms:
        raise TokenIssuerKeysUnusable(path, f"{called} is of a kind that is not taken")
    try:
        key = PyJWK(dict(jwk), algorithms[0]).key
    except (PyJWTError, ValueError, TypeError, KeyError) as error:
        raise TokenIssuerKeysUnusable(path, f"{called} does not read as a key") from error
    if jwk["kty"] == "RSA" and key.key_size < _LEAST_RSA_BITS:
        raise TokenIssuerKeysUnusable(path, f"{called} has fewer than {_LEAST_RSA_BITS} bits")
    return VerifyingKey(key, algorithms)


def _algorithms(jwk: Mapping[str, Any]) -> tuple[str, ...]:
    """Everything that the kind of key is for, or what it says of itself if that is among it."""
    possible: tuple[str, ...] = ()
    match jwk.get("kty"), jwk.get("crv"):
        case "RSA", _:
            possible = _BY_RSA
        case "EC", str(curve) if curve in _BY_CURVE:
            possible = (_BY_CURVE[curve],)
        case "OKP", str(curve) if curve in _EDWARDS:
            possible = ("EdDSA",)
    alone = jwk.get("alg")
    return possible if alone is None else tuple(each for each in possible if each == alone)
