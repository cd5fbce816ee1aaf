"""What the tables belong to, whichever file they stand in."""

from sqlalchemy import MetaData

__all__ = ["METADATA"]

METADATA = MetaData()
