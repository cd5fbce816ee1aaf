"""The refresh token grant (RFC 6749 §6), with rotation (RFC 9700 §4.14.2).

1. A refresh token works once: using it yields the next one, always (the AWS CLI and botocore
   forget theirs when an answer lacks one).
2. Processes share one cache file and no lock, so the same token may be presented again within
   a minute: it then yields the same successors.
3. Later than that, somebody has a copy: the whole sign-in ends.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select, update

from sekisho.center import audit, tokens
from sekisho.center.center import Center
from sekisho.center.clients import Client
from sekisho.center.events import Event
from sekisho.center.grants.interface import Asked, invalid_grant, required, scopes_for
from sekisho.center.storage import bearer
from sekisho.center.storage.tables import refresh_tokens, sign_ins
from sekisho.center.tokens import IssuedToken, SignIn
from sekisho.secret import Secret

__all__ = ["redeem", "redeem_for_application"]


def redeem(center: Center, client: Client, params: Mapping[str, Any]) -> IssuedToken:
    """Trade the member `refreshToken` in (an implementation of `interface.Redeem`)."""
    presented = Secret(required(params, "refreshToken"))
    with center.database.writing() as connection:
        issued = _rotate(connection, center, client, presented, params)
    if issued is None:
        raise invalid_grant()
    return issued


def redeem_for_application(center: Center, asked: Asked) -> IssuedToken:
    """Trade it in for an application (an implementation of `interface.RedeemForApplication`)."""
    return redeem(center, asked.client, asked.params)


def _rotate(
    connection: Connection,
    center: Center,
    client: Client,
    presented: Secret,
    params: Mapping[str, Any],
) -> IssuedToken | None:
    table = refresh_tokens
    this = table.c.hash == bearer.digest(presented.reveal())
    row = connection.execute(
        select(table)
        .join(sign_ins, sign_ins.c.id == table.c.sign_in_id)
        .where(this, sign_ins.c.client_hash == client.hash)
        .with_for_update(of=table)
    ).one_or_none()
    if row is None:
        return None
    sign_in = tokens.live_sign_in(connection, center, row.sign_in_id)
    if sign_in is None:
        return None
    scopes = scopes_for(client, sign_in.scopes, params)
    won = connection.execute(  # 1
        update(table)
        .where(this, table.c.rotated_at.is_(None))
        .values(rotated_at=center.now(), successor_key=center.keys.current)
        .returning(table.c.successor_key)
    ).one_or_none()
    if won is not None:
        _keep(connection, center, Event.TOKEN_REFRESHED, client, sign_in)
        key = won.successor_key
    elif _in_grace(center, row.rotated_at) and center.keys.knows(row.successor_key):  # 2
        key = row.successor_key
    else:  # 3
        tokens.end_sign_in(connection, center, row.sign_in_id)
        _keep(connection, center, Event.TOKEN_REUSED, client, sign_in)
        return None
    generation = row.generation + 1
    return tokens.issue(
        connection, center, client, sign_in, generation=generation, key=key, scopes=scopes
    )


def _keep(
    connection: Connection, center: Center, event: Event, client: Client, sign_in: SignIn
) -> None:
    audit.keep(
        connection, event,
        at=center.now(), person=sign_in.user, client=client.name, sign_in=sign_in.id,
    )  # fmt: skip


def _in_grace(center: Center, rotated_at: int) -> bool:
    grace = center.refresh_grace
    return grace > 0 and center.now() - rotated_at <= grace  # 0 is not "within this second"
