"""What the center asks browsers for: the options of `navigator.credentials.create()` and `.get()`, in JSON.

They are written by hand: the sign-in page has some, and importing py_webauthn takes a third of a second.
Source: Web Authentication, Level 3, §5.1.8 and §5.1.9 (the JSON forms).
"""

import json

from sqlalchemy import select

from sekisho.center.center import Center
from sekisho.center.directory.people import User
from sekisho.center.factors import challenges
from sekisho.center.factors.challenges import Ceremony, Purpose
from sekisho.center.factors.key_answers import ALGORITHMS
from sekisho.center.factors.relying_party import RelyingParty
from sekisho.center.storage import bearer
from sekisho.center.storage.tables import security_keys

__all__ = ["creation_options", "request_options"]

_TIMEOUT = 2 * 60 * 1000
"""Milliseconds until the browser gives up; a challenge lasts longer."""


def creation_options(center: Center, user: User, party: RelyingParty, bound_to: str) -> str:
    """Return `PublicKeyCredentialCreationOptionsJSON` for one more key of `user`.

    No attestation: whose make a key is, is its owner's business. `bound_to` is as in `Ceremony`.
    """
    ceremony = Ceremony(Purpose.ENROL, bound_to, user.id)
    return json.dumps(
        {
            "rp": {"id": party.id, "name": f"sekisho · {party.id}"},
            "user": {
                "id": bearer.encoded(user.id.encode()),
                "name": user.name,
                "displayName": user.display_name,
            },
            "challenge": bearer.encoded(challenges.make(center, ceremony)),
            "pubKeyCredParams": [{"type": "public-key", "alg": alg} for alg in ALGORITHMS],
            "timeout": _TIMEOUT,
            "excludeCredentials": _theirs(center, user.id, party),
            "authenticatorSelection": {
                "residentKey": "preferred",
                "requireResidentKey": False,
                "userVerification": "preferred",
            },
            "attestation": "none",
            "extensions": {"credProps": True},
        }
    )


def request_options(center: Center, ceremony: Ceremony, party: RelyingParty) -> str:
    """Return `PublicKeyCredentialRequestOptionsJSON` for `ceremony`.

    It names the person's keys, but for a passkey, which is found by its domain.
    """
    return json.dumps(
        {
            "rpId": party.id,
            "challenge": bearer.encoded(challenges.make(center, ceremony)),
            "timeout": _TIMEOUT,
            "allowCredentials": _theirs(center, ceremony.user_id, party),
            "userVerification": "required" if ceremony.is_both_factors else "preferred",
        }
    )


def _theirs(center: Center, user_id: str, party: RelyingParty) -> list[dict[str, object]]:
    """Return the person's keys that work at `party`, as browsers want them described."""
    if not user_id:
        return []
    query = (
        select(security_keys.c.credential_id, security_keys.c.transports)
        .where(security_keys.c.user_id == user_id, security_keys.c.domain == party.id)
        .order_by(security_keys.c.made_at, security_keys.c.id)
    )
    with center.database.reading() as connection:
        rows = connection.execute(query).all()
    return [
        {"type": "public-key", "id": row.credential_id, "transports": row.transports}
        for row in rows
    ]
