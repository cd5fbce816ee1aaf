"""Applications get tokens: by other issuers' assertions, for people without a browser session."""

import sqlalchemy as sa
from alembic import op

__all__ = ["down_revision", "revision", "upgrade"]

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Add the columns, the table of assertions that were used, and what it takes to find a person."""
    for table, column in (
        (
            "sessions",
            sa.Column("application", sa.Boolean(), nullable=False, server_default=sa.false()),
        ),
        ("sign_ins", sa.Column("application", sa.String(256))),
        ("access_tokens", sa.Column("scopes", sa.JSON())),
        ("authorization_requests", sa.Column("application", sa.String(256))),
        ("role_credentials", sa.Column("on_behalf_of", sa.String(64))),
    ):
        op.add_column(table, column)
    op.create_index("sign_ins_of_application", "sign_ins", ["application"])
    op.create_index("role_credentials_on_behalf_of", "role_credentials", ["on_behalf_of"])
    op.create_index("external_ids_by_id", "external_ids", ["external_id"])
    op.create_table(
        "used_assertions",
        sa.Column("hash", sa.String(64), primary_key=True),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Index("used_assertions_by_expiry", "expires_at"),
    )
