"""The tables of second factors, and of sign-ins that wait for one."""

import uuid

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
)

from sekisho.center.storage.metadata import METADATA

__all__ = [
    "OF_SECOND_FACTORS",
    "authenticator_apps",
    "half_sign_ins",
    "recovery_codes",
    "security_keys",
    "used_challenges",
]

_ID = String(64)
_HASH = String(64)

half_sign_ins = Table(  # the password was right, and the second factor is still to come
    "half_sign_ins",
    METADATA,
    Column("hash", _HASH, primary_key=True),
    Column("user_id", _ID, ForeignKey("users.id"), nullable=False),
    Column("password_mark", _HASH, nullable=False),  # a hash of the password's hash
    Column("must_enrol", Boolean, nullable=False),  # they have no factor, and are to get one
    Column("session_id", _ID),  # that they prove to be theirs again
    Column("next", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Index("half_sign_ins_by_expiry", "expires_at"),
    Index("half_sign_ins_of_user", "user_id"),
)

authenticator_apps = Table(
    "authenticator_apps",
    METADATA,
    Column("id", _ID, primary_key=True, default=lambda: str(uuid.uuid4())),
    Column("user_id", _ID, ForeignKey("users.id"), nullable=False),
    Column("name", String(64), nullable=False),
    Column("secret", Text, nullable=False),  # sealed
    Column("used_step", BigInteger, nullable=False),  # RFC 6238's T of the last code that was taken
    Column("made_at", BigInteger, nullable=False),
    Column("last_used_at", BigInteger),
    Index("authenticator_apps_of_user", "user_id"),
)

security_keys = Table(
    "security_keys",
    METADATA,
    Column("id", _ID, primary_key=True, default=lambda: str(uuid.uuid4())),
    Column("user_id", _ID, ForeignKey("users.id"), nullable=False),
    Column("name", String(64), nullable=False),
    Column("credential_id", String(1364), nullable=False, unique=True),  # base64url
    Column("public_key", LargeBinary, nullable=False),  # COSE
    Column("sign_count", BigInteger, nullable=False),
    Column("transports", JSON, nullable=False),
    Column("aaguid", String(36), nullable=False),  # which make it is; nothing depends on it
    Column("backup_eligible", Boolean, nullable=False),
    Column("backed_up", Boolean, nullable=False),
    Column("discoverable", Boolean, nullable=False),  # found without a user name: a passkey
    Column("domain", String(253), nullable=False),  # the RP ID that it is for
    Column("made_at", BigInteger, nullable=False),
    Column("last_used_at", BigInteger),
    Column("went_back_at", BigInteger),  # when its counter did, as that of a copied key does
    Index("security_keys_of_user", "user_id"),
)

used_challenges = Table(  # of security keys; those that were not used are in no table
    "used_challenges",
    METADATA,
    Column("hash", _HASH, primary_key=True),
    Column("expires_at", BigInteger, nullable=False),
    Index("used_challenges_by_expiry", "expires_at"),
)

recovery_codes = Table(  # those that were not used yet
    "recovery_codes",
    METADATA,
    Column("hash", _HASH, primary_key=True),
    Column("user_id", _ID, ForeignKey("users.id"), nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Index("recovery_codes_of_user", "user_id"),
)

OF_SECOND_FACTORS = (authenticator_apps, security_keys, recovery_codes, half_sign_ins)
"""What a person whose second factors are reset, or who is removed, has no more rows in."""
