"""The audit trail: what happened, in the order in which it did."""

import sqlalchemy as sa
from alembic import op

__all__ = ["down_revision", "revision", "upgrade"]

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Add the table, with an index for each question that is asked of it."""
    op.create_table(
        "audit_events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("event", sa.String(64), nullable=False),
        sa.Column("person_id", sa.String(64)),
        sa.Column("person_name", sa.String(128)),
        sa.Column("by_id", sa.String(64)),
        sa.Column("by_name", sa.String(128)),
        sa.Column("address", sa.String(64)),
        sa.Column("facts", sa.JSON(), nullable=False),
    )
    _index("audit_events_in_order")
    _index("audit_events_of_event", "event")
    for name, column in (
        ("audit_events_of_person", "person_id"),
        ("audit_events_by_person", "by_id"),
        ("audit_events_of_address", "address"),
    ):
        _index(name, column, only=sa.text(f"{column} IS NOT NULL"))


def _index(name: str, *columns: str, only: sa.TextClause | None = None) -> None:
    op.create_index(
        name, "audit_events", [*columns, "at", "id"], postgresql_where=only, sqlite_where=only
    )
