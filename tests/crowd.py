"""A crowd in a center's database: people who have signed in, put there without their signing in."""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, Table, insert

from sekisho.center.storage.tables import (
    access_tokens,
    assignments,
    authorization_requests,
    device_codes,
    external_ids,
    groups,
    memberships,
    refresh_tokens,
    role_credentials,
    sessions,
    sign_ins,
    users,
)

__all__ = ["ISSUER", "add_crowd", "name_of"]

ISSUER = "https://idp.example.com"
"""Whose external ids they have: each its number."""
_IN_A_GROUP = 50
_WITH_PASSWORD = 10
"""One in so many has a password; the others have not been invited yet."""
_AT_ONCE = 5_000
_HOUR = 3600

Row = Mapping[str, Any]


def name_of(number: int) -> str:
    """What that one of the crowd is called; also the e-mail address."""
    return f"crowd-{number}@example.com"


def add_crowd(
    connection: Connection,
    numbers: range,
    *,
    now: int,
    password_hash: str | None,
    account_id: str,
    permission_set: str,
) -> None:
    """Add people with those numbers, each signed in once with a browser and two tools.

    They are in groups of fifty, which have `permission_set` in the account. Everything is live
    at `now`, seconds of the epoch.
    """
    facts: dict[str, Any] = {"now": now, "account_id": account_id, "permission_set": permission_set}
    for first in range(0, len(numbers), _AT_ONCE):
        rows: dict[Table, list[Row]] = {}
        for number in numbers[first : first + _AT_ONCE]:
            for table, row in _person(number, password_hash=password_hash, **facts):
                rows.setdefault(table, []).append(row)
        for table, each in rows.items():
            connection.execute(insert(table), each)


def _person(
    number: int, *, password_hash: str | None, now: int, account_id: str, permission_set: str
) -> Iterator[tuple[Table, Row]]:
    """Every row of one person; the first of a group brings the group."""
    user, group = _id("user", number), _id("group", number // _IN_A_GROUP)
    session, later = _id("session", number), now + _HOUR
    yield (
        users,
        {
            "id": user,
            "name": name_of(number),
            "display_name": f"One of many, {number}",
            "password_hash": password_hash if number % _WITH_PASSWORD == 0 else None,
            "enabled": True,
            "created_at": now,
            "updated_at": now,
            "email": name_of(number),
            "attributes": {"Emails": [{"Value": name_of(number), "Primary": True}]},
        },
    )
    yield external_ids, {"issuer": ISSUER, "external_id": str(number), "resource_id": user}
    if number % _IN_A_GROUP == 0:
        name = f"crowd-{number // _IN_A_GROUP}"
        yield groups, {"id": group, "name": name, "created_at": now, "updated_at": now}
        yield (
            assignments,
            {"account_id": account_id, "permission_set": permission_set, "principal_id": group},
        )
    yield (
        memberships,
        {"group_id": group, "user_id": user, "id": _id("membership", number), "created_at": now},
    )
    yield from _signed_in(number, user, session, now)
    yield from _sign_ins(number, user, session, now)
    yield (
        role_credentials,
        {
            "access_key_id": f"ASIA{number:016}",
            "secret_key": "none",
            "token_hash": _hash("role", number),
            "user_id": user,
            "session_id": session,
            "account_id": account_id,
            "permission_set": permission_set,
            "issued_at": now,
            "expires_at": later,
        },
    )


def _signed_in(number: int, user: str, session: str, now: int) -> Iterator[tuple[Table, Row]]:
    """One browser."""
    yield (
        sessions,
        {
            "id": session,
            "cookie_hash": _hash("cookie", number),
            "user_id": user,
            "address": "203.0.113.7",
            "user_agent": "a browser",
            "started_at": now,
            "expires_at": now + _HOUR,
        },
    )


def _sign_ins(number: int, user: str, session: str, now: int) -> Iterator[tuple[Table, Row]]:
    """A tool that was let in by device code, and one that was by authorization code."""
    later = now + _HOUR
    asked = {"client_hash": _hash("client", number), "client_name": "a-tool", "scopes": []}
    theirs = {"user_id": user, "session_id": session}
    for kind in ("device", "browser"):
        sign_in = _id(kind, number)
        yield (
            sign_ins,
            {
                "id": sign_in,
                "asked_from": "203.0.113.7",
                "token_key": "none",
                "started_at": now,
                **asked,
                **theirs,
            },
        )
        one = {"hash": _hash(f"{kind} token", number), "sign_in_id": sign_in}
        yield access_tokens, {"expires_at": later, **one}
        yield refresh_tokens, {"generation": 0, **one}
    yield from _codes(
        number, {"expires_at": later, "asked_at": now, "redeemed_at": now, **asked, **theirs}
    )


def _codes(number: int, shared: Row) -> Iterator[tuple[Table, Row]]:
    """What they were let in by."""
    yield (
        device_codes,
        {
            "hash": _hash("device code", number),
            "user_code": f"{number:08}",
            "asked_from": "203.0.113.7",
            "interval": 1,
            "polls": 1,
            "last_poll_at": shared["asked_at"],
            "state": "consumed",
            "sign_in_id": _id("device", number),
            **shared,
        },
    )
    yield (
        authorization_requests,
        {
            "handle_hash": _hash("handle", number),
            "redirect_uri": "http://127.0.0.1:1/oauth/callback",
            "issuer": "none",
            "code_challenge": "none",
            "answered_at": shared["asked_at"],
            "code_hash": _hash("code", number),
            "code_expires_at": shared["expires_at"],
            "sign_in_id": _id("browser", number),
            **shared,
        },
    )


def _hash(kind: str, number: int) -> str:
    return hashlib.sha256(f"{kind} {number}".encode()).hexdigest()


def _id(kind: str, number: int) -> str:
    """An id of the shape that the center gives, spread as its own are."""
    digits = _hash(kind, number)
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:32]))
