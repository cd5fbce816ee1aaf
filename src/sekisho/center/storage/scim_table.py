"""The table of SCIM tokens: what identity providers keep people and groups with."""

from sqlalchemy import BigInteger, Column, String, Table

from sekisho.center.storage.metadata import METADATA

__all__ = ["scim_tokens"]

scim_tokens = Table(
    "scim_tokens",
    METADATA,
    Column("hash", String(64), primary_key=True),
    Column("id", String(64), nullable=False, unique=True),
    Column("made_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("last_used_at", BigInteger),
)
