"""What administrators tell the instance: kept by kind and key, and said again as it was told."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row, Select, delete, insert, select, update

from sekisho.center.directory.kept import Kept
from sekisho.center.services.administration import Desk
from sekisho.center.services.sso_admin.resources import not_found
from sekisho.center.storage.tables import kept

__all__ = ["Kept", "find", "forget", "forget_all_of", "put", "required", "those_of"]


def find(desk: Desk, kind: Kept, key: str) -> Row[Any] | None:
    """Return what is kept under `key`, for this transaction alone."""
    query = select(kept).where(kept.c.kind == kind, kept.c.key == key).with_for_update()
    return desk.connection.execute(query).one_or_none()


def required(desk: Desk, kind: Kept, key: str, called: str) -> Row[Any]:
    """Return the same. Raises the `Fault` of a thing `called` so that is not there."""
    row = find(desk, kind, key)
    if row is None:
        raise not_found(called)
    return row


def put(desk: Desk, kind: Kept, key: str, data: Mapping[str, object], *, of: str) -> None:
    """Keep `data` under `key`, in the place of what is there; it belongs to `of`."""
    if find(desk, kind, key) is None:
        desk.connection.execute(
            insert(kept).values(kind=kind, key=key, of=of, data=dict(data), created_at=desk.now)
        )
    else:
        this = (kept.c.kind == kind, kept.c.key == key)
        desk.connection.execute(update(kept).where(*this).values(data=dict(data)))


def forget(desk: Desk, kind: Kept, key: str, called: str) -> None:
    """Forget what is kept under `key`. Raises the `Fault` of a thing `called` so."""
    this = (kept.c.kind == kind, kept.c.key == key)
    if not desk.connection.execute(delete(kept).where(*this)).rowcount:
        raise not_found(called)


def forget_all_of(desk: Desk, of: str) -> None:
    """Forget everything that belongs to `of`."""
    desk.connection.execute(delete(kept).where(kept.c.of == of))


def those_of(kind: Kept, of: str) -> Select[Any]:
    """Return the query of all of a kind that belong to `of`; they are ordered by `kept.c.key`."""
    return select(kept).where(kept.c.kind == kind, kept.c.of == of)
