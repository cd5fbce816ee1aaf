"""What AWS's administration APIs keep: attributes of people and groups, permission sets, tags."""

import secrets
import uuid
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic import op

__all__ = ["down_revision", "revision", "upgrade"]

revision = "0006"
down_revision = "0005"

_ID = sa.String(64)


def upgrade() -> None:
    """Add the columns and tables; give ids to what has none yet."""
    _columns()
    _tables()
    _ids("permission_sets", "name", lambda: f"ps-{secrets.token_hex(8)}")
    _membership_ids()
    store = f"d-{secrets.token_hex(5)}"
    op.execute(sa.text("UPDATE instance SET identity_store_id = :id").bindparams(id=store))
    op.create_index("permission_sets_by_id", "permission_sets", ["id"], unique=True)
    op.create_index("memberships_by_id", "memberships", ["id"], unique=True)
    op.create_index("memberships_of_user", "memberships", ["user_id"])
    op.create_index("assignments_of_principal", "assignments", ["principal_id"])


def _columns() -> None:
    added: dict[str, list[sa.Column[Any]]] = {
        "instance": [
            sa.Column("identity_store_id", _ID),
            sa.Column("name", sa.String(255)),
            sa.Column("created_at", sa.BigInteger()),
        ],
        "users": [
            sa.Column("attributes", sa.JSON(), nullable=False, server_default="{}"),
            sa.Column("updated_at", sa.BigInteger()),
            sa.Column("revision", sa.Integer(), nullable=False, server_default="1"),
        ],
        "groups": [
            sa.Column("description", sa.Text()),
            sa.Column("administers", sa.Boolean(), nullable=False, server_default=sa.false()),
            sa.Column("created_at", sa.BigInteger()),
            sa.Column("updated_at", sa.BigInteger()),
            sa.Column("revision", sa.Integer(), nullable=False, server_default="1"),
        ],
        "memberships": [sa.Column("id", _ID), sa.Column("created_at", sa.BigInteger())],
        "permission_sets": [
            sa.Column("id", _ID),
            sa.Column("description", sa.Text()),
            sa.Column("relay_state", sa.Text()),
            sa.Column("created_at", sa.BigInteger()),
            sa.Column("customer_policies", sa.JSON(), nullable=False, server_default="[]"),
            sa.Column("inline_policy", sa.Text()),
            sa.Column("boundary", sa.JSON()),
        ],
    }
    for table, columns in added.items():
        for column in columns:
            op.add_column(table, column)


def _tables() -> None:
    op.create_table(
        "external_ids",
        sa.Column("issuer", sa.String(256), primary_key=True),
        sa.Column("external_id", sa.String(256), primary_key=True),
        sa.Column("resource_id", _ID, nullable=False),
        sa.Index("external_ids_of_resource", "resource_id"),
    )
    op.create_table(
        "provisioned",
        sa.Column("account_id", _ID, sa.ForeignKey("accounts.id"), primary_key=True),
        sa.Column(
            "permission_set", sa.String(32), sa.ForeignKey("permission_sets.name"), primary_key=True
        ),
        sa.Column("latest", sa.Boolean(), nullable=False),
    )
    op.create_table(
        "tags",
        sa.Column("resource_arn", sa.String(256), primary_key=True),
        sa.Column("key", sa.String(128), primary_key=True),
        sa.Column("value", sa.String(256), nullable=False),
    )
    op.create_table(
        "admin_requests",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("failure_reason", sa.Text()),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
    )
    op.execute(
        "INSERT INTO provisioned (account_id, permission_set, latest) "
        "SELECT DISTINCT account_id, permission_set, true FROM assignments"
    )


def _ids(table: str, key: str, new: Callable[[], str]) -> None:
    rows = sa.table(table, sa.column(key), sa.column("id"))
    connection = op.get_bind()
    for (value,) in connection.execute(sa.select(rows.c[key])).all():
        connection.execute(sa.update(rows).where(rows.c[key] == value).values(id=new()))


def _membership_ids() -> None:
    rows = sa.table("memberships", *map(sa.column, ("group_id", "user_id", "id")))
    connection = op.get_bind()
    for group_id, user_id in connection.execute(sa.select(rows.c.group_id, rows.c.user_id)).all():
        this = (rows.c.group_id == group_id, rows.c.user_id == user_id)
        connection.execute(sa.update(rows).where(*this).values(id=str(uuid.uuid4())))
