"""What administrators asked for that AWS does some time later."""

from sqlalchemy import JSON, BigInteger, Column, String, Table, Text

from sekisho.center.storage.metadata import METADATA

__all__ = ["admin_requests"]

admin_requests = Table(
    "admin_requests",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("status", String(16), nullable=False),
    Column("failure_reason", Text),
    Column("details", JSON, nullable=False),
    Column("created_at", BigInteger, nullable=False),
)
