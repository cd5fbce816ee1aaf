"""What a person has enrolled: listing it, making room for more, removing it."""

from sqlalchemy import ColumnElement, Connection, delete, exists, literal, or_, select, union_all

from sekisho.center import audit
from sekisho.center.center import Center
from sekisho.center.directory.people import User
from sekisho.center.events import Event
from sekisho.center.factors import recovery_codes
from sekisho.center.factors.catalogue import FACTORS, WAYS
from sekisho.center.factors.interface import Enrolled, Kind, SecondFactor
from sekisho.center.storage.tables import users
from sekisho.center.storage.times import from_epoch

__all__ = ["LONGEST_NAME", "enrolled", "has_any", "has_room", "keep_added", "remove", "ways_of"]

LONGEST_NAME = 64
"""Characters of what a person calls a factor."""


def enrolled(connection: Connection, user_id: str) -> tuple[Enrolled, ...]:
    """Return the person's factors by kind, in the order of the catalogue, the oldest first."""
    parts = [
        select(
            literal(number).label("number"),
            factor.table.c.id,
            factor.table.c.name,
            factor.table.c.made_at,
            factor.table.c.last_used_at,
        ).where(factor.table.c.user_id == user_id)
        for number, factor in enumerate(FACTORS)
    ]
    query = union_all(*parts)
    rows = connection.execute(query.order_by("number", "made_at", "id"))
    return tuple(
        Enrolled(
            FACTORS[row.number].way.kind,
            row.id,
            row.name,
            from_epoch(row.made_at),
            None if row.last_used_at is None else from_epoch(row.last_used_at),
        )
        for row in rows
    )


def ways_of(connection: Connection, user_id: str) -> tuple[Kind, ...]:
    """Return the ways in which the person can answer, in the order of the catalogue."""
    theirs = {each.kind for each in enrolled(connection, user_id)}
    if recovery_codes.left(connection, user_id):
        theirs.add(Kind.RECOVERY_CODE)
    return tuple(kind for kind in WAYS if kind in theirs)


def has_any(user_id: ColumnElement[str]) -> ColumnElement[bool]:
    """Say in SQL whether the person whose id is in the column `user_id` has a factor."""
    return or_(*(exists().where(factor.table.c.user_id == user_id) for factor in FACTORS))


def has_room(connection: Connection, factor: SecondFactor, user_id: str) -> bool:
    """Return whether the person may have one more of that kind.

    Another replica that is about to add one waits for the end of this transaction.
    """
    connection.execute(select(users.c.id).where(users.c.id == user_id).with_for_update())
    table = factor.table
    theirs = connection.execute(select(table.c.id).where(table.c.user_id == user_id)).all()
    return len(theirs) < factor.most


def keep_added(connection: Connection, center: Center, user: User, kind: Kind) -> None:
    """Keep in the audit trail that the person has got a factor of that `kind`."""
    audit.keep(connection, Event.FACTOR_ADDED, at=center.now(), person=user, kind=kind.value)


def remove(center: Center, user: User, kind: Kind, factor_id: str) -> bool:
    """Remove one factor of the person; whether they had it.

    With the last one the recovery codes go, too: there is nothing left that they stand in for.
    """
    table = next(factor.table for factor in FACTORS if factor.way.kind is kind)
    theirs = (table.c.id == factor_id, table.c.user_id == user.id)
    with center.database.writing() as connection:
        removed = connection.execute(delete(table).where(*theirs)).rowcount > 0
        if removed:
            audit.keep(
                connection, Event.FACTOR_REMOVED, at=center.now(), person=user, kind=kind.value
            )
        if not enrolled(connection, user.id):
            recovery_codes.remove_all(connection, user.id)
    return removed
