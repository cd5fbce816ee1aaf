"""Identity contexts: what an application hands to STS to say on whose behalf it assumes a role.

At AWS they are signed and encrypted by STS, and opaque to everybody else. Here they are sealed with a
key of the center (AES-GCM, NIST SP 800-38D): nobody else can read, make or change one. Each is of
one sign-in, of one instance, and good for as long as the access token that it came with.
"""

import base64
import binascii
import json
import secrets
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import select

from sekisho.center.center import Center
from sekisho.center.directory.people import User
from sekisho.center.storage import bearer
from sekisho.center.storage.tables import sessions, sign_ins, users

__all__ = ["PROVIDER", "Context", "Purpose", "context_of", "seal"]

PROVIDER = "contextProvider/IdentityCenter"
"""The end of the ARN that AssumeRole's ProvidedContexts name the provider by."""

_PREFIX = "sks_ic_"
_NONCE = 12


class Purpose(StrEnum):
    """Which claim of the ID token a context came in."""

    IDENTITY = "sts:identity_context"
    """For services that decide by it."""
    AUDIT = "sts:audit_context"
    """For logs alone."""


@dataclass(frozen=True, slots=True)
class Context:
    """A context that holds: on whose behalf, and for which application."""

    user: User
    application: str
    """Its ARN."""
    sign_in_id: str


def seal(center: Center, purpose: Purpose, *, sign_in_id: str, expires_at: int) -> str:
    """Make the context of a sign-in, good until `expires_at` in epoch seconds."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    key = center.keys.current
    said = json.dumps({"purpose": purpose, "sign_in": sign_in_id, "exp": expires_at})
    nonce = secrets.token_bytes(_NONCE)
    sealed = AESGCM(center.keys.derive("identity context", key=key)).encrypt(
        nonce, said.encode(), center.instance.id.encode()
    )
    return f"{_PREFIX}{key}.{bearer.encoded(nonce + sealed)}"


def context_of(center: Center, text: str) -> Context | None:
    """Return what a context says.

    `None` for one that this center did not make, or made for another instance, that has expired,
    or whose sign-in, session or person is no more.
    """
    said = _opened(center, text)
    if said is None or said["exp"] <= center.now():
        return None
    query = (
        select(sign_ins.c.application, users.c.id, users.c.name, users.c.display_name)
        .join(sessions, sessions.c.id == sign_ins.c.session_id)
        .join(users, users.c.id == sign_ins.c.user_id)
        .where(sign_ins.c.id == said["sign_in"], sign_ins.c.ended_at.is_(None))
        .where(sessions.c.ended_at.is_(None), users.c.enabled)
    )
    with center.database.reading() as connection:
        row = connection.execute(query).one_or_none()
    if row is None:
        return None
    return Context(User(row.id, row.name, row.display_name), row.application, said["sign_in"])


def _opened(center: Center, text: str) -> dict[str, Any] | None:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    key, _, payload = text.removeprefix(_PREFIX).partition(".")
    if not text.startswith(_PREFIX) or not center.keys.knows(key):
        return None
    try:
        sealed = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
        if bearer.encoded(sealed) != payload:  # base64 has several spellings of some bytes
            return None
        said = AESGCM(center.keys.derive("identity context", key=key)).decrypt(
            sealed[:_NONCE], sealed[_NONCE:], center.instance.id.encode()
        )
    except (InvalidTag, ValueError, binascii.Error):
        return None
    opened: dict[str, Any] = json.loads(said)
    return opened
