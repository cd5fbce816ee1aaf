"""ID tokens: JSON Web Tokens that tell an application who signed in to it.

They are signed with ES256, which every library has. The private key is derived from the key file's
current key, so that every replica has it, nothing more has to be kept, and changing keys changes it; the
public halves of all keys are published (docs/decisions/0028).
"""

import json
from typing import TYPE_CHECKING, Any

from sekisho.center import identity_context
from sekisho.center.center import Center
from sekisho.center.directory.applications import IDENTITY_CONTEXT
from sekisho.center.directory.instance import OWNER_ACCOUNT
from sekisho.center.identity_context import Purpose
from sekisho.center.keys import Keys
from sekisho.center.tokens import IssuedToken

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

__all__ = ["id_token", "identity_context_of", "published"]

_ALGORITHM = "ES256"
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Of the curve P-256 (SP 800-186 §3.2.1.3)."""


def identity_context_of(center: Center, issued: IssuedToken) -> str | None:
    """Return the context for STS that goes with a token; `None` where its scopes have none."""
    if IDENTITY_CONTEXT not in issued.scopes:
        return None
    return _context(center, issued, Purpose.IDENTITY)


def id_token(center: Center, issued: IssuedToken, context: str | None) -> str:
    """Return the ID token that goes with a token; the claims are those of §1.14 of the spec.

    `context` is what `identity_context_of` made of the same token.
    """
    import jwt

    instance, now = center.instance, center.now()
    claims: dict[str, Any] = {
        "iss": instance.issuer,
        "sub": issued.user_id,
        "aud": issued.application,
        "iat": now,
        "exp": now + issued.expires_in,
        "auth_time": issued.authenticated_at,
        "aws:credential_id": issued.sign_in_id,
        "aws:identity_store_id": instance.identity_store_id,
        "aws:identity_store_arn": instance.identity_store_arn,
        "aws:instance_account": OWNER_ACCOUNT,
        "aws:instance_arn": instance.arn,
    }
    if context is not None:
        claims[Purpose.IDENTITY] = context
        claims[Purpose.AUDIT] = _context(center, issued, Purpose.AUDIT)
    key = center.keys.current
    signer = _private_key(center.keys, key)
    return jwt.encode(claims, signer, algorithm=_ALGORITHM, headers={"kid": key})


def published(keys: Keys) -> dict[str, object]:
    """Return what verifies the ID tokens of all `keys`: a JSON Web Key Set (RFC 7517)."""
    from jwt.algorithms import ECAlgorithm

    return {
        "keys": [
            {
                **json.loads(ECAlgorithm.to_jwk(_private_key(keys, each).public_key())),
                "kid": each,
                "use": "sig",
                "alg": _ALGORITHM,
            }
            for each in keys.ids
        ]
    }


def _context(center: Center, issued: IssuedToken, purpose: Purpose) -> str:
    expires_at = center.now() + issued.expires_in
    return identity_context.seal(
        center, purpose, sign_in_id=issued.sign_in_id, expires_at=expires_at
    )


def _private_key(keys: Keys, key: str) -> "EllipticCurvePrivateKey":
    """FIPS 186-5 A.2.1: twice as many bits as the order has, so that no number is favoured."""
    from cryptography.hazmat.primitives.asymmetric import ec

    halves = [keys.derive("id token", part, key=key) for part in ("high", "low")]
    number = int.from_bytes(b"".join(halves)) % (_ORDER - 1) + 1
    return ec.derive_private_key(number, ec.SECP256R1())
