"""What a browser brings back from a security key, read and checked by py_webauthn.

Anybody can send anything here: whatever does not hold is `None`, and never an exception. py_webauthn
takes a third of a second to import, so it is imported by who has an answer to check.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sekisho.center.factors.relying_party import RelyingParty
from sekisho.center.storage import bearer

if TYPE_CHECKING:
    from webauthn.helpers.cose import COSEAlgorithmIdentifier
    from webauthn.helpers.structs import CollectedClientData

__all__ = [
    "ALGORITHMS",
    "Assertion",
    "NewKey",
    "Verified",
    "read_assertion",
    "read_new_key",
    "verified",
]

ALGORITHMS = (-7, -8, -257)
"""ES256, EdDSA, RS256 (IANA's COSE registry): what every key, phone and laptop has one of."""
_FORMATS = frozenset({"none", "packed"})
"""What is left of an attestation that nobody asked for (WebAuthn §5.1.3): nothing, or the key's own
signature. Certificates are not looked at."""

_LONGEST_ID = 1023
"""Bytes of a credential id (§7.1, step 26)."""


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key that somebody wants to enrol; its answer holds."""

    challenge: bytes
    credential_id: bytes
    public_key: bytes
    """COSE, in CBOR."""
    sign_count: int
    aaguid: str
    transports: tuple[str, ...]
    """How browsers may reach it; as the browser says, and no more than a hint."""
    backup_eligible: bool
    backed_up: bool
    discoverable: bool
    """Whether it can be found without a user name, as the browser says."""


@dataclass(frozen=True, slots=True)
class Assertion:
    """What somebody says that a key has signed; nothing of it is checked yet."""

    challenge: bytes
    credential_id: str
    """Base64url without padding, as browsers write it."""
    user_handle: bytes | None
    _fields: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Verified:
    """What a key has signed."""

    sign_count: int
    backup_eligible: bool
    backed_up: bool


def read_new_key(text: str, party: RelyingParty) -> NewKey | None:
    """Read the JSON of `PublicKeyCredential.toJSON()` after `create()`, and check all but the challenge."""
    from webauthn import verify_registration_response
    from webauthn.helpers import (
        decode_credential_public_key,
        decoded_public_key_to_cryptography,
        parse_attestation_object,
        parse_registration_credential_json,
    )

    try:
        fields = _fields(text)
        credential = parse_registration_credential_json(fields)
        challenge = _challenge(credential.response.client_data_json)
        attested = parse_attestation_object(credential.response.attestation_object)
        if attested.fmt not in _FORMATS or attested.att_stmt.x5c:
            return None
        found = verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            supported_pub_key_algs=_algorithms(),
        )
        if len(found.credential_id) > _LONGEST_ID:
            return None
        # It is no key of its algorithm unless it can be used:
        decoded_public_key_to_cryptography(
            decode_credential_public_key(found.credential_public_key)
        )
        properties = fields.get("clientExtensionResults", {}).get("credProps", {})
        return NewKey(
            challenge=challenge,
            credential_id=found.credential_id,
            public_key=found.credential_public_key,
            sign_count=found.sign_count,
            aaguid=found.aaguid,
            transports=tuple(each.value for each in credential.response.transports or ()),
            backup_eligible=found.credential_device_type == "multi_device",
            backed_up=found.credential_backed_up,
            discoverable=properties.get("rk") is True,
        )
    except _what_malformed_answers_raise():
        return None


def read_assertion(text: str) -> Assertion | None:
    """Read the JSON of `PublicKeyCredential.toJSON()` after `get()`."""
    from webauthn.helpers import parse_authentication_credential_json

    try:
        fields = _fields(text)
        credential = parse_authentication_credential_json(fields)
        challenge = _challenge(credential.response.client_data_json)
    except _what_malformed_answers_raise():
        return None
    if credential.id != bearer.encoded(credential.raw_id):
        return None
    return Assertion(challenge, credential.id, credential.response.user_handle, fields)


def verified(
    assertion: Assertion, public_key: bytes, party: RelyingParty, *, person_verified: bool
) -> Verified | None:
    """Return what the holder of `public_key` has signed for `party`, unless it is not this.

    With `person_verified` the key must have asked for a PIN, a fingerprint or the like. The counter is
    left to the caller, who has the last one.
    """
    from webauthn import verify_authentication_response

    try:
        found = verify_authentication_response(
            credential=dict(assertion._fields),
            expected_challenge=assertion.challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            credential_public_key=public_key,
            credential_current_sign_count=0,
            require_user_verification=person_verified,
        )
    except _what_malformed_answers_raise():
        return None
    return Verified(
        sign_count=found.new_sign_count,
        backup_eligible=found.credential_device_type == "multi_device",
        backed_up=found.credential_backed_up,
    )


def _fields(text: str) -> dict[str, Any]:
    fields = json.loads(text)
    if not isinstance(fields, dict):
        raise TypeError
    return fields


def _challenge(client_data_json: bytes) -> bytes:
    """Return the challenge that was signed. Raises `ValueError` for a page within somebody else's."""
    from webauthn.helpers import parse_client_data_json

    client_data: CollectedClientData = parse_client_data_json(client_data_json)
    if client_data.cross_origin:
        raise ValueError
    return client_data.challenge


def _algorithms() -> "list[COSEAlgorithmIdentifier]":
    from webauthn.helpers.cose import COSEAlgorithmIdentifier

    return [COSEAlgorithmIdentifier(number) for number in ALGORITHMS]


def _what_malformed_answers_raise() -> tuple[type[Exception], ...]:
    """Return what py_webauthn, and what it stands on, raises for a text of any kind."""
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from webauthn.helpers.exceptions import WebAuthnException

    return (
        WebAuthnException,
        InvalidSignature,
        UnsupportedAlgorithm,
        ValueError,
        TypeError,
        LookupError,
        AttributeError,
        ArithmeticError,
        RecursionError,
    )
