"""What the tables belong to, whichever file they stand in, and which revision they are of."""

from sqlalchemy import Column, MetaData, String, Table

__all__ = ["METADATA", "alembic_version"]

METADATA = MetaData()

alembic_version = Table(  # as Alembic has it
    "alembic_version", METADATA, Column("version_num", String(32), primary_key=True)
)
