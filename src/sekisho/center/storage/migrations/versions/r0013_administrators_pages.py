"""Indexes by which the administrator's pages find people, groups, accounts, and who has what."""

import sqlalchemy as sa
from alembic import op

from sekisho.center.storage.lowered import lowered

__all__ = ["down_revision", "revision", "upgrade"]

revision = "0013"
down_revision = "0012"

_FOUND_BY = (("users", "name"), ("users", "display_name"), ("groups", "name"), ("accounts", "name"))


def upgrade() -> None:
    """Add the indexes."""
    for table, column in _FOUND_BY:
        by = lowered(sa.column(column))
        op.create_index(f"{table}_found_by_{column}", table, [by, "id"])
    for table in ("assignments", "provisioned"):
        op.create_index(f"{table}_of_permission_set", table, ["permission_set"])
