"""The tables of what is counted: wrong answers, requests, and what works once."""

from sqlalchemy import (
    DDL,
    BigInteger,
    Boolean,
    Column,
    Double,
    Index,
    Integer,
    String,
    Table,
    event,
)
from sqlalchemy.schema import ExecutableDDLElement

from sekisho.center.storage.metadata import METADATA

__all__ = ["rate_buckets", "sign_in_failures", "used_assertions"]

sign_in_failures = Table(
    "sign_in_failures",
    METADATA,
    Column(
        "key", String(64), primary_key=True
    ),  # HMAC of address and name: a name may be a password
    Column("failures", Integer, nullable=False),
    Column("last_failed_at", BigInteger, nullable=False),
    Column("locked_until", BigInteger, nullable=False),
)

rate_buckets = Table(  # only where several replicas count together
    "rate_buckets",
    METADATA,
    Column("key", String(64), primary_key=True),
    Column("tokens", Double, nullable=False),
    Column("at", Double, nullable=False),
    Column("taken", Boolean, nullable=False),  # whether the last one who asked got a token
)
_UNLOGGED: ExecutableDDLElement = DDL("ALTER TABLE rate_buckets SET UNLOGGED")  # type: ignore[no-untyped-call]
event.listen(  # what a crash may lose need not be written twice
    rate_buckets, "after_create", _UNLOGGED.execute_if(dialect="postgresql")
)

used_assertions = Table(  # of other issuers, with an id of their own
    "used_assertions",
    METADATA,
    Column("hash", String(64), primary_key=True),  # of issuer and id
    Column("expires_at", BigInteger, nullable=False),
    Index("used_assertions_by_expiry", "expires_at"),
)
