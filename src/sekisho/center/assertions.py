"""Assertions of trusted token issuers: JSON Web Tokens that say who somebody is.

1. What it says of itself is read without trust, for its issuer alone; the issuer's own keys are then
   asked for the one that the header names (RFC 7515 §4.1.4). No address in it is ever followed.
2. Algorithm confusion is out of question (RFC 8725 §3.1): the key says which algorithms it has, and
   there is none that is symmetric, and not `none`.
3. Each part is spelt in the one way that base64url has, so that no other text is the same assertion.
4. The claims are what RFC 7523 §3 asks for: `iss` and `aud` are right, `sub` and `exp` are there, and
   the time is right, by no more than a minute.

Source: RFC 7519, RFC 7523, RFC 8725; IAM Identity Center user guide, "Using applications with a trusted
token issuer", on what a token of an issuer has to have.
"""

import base64
import binascii
import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from sekisho.center.issuer_keys import VerifyingKey
from sekisho.center.storage import bearer
from sekisho.secret import Secret

if TYPE_CHECKING:
    from jwt.types import Options

__all__ = [
    "Assertion",
    "KeysOfIssuer",
    "Refused",
    "claimed_issuer",
    "is_text",
    "signed_claims",
    "verify",
]

_LEEWAY = 60
"""Seconds that two clocks may differ by."""
_FARTHEST = 30 * 24 * 3600
"""How long one may live on: the longest access tokens of common providers do for 30 days."""
_TYPES = {"jwt", "at+jwt", "id_token+jwt"}
"""ID and access tokens. Others are no assertion of who somebody is (RFC 8725 §3.11)."""
_ONLY_THE_SIGNATURE: "Options" = {
    "verify_exp": False,
    "verify_nbf": False,
    "verify_iat": False,
    "verify_aud": False,
    "verify_iss": False,
    "verify_sub": False,
    "verify_jti": False,
}
"""The claims are compared below, by the center's clock."""


class Refused(ValueError):
    """It is not taken; the text, which the caller is told, says why."""


class KeysOfIssuer(Protocol):
    """Where the keys of one issuer are."""

    def key(self, kid: str | None) -> VerifyingKey | None:
        """Return the key with that id; for `None` the only one there is."""


@dataclass(frozen=True, slots=True)
class Assertion:
    """What a trusted token issuer has said."""

    claims: Mapping[str, Any]
    expires_at: int
    """Epoch seconds."""
    jti: str | None
    """Its own id, if it has one: then it is to be taken once."""


def claimed_issuer(token: Secret) -> str:
    """Return the issuer that a token names, which proves nothing. Raises `Refused`."""
    _, claims = _parsed(token)
    issuer = claims.get("iss")
    if not is_text(issuer):
        raise Refused("The assertion names no issuer")
    return str(issuer)


def verify(
    token: Secret, keys: KeysOfIssuer, *, issuer: str, audiences: Collection[str], now: int
) -> Assertion:
    """Return what `issuer` said for one of `audiences`, at `now` in epoch seconds.

    Raises `Refused` for every doubt.
    """
    claims = signed_claims(token, keys)
    if claims.get("iss") != issuer:
        raise Refused("The assertion is another issuer's")
    said = claims.get("aud")
    named = said if isinstance(said, list) else [said]
    if not any(isinstance(each, str) and each in audiences for each in named):
        raise Refused("The assertion's audience is not authorized")
    if not is_text(claims.get("sub")):
        raise Refused("The assertion has no subject")
    jti = claims.get("jti")
    if jti is not None and not is_text(jti):
        raise Refused("The assertion's id is no text")
    return Assertion(claims, _expiry(claims, now), jti)


def is_text(value: object) -> bool:
    """Return whether a claim is a text that a database takes: JSON has others, and empty ones."""
    if not isinstance(value, str) or not value or "\0" in value:
        return False
    try:
        value.encode()
    except UnicodeEncodeError:  # a lone surrogate
        return False
    return True


def signed_claims(token: Secret, keys: KeysOfIssuer) -> Mapping[str, Any]:
    """Return the claims of a token that one of `keys` has signed. Raises `Refused`."""
    import jwt

    header, _ = _parsed(token)
    if header.get("crit") is not None:  # RFC 7515 §4.1.11: nothing that it could name is known
        raise Refused("The assertion's header asks for what is not known here")
    kind = header.get("typ")
    if kind is not None and str(kind).lower().removeprefix("application/") not in _TYPES:
        raise Refused("The assertion is a token of another type")
    kid = header.get("kid")
    found = keys.key(kid) if isinstance(kid, str | None) else None
    if found is None:
        raise Refused("The assertion is signed with a key that is not among the issuer's")
    try:
        claims: Mapping[str, Any] = jwt.decode(
            token.reveal(),
            found.key,
            algorithms=list(found.algorithms),
            options=_ONLY_THE_SIGNATURE,
        )
    except (jwt.PyJWTError, ValueError, TypeError, RecursionError):
        raise Refused("The assertion's signature is not right") from None
    return claims


def _parsed(token: Secret) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Header and claims, of which nothing is proved."""
    import jwt

    text = token.reveal()
    if not _is_spelt_as_written(text):
        raise Refused("The assertion is no signed JSON Web Token")
    try:
        found = jwt.decode_complete(text, options={"verify_signature": False})
    except (jwt.PyJWTError, ValueError, TypeError, RecursionError):
        raise Refused("The assertion is no signed JSON Web Token") from None
    return found["header"], found["payload"]


def _is_spelt_as_written(text: str) -> bool:
    parts = text.split(".")
    try:
        return len(parts) == 3 and all(
            bearer.encoded(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))) == part
            for part in parts
        )
    except (binascii.Error, ValueError):  # letters outside ASCII are a ValueError
        return False


def _expiry(claims: Mapping[str, Any], now: int) -> int:
    expires_at = _time(claims, "exp")
    if expires_at is None:
        raise Refused("The assertion does not say when it expires")
    if expires_at <= now - _LEEWAY:
        raise Refused("The assertion has expired")
    if expires_at > now + _FARTHEST:
        raise Refused("The assertion would live for more than 30 days")
    for name in ("nbf", "iat"):
        at = _time(claims, name)
        if at is not None and at > now + _LEEWAY:
            raise Refused("The assertion is from the future")
    return int(expires_at)


def _time(claims: Mapping[str, Any], name: str) -> float | None:
    at = claims.get(name)
    if at is None:
        return None
    if type(at) not in (int, float) or (type(at) is float and math.isnan(at)):  # a bool is an int
        raise Refused(f"The assertion's {name} is no time")
    found: float = at
    return found
