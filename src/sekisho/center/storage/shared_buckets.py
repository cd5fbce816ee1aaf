"""Token buckets that several replicas take from: a row each, changed by one statement a call.

The table is UNLOGGED: what a crash of the database forgives is no more than one bucketful.
"""

import hashlib
import math
from dataclasses import dataclass

from sqlalchemy import bindparam, case, func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.sql.dml import ReturningInsert

from sekisho.center.limits import Bucket
from sekisho.center.storage.database import Database
from sekisho.center.storage.tables import rate_buckets

__all__ = ["SharedBuckets"]


def _taking() -> ReturningInsert[tuple[float, bool]]:
    """Spell the statement: fill the bucket for the time that has passed, and take one out."""
    table = rate_buckets
    passed = func.greatest(bindparam("now") - table.c.at, 0.0)
    level = func.least(table.c.tokens + passed * bindparam("per_second"), bindparam("burst"))
    enough = level >= 1
    new = insert(table).values(
        key=bindparam("bucket"), tokens=bindparam("burst") - 1, at=bindparam("now"), taken=True
    )
    return new.on_conflict_do_update(
        index_elements=[table.c.key],
        set_={
            "tokens": case((enough, level - 1), else_=level),
            "at": bindparam("now"),
            "taken": enough,
        },
    ).returning(table.c.tokens, table.c.taken)


_TAKING = _taking()


@dataclass(frozen=True, slots=True)
class SharedBuckets:
    """Satisfies `limits.Rates` in the database."""

    database: Database

    def take(self, bucket: Bucket, whose: str, now: float) -> int | None:
        """Take a token; see `Rates.take`. Blocks for one statement."""
        key = hashlib.sha256(f"{bucket.name}\n{whose}".encode()).hexdigest()
        values = {
            "bucket": key,
            "burst": float(bucket.burst),
            "per_second": bucket.per_second,
            "now": now,
        }
        with self.database.writing() as connection:
            level = connection.execute(_TAKING, values).one()
        return None if level.taken else math.ceil((1 - level.tokens) / bucket.per_second)
