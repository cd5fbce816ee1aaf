"""Indexes, so that nothing takes longer because there are many people, and an e-mail to find them by."""

import sqlalchemy as sa
from alembic import op

__all__ = ["down_revision", "revision", "upgrade"]

revision = "0009"
down_revision = "0008"

_COLUMNS = {
    "sessions": ("user",),
    "sign_ins": ("user", "session"),
    "device_codes": ("user", "session", "sign_in"),
    "authorization_requests": ("user", "session", "sign_in"),
    "role_credentials": ("user", "session"),
}
"""What refers to whom: rows are looked for by it when those are shown, ended or removed."""


def upgrade() -> None:
    """Add the column, fill it, and add the indexes."""
    op.add_column("users", sa.Column("email", sa.Text()))
    users = sa.table("users", sa.column("email", sa.Text()), sa.column("attributes", sa.JSON()))
    op.execute(users.update().values(email=users.c.attributes["Emails"][0]["Value"].as_string()))
    op.create_index("users_by_email", "users", ["email"])
    has_one = sa.text("password_hash IS NOT NULL")
    op.create_index(
        "users_with_password", "users", ["id"], sqlite_where=has_one, postgresql_where=has_one
    )
    for table, columns in _COLUMNS.items():
        for column in columns:
            op.create_index(f"{table}_of_{column}", table, [f"{column}_id"])
    op.create_index("sign_ins_by_end", "sign_ins", ["ended_at"])
    op.create_index("sessions_by_expiry", "sessions", ["expires_at"])
    op.create_index("sessions_by_end", "sessions", ["ended_at"])
