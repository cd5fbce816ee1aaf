"""SCIM tokens: what an identity provider keeps people and groups with.

The operator makes them on the center's machine; only hashes are kept. Two may be live at a time, so
that one can follow the other without a gap. They open the SCIM endpoint and nothing else.
"""

import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, insert, or_, select, update

from sekisho.center import audit
from sekisho.center.center import Center
from sekisho.center.directory.instance import load_instance
from sekisho.center.events import Event
from sekisho.center.storage import bearer
from sekisho.center.storage.database import Database
from sekisho.center.storage.tables import instance, scim_tokens
from sekisho.center.storage.times import from_epoch
from sekisho.errors import UsageError
from sekisho.secret import Secret

__all__ = [
    "MOST_LIVE",
    "ScimToken",
    "holder_of",
    "listed",
    "make",
    "revoke",
    "tenant_id",
    "tenant_of",
]

MOST_LIVE = 2
"""As at AWS: one that is used, and one that takes its place."""
_PREFIX = "sks_scim_"
_COARSE = 3600
"""Seconds. When a token was last used is noted once in so long, or each request would write."""
_NAMESPACE = uuid.UUID("0c8c6fa5-3b0a-4a0c-9d43-51b7c1e5a6d2")


@dataclass(frozen=True, slots=True)
class ScimToken:
    """A token, as the operator sees it."""

    id: str
    """What it is revoked by."""
    made_at: datetime
    """Aware, UTC, as the other times."""
    expires_at: datetime
    last_used_at: datetime | None
    """To within an hour; `None`: never."""


def tenant_id(instance_id: str) -> str:
    """Return what stands in the endpoint's path for an instance: always the same, and opaque."""
    return str(uuid.uuid5(_NAMESPACE, instance_id))


def tenant_of(database: Database) -> str:
    """Return the tenant id of the instance in a database; one that was never served gets it now."""
    with database.writing() as connection:
        return tenant_id(load_instance(connection).id)


def make(database: Database, *, seconds: int, now: int) -> tuple[ScimToken, Secret]:
    """Make a token that is good for `seconds`; return it, and what the provider is told.

    Raises `errors.UsageError` when there are two that are good.
    """
    token, secret = f"st-{secrets.token_hex(5)}", bearer.new(_PREFIX)
    with database.writing() as connection:
        load_instance(connection)
        connection.execute(select(instance.c.id).with_for_update())  # one at a time
        live = select(func.count()).select_from(scim_tokens).where(scim_tokens.c.expires_at > now)
        if connection.execute(live).scalar_one() >= MOST_LIVE:
            raise UsageError(
                f"there are {MOST_LIVE} SCIM tokens already, and no more may be good at a time",
                do="sekisho center scim-token list, then sekisho center scim-token revoke ID",
            )
        times = {"made_at": now, "expires_at": now + seconds}
        connection.execute(
            insert(scim_tokens).values(hash=bearer.digest(secret), id=token, **times)
        )
        audit.keep(
            connection, Event.ADMINISTERED, at=now, operation="CreateScimToken", name=token,
            until=now + seconds,
        )  # fmt: skip
    return ScimToken(token, from_epoch(now), from_epoch(now + seconds), None), Secret(secret)


def listed(database: Database) -> tuple[ScimToken, ...]:
    """Return the tokens, those that expired lately too, in the order in which they were made."""
    query = select(scim_tokens).order_by(scim_tokens.c.made_at, scim_tokens.c.id)
    with database.reading() as connection:
        rows = connection.execute(query).all()
    return tuple(
        ScimToken(
            row.id,
            from_epoch(row.made_at),
            from_epoch(row.expires_at),
            None if row.last_used_at is None else from_epoch(row.last_used_at),
        )
        for row in rows
    )


def revoke(database: Database, token: str, *, now: int) -> None:
    """End the token of that id at once. Raises `errors.UsageError` when there is none."""
    with database.writing() as connection:
        gone = connection.execute(delete(scim_tokens).where(scim_tokens.c.id == token)).rowcount
        if not gone:
            raise UsageError(
                f'there is no SCIM token "{token}"', do="sekisho center scim-token list"
            )
        audit.keep(connection, Event.ADMINISTERED, at=now, operation="RevokeScimToken", name=token)


def holder_of(center: Center, tenant: str, secret: Secret) -> str | None:
    """Return the id of a token that is good for this `tenant`; `None` for any other."""
    text, now = secret.reveal(), center.now()
    if tenant != tenant_id(center.instance.id) or not text.startswith(_PREFIX):
        return None
    this = (scim_tokens.c.hash == bearer.digest(text), scim_tokens.c.expires_at > now)
    with center.database.reading() as connection:
        row = connection.execute(select(scim_tokens).where(*this)).one_or_none()
    if row is None:
        return None
    if row.last_used_at is None or row.last_used_at <= now - _COARSE:
        _note_use(center, row.hash, now)
    found: str = row.id
    return found


def _note_use(center: Center, hashed: str, now: int) -> None:
    stale = or_(scim_tokens.c.last_used_at.is_(None), scim_tokens.c.last_used_at <= now - _COARSE)
    with center.database.writing() as connection:
        connection.execute(
            update(scim_tokens).where(scim_tokens.c.hash == hashed, stale).values(last_used_at=now)
        )
