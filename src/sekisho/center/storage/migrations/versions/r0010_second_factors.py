"""Second factors: authenticator apps, recovery codes, and sign-ins that are half done."""

import sqlalchemy as sa
from alembic import op

__all__ = ["down_revision", "revision", "upgrade"]

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Add the tables, the instance's setting, and when a session was last proved."""
    op.add_column(
        "instance", sa.Column("mfa", sa.String(16), nullable=False, server_default="optional")
    )
    op.add_column("sessions", sa.Column("proved_at", sa.BigInteger()))
    op.create_table(
        "half_sign_ins",
        sa.Column("hash", sa.String(64), primary_key=True),
        sa.Column("user_id", sa.String(64), sa.ForeignKey("users.id"), nullable=False),
        sa.Column("password_mark", sa.String(64), nullable=False),
        sa.Column("must_enrol", sa.Boolean(), nullable=False),
        sa.Column("session_id", sa.String(64)),
        sa.Column("next", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Index("half_sign_ins_by_expiry", "expires_at"),
        sa.Index("half_sign_ins_of_user", "user_id"),
    )
    op.create_table(
        "authenticator_apps",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("user_id", sa.String(64), sa.ForeignKey("users.id"), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("used_step", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("last_used_at", sa.BigInteger()),
        sa.Index("authenticator_apps_of_user", "user_id"),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("hash", sa.String(64), primary_key=True),
        sa.Column("user_id", sa.String(64), sa.ForeignKey("users.id"), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Index("recovery_codes_of_user", "user_id"),
    )
