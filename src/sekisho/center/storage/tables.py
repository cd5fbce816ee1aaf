"""The tables. Times are whole seconds of the Unix epoch; bearer secrets are SHA-256 hashes."""

import secrets
import uuid

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    Text,
    false,
    text,
)

from sekisho.center.storage.admin_requests_table import admin_requests
from sekisho.center.storage.audit_table import audit_events
from sekisho.center.storage.counting_tables import rate_buckets, sign_in_failures, used_assertions
from sekisho.center.storage.factor_tables import (
    OF_SECOND_FACTORS,
    authenticator_apps,
    half_sign_ins,
    recovery_codes,
    security_keys,
    used_challenges,
)
from sekisho.center.storage.lowered import lowered
from sekisho.center.storage.metadata import METADATA, alembic_version
from sekisho.center.storage.scim_table import scim_tokens

__all__ = [
    "METADATA",
    "OF_SECOND_FACTORS",
    "REVISION",
    "access_tokens",
    "accounts",
    "admin_requests",
    "alembic_version",
    "assignments",
    "audit_events",
    "authenticator_apps",
    "authorization_requests",
    "device_codes",
    "external_ids",
    "groups",
    "half_sign_ins",
    "instance",
    "invitations",
    "kept",
    "memberships",
    "permission_sets",
    "provisioned",
    "rate_buckets",
    "recovery_codes",
    "refresh_tokens",
    "role_credentials",
    "role_trusts",
    "roles",
    "scim_tokens",
    "security_keys",
    "sessions",
    "sign_in_failures",
    "sign_ins",
    "tags",
    "used_assertions",
    "used_challenges",
    "users",
]

REVISION = "0015"
"""Of these tables: the last of `migrations/versions`, as a test says."""


def _uuid() -> str:
    return str(uuid.uuid4())


def _permission_set_id() -> str:
    return f"ps-{secrets.token_hex(8)}"


_ID = String(64)
_HASH = String(64)

# --- the directory -------------------------------------------------------------------------------

instance = Table(
    "instance",
    METADATA,
    Column("id", _ID, primary_key=True),
    Column("start_urls", JSON, nullable=False),
    Column("region", String(32), nullable=False),
    Column("session_seconds", Integer, nullable=False),
    Column("any_account_ids", Boolean, nullable=False),
    Column("identity_store_id", _ID),
    Column("name", String(255)),
    Column("created_at", BigInteger),
    # whether a second factor is asked for, an `Mfa`:
    Column("mfa", String(16), nullable=False, default="optional", server_default="optional"),
)

users = Table(
    "users",
    METADATA,
    Column("id", _ID, primary_key=True),
    Column("name", String(128), nullable=False, unique=True),
    Column("display_name", String(256), nullable=False),
    Column("password_hash", Text),
    Column("enabled", Boolean, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    # What identitystore keeps beside name and display name, by its modelled names:
    Column("attributes", JSON, nullable=False, default=dict, server_default="{}"),
    Column("updated_at", BigInteger),
    Column("revision", Integer, nullable=False, default=1, server_default="1"),
    Column("email", Text),  # the first address among the attributes: people are found by it
    Index("users_by_email", "email"),
    Index(
        "users_with_password",
        "id",
        sqlite_where=text("password_hash IS NOT NULL"),
        postgresql_where=text("password_hash IS NOT NULL"),
    ),
)
Index("users_found_by_name", lowered(users.c.name), users.c.id)
Index("users_found_by_display_name", lowered(users.c.display_name), users.c.id)

groups = Table(
    "groups",
    METADATA,
    Column("id", _ID, primary_key=True),
    Column("name", String(256), nullable=False, unique=True),
    Column("description", Text),
    Column("administers", Boolean, nullable=False, default=False, server_default=false()),
    Column("created_at", BigInteger),
    Column("updated_at", BigInteger),
    Column("revision", Integer, nullable=False, default=1, server_default="1"),
)

Index("groups_found_by_name", lowered(groups.c.name), groups.c.id)

invitations = Table(  # one-time links by which people choose their password
    "invitations",
    METADATA,
    Column("hash", _HASH, primary_key=True),
    Column("user_id", _ID, ForeignKey("users.id"), nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Index("invitations_of_user", "user_id"),
)

external_ids = Table(  # of users and groups, where their identities come from
    "external_ids",
    METADATA,
    Column("issuer", String(256), primary_key=True),
    Column("external_id", String(256), primary_key=True),
    Column("resource_id", _ID, nullable=False),
    Index("external_ids_of_resource", "resource_id"),
    Index("external_ids_by_id", "external_id"),
)

memberships = Table(
    "memberships",
    METADATA,
    Column("group_id", _ID, ForeignKey("groups.id"), primary_key=True),
    Column("user_id", _ID, ForeignKey("users.id"), primary_key=True),
    Column("id", _ID, default=_uuid),
    Column("created_at", BigInteger),
    Index("memberships_by_id", "id", unique=True),
    Index("memberships_of_user", "user_id"),
)

accounts = Table(
    "accounts",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("name", String(128), nullable=False, unique=True),
    Column("email", String(320)),
)
Index("accounts_found_by_name", lowered(accounts.c.name), accounts.c.id)

permission_sets = Table(
    "permission_sets",
    METADATA,
    Column("name", String(32), primary_key=True),
    Column("session_seconds", Integer, nullable=False),
    Column("managed_policies", JSON, nullable=False),  # names or ARNs
    Column("id", _ID, default=_permission_set_id),
    Column("description", Text),
    Column("relay_state", Text),
    Column("created_at", BigInteger),
    Column("customer_policies", JSON, nullable=False, default=list, server_default="[]"),
    Column("inline_policy", Text),
    Column("boundary", JSON),
    Index("permission_sets_by_id", "id", unique=True),
)

assignments = Table(
    "assignments",
    METADATA,
    Column("account_id", String(64), ForeignKey("accounts.id"), primary_key=True),
    Column("permission_set", String(32), ForeignKey("permission_sets.name"), primary_key=True),
    Column("principal_id", _ID, primary_key=True),  # a user's or a group's
    Index("assignments_of_principal", "principal_id"),
    Index("assignments_of_permission_set", "permission_set"),
)

provisioned = Table(  # permission sets that an account has got a role of
    "provisioned",
    METADATA,
    Column("account_id", String(64), ForeignKey("accounts.id"), primary_key=True),
    Column("permission_set", String(32), ForeignKey("permission_sets.name"), primary_key=True),
    Column("latest", Boolean, nullable=False),  # it has not been changed since
    Index("provisioned_of_permission_set", "permission_set"),
)

kept = Table(  # what is said again as it was told: applications, token issuers and the like
    "kept",
    METADATA,
    Column("kind", String(32), primary_key=True),
    Column("key", String(512), primary_key=True),
    Column("of", String(256), nullable=False),  # what it belongs to
    Column("data", JSON, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Index("kept_of", "kind", "of"),
)

tags = Table(
    "tags",
    METADATA,
    Column("resource_arn", String(256), primary_key=True),
    Column("key", String(128), primary_key=True),
    Column("value", String(256), nullable=False),
)

roles = Table(  # IAM roles that may be assumed; those of permission sets are not among them
    "roles",
    METADATA,
    Column("account_id", String(64), ForeignKey("accounts.id"), primary_key=True),
    Column("name", String(64), primary_key=True),
)

role_trusts = Table(
    "role_trusts",
    METADATA,
    Column("account_id", String(64), primary_key=True),
    Column("role", String(64), primary_key=True),
    Column("trusted_account_id", String(64), ForeignKey("accounts.id"), primary_key=True),
    Column("trusted_kind", String(16), primary_key=True),  # a `RoleKind`
    Column("trusted_name", String(64), primary_key=True),
    Column("external_id", String(1224)),
    ForeignKeyConstraint(["account_id", "role"], ["roles.account_id", "roles.name"]),
)

# --- signing in ----------------------------------------------------------------------------------

sessions = Table(
    "sessions",
    METADATA,
    Column("id", _ID, primary_key=True),
    Column("cookie_hash", _HASH, nullable=False, unique=True),
    Column("user_id", _ID, ForeignKey("users.id"), nullable=False),
    Column("address", String(64), nullable=False),
    Column("user_agent", String(256), nullable=False),  # text that a stranger wrote
    Column("started_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
    Column("proved_at", BigInteger),  # when they last showed who they are, after `started_at`
    Index("sessions_of_user", "user_id"),
    Index("sessions_by_expiry", "expires_at"),
    Index("sessions_by_end", "ended_at"),
    # An application's has no browser, and a cookie that nobody was ever given:
    Column("application", Boolean, nullable=False, default=False, server_default=false()),
)

# --- tokens --------------------------------------------------------------------------------------

sign_ins = Table(  # one per redeemed device or authorization code: the family of its tokens
    "sign_ins",
    METADATA,
    Column("id", _ID, primary_key=True),
    Column("session_id", _ID, ForeignKey("sessions.id"), nullable=False),
    Column("user_id", _ID, ForeignKey("users.id"), nullable=False),
    Column("client_hash", _HASH, nullable=False),
    Column("client_name", String(256), nullable=False),
    Column("asked_from", String(64), nullable=False),
    Column("scopes", JSON, nullable=False),
    Column("token_key", String(32), nullable=False),  # id of the key of its first tokens
    Column("started_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
    Index("sign_ins_of_user", "user_id"),
    Index("sign_ins_of_session", "session_id"),
    Index("sign_ins_by_end", "ended_at"),
    Column("application", String(256)),  # the ARN, where an administrator created the client
    Index("sign_ins_of_application", "application"),
)

access_tokens = Table(
    "access_tokens",
    METADATA,
    Column("hash", _HASH, primary_key=True),
    Column("sign_in_id", _ID, ForeignKey("sign_ins.id"), nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("scopes", JSON(none_as_null=True)),  # where they are fewer than the sign-in's
    Index("access_tokens_by_expiry", "expires_at"),
    Index("access_tokens_of_sign_in", "sign_in_id"),
)

refresh_tokens = Table(
    "refresh_tokens",
    METADATA,
    Column("hash", _HASH, primary_key=True),
    Column("sign_in_id", _ID, ForeignKey("sign_ins.id"), nullable=False),
    Column("generation", Integer, nullable=False),  # 0 is the first of the sign-in
    Column("rotated_at", BigInteger),
    Column("successor_key", String(32)),  # id of the key that the successor was derived with
    Index("refresh_tokens_of_sign_in", "sign_in_id"),
)

device_codes = Table(
    "device_codes",
    METADATA,
    Column("hash", _HASH, primary_key=True),
    Column("user_code", String(8), nullable=False, unique=True),
    Column("client_hash", _HASH, nullable=False),
    Column("client_name", String(256), nullable=False),
    Column("scopes", JSON, nullable=False),
    Column("asked_from", String(64), nullable=False),
    Column("asked_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("interval", Integer, nullable=False),
    Column("polls", Integer, nullable=False),
    Column("last_poll_at", BigInteger, nullable=False),
    Column("state", String(16), nullable=False),
    Column("user_id", _ID, ForeignKey("users.id")),
    Column("session_id", _ID, ForeignKey("sessions.id")),
    Column("redeemed_at", BigInteger),
    Column("sign_in_id", _ID, ForeignKey("sign_ins.id")),
    Index("device_codes_by_expiry", "expires_at"),
    Index("device_codes_of_user", "user_id"),
    Index("device_codes_of_session", "session_id"),
    Index("device_codes_of_sign_in", "sign_in_id"),
)

authorization_requests = Table(
    "authorization_requests",
    METADATA,
    Column("handle_hash", _HASH, primary_key=True),
    Column("client_hash", _HASH, nullable=False),
    Column("client_name", String(256), nullable=False),
    Column("scopes", JSON, nullable=False),
    Column("redirect_uri", Text, nullable=False),
    Column("state", Text),
    Column("issuer", Text, nullable=False),
    Column("code_challenge", String(64), nullable=False),
    Column("asked_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("answered_at", BigInteger),
    Column("code_hash", _HASH, unique=True),
    Column("code_expires_at", BigInteger),
    Column("user_id", _ID, ForeignKey("users.id")),
    Column("session_id", _ID, ForeignKey("sessions.id")),
    Column("redeemed_at", BigInteger),
    Column("sign_in_id", _ID, ForeignKey("sign_ins.id")),
    Column("application", String(256)),  # the ARN, as in `sign_ins`
    Index("authorization_requests_by_expiry", "expires_at"),
    Index("authorization_requests_of_user", "user_id"),
    Index("authorization_requests_of_session", "session_id"),
    Index("authorization_requests_of_sign_in", "sign_in_id"),
)

role_credentials = Table(
    "role_credentials",
    METADATA,
    Column("access_key_id", String(32), primary_key=True),
    Column("secret_key", String(32), nullable=False),  # id of the key that the secret comes from
    Column("token_hash", _HASH, nullable=False),
    Column("user_id", _ID, ForeignKey("users.id"), nullable=False),
    Column("session_id", _ID, ForeignKey("sessions.id")),
    Column("account_id", String(64), nullable=False),
    Column("permission_set", String(32), nullable=False),
    # A role that was assumed with credentials of that permission set, perhaps over others:
    Column("assumed_account_id", String(64)),
    Column("assumed_role", String(64)),
    Column("session_name", String(64)),
    Column("source_identity", String(64)),
    Column("on_behalf_of", _ID),  # whose identity context came with AssumeRole
    Column("issued_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Index("role_credentials_by_expiry", "expires_at"),
    Index("role_credentials_on_behalf_of", "on_behalf_of"),
    Index("role_credentials_of_user", "user_id"),
    Index("role_credentials_of_session", "session_id"),
)
