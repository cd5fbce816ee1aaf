"""What strangers can make happen as often as they like: logged each time, and kept within bounds.

A refusal changes nothing, so it is kept in a short transaction of its own. Of one event, ten from
one machine are kept at once and then one a minute, and of all machines together 5,000 and then
1,000 an hour: whoever makes noise fills the log, which is rotated, and not the database.
"""

from sqlalchemy import Connection

from sekisho.center import audit
from sekisho.center.audit import Fact, Named
from sekisho.center.center import Center
from sekisho.center.events import Event
from sekisho.center.limits import Bucket
from sekisho.center.lockouts import machine
from sekisho.center.storage.database import writing_of

__all__ = ["keep_bounded", "keep_when_undone", "may_be_kept"]

_OF_ONE = Bucket("trail of one", burst=10, per_second=1 / 60)
_OF_ALL = Bucket("trail of all", burst=5000, per_second=1000 / 3600)


def keep_bounded(
    center: Center,
    event: Event,
    *,
    person: Named | None = None,
    address: str | None = None,
    **facts: Fact,
) -> None:
    """Keep `event` if there is room for one more, and log it in any case; see `audit.keep`.

    Opens a transaction, so it is not to be called inside of one.
    """
    now = center.clock.now().timestamp()
    whose = f"{event} {machine(address or audit.address())}"
    if center.rates.take(_OF_ONE, whose, now) is None and may_be_kept(center, event):
        with center.database.writing() as connection:
            audit.keep(
                connection, event,
                at=center.now(), person=person, address=address, has_room=True, **facts,
            )  # fmt: skip
    else:
        audit.log(event, person=person, address=address, **facts)


def keep_when_undone(
    connection: Connection,
    center: Center,
    event: Event,
    *,
    person: Named | None = None,
    **facts: Fact,
) -> None:
    """Do what `keep_bounded` does once the transaction of `connection` has been undone.

    For a refusal that is found out within one: the caller raises next.
    """
    writing_of(connection).when_undone.append(
        lambda: keep_bounded(center, event, person=person, address=None, **facts)
    )


def may_be_kept(center: Center, event: Event) -> bool:
    """Count one more `event` that strangers make; whether there is room for it in the trail."""
    return center.rates.take(_OF_ALL, event, center.clock.now().timestamp()) is None
