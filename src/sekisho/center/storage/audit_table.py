"""The table of the audit trail. Nothing refers to it, and it refers to nothing: it outlives people."""

from sqlalchemy import JSON, BigInteger, Column, Index, Integer, String, Table, text

from sekisho.center.storage.metadata import METADATA

__all__ = ["audit_events"]


def _trail_index(name: str, *columns: str, present: str | None = None) -> Index:
    """Newest first by `columns`; of the rows alone that have something in `present`."""
    only = None if present is None else text(f"{present} IS NOT NULL")
    return Index(name, *columns, "at", "id", postgresql_where=only, sqlite_where=only)


audit_events = Table(  # in order of `at` and `id`
    "audit_events",
    METADATA,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("event", String(64), nullable=False),
    # Whom it is about, by the name that they had:
    Column("person_id", String(64)),
    Column("person_name", String(128)),
    # Who did it, where that was somebody else:
    Column("by_id", String(64)),
    Column("by_name", String(128)),
    Column("address", String(64)),
    Column("facts", JSON, nullable=False),
    _trail_index("audit_events_in_order"),
    _trail_index("audit_events_of_event", "event"),
    _trail_index("audit_events_of_person", "person_id", present="person_id"),
    _trail_index("audit_events_by_person", "by_id", present="by_id"),
    _trail_index("audit_events_of_address", "address", present="address"),
)
