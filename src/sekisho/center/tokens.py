"""Access and refresh tokens, and the sign-ins that they belong to.

A *sign-in* is what one redeemed code yields: the family of all tokens that were ever refreshed
from it. It hangs on the browser session in which the person approved it, so ending the session
ends it. Tokens are opaque, and only their hashes are stored.

1. A token is an HMAC over sign-in, generation and kind, under one of the center's keys. So the
   answer that was lost on its way can be given again, and nothing had to be kept to say it.
2. Redeeming a code yields generation 0, and each refresh the next one. The same refresh token
   presented twice (two processes share one cache file and no lock) yields the same successors.
3. What an application of an administrator's gets (CreateTokenWithIAM) depends on what the
   administrator says at each use: whether it is enabled, and who may use it.
"""

import uuid
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, insert, select, update

from sekisho.center.center import Center
from sekisho.center.clients import Client
from sekisho.center.directory import applications
from sekisho.center.directory.people import User
from sekisho.center.storage import bearer
from sekisho.center.storage.tables import access_tokens, refresh_tokens, sessions, sign_ins, users
from sekisho.secret import Secret

__all__ = [
    "Bearer",
    "IssuedToken",
    "SignIn",
    "end_sign_in",
    "holder_of",
    "issue",
    "live_sign_in",
    "start_sign_in",
]

_ACCESS_PREFIX = "sks_at_"
_REFRESH_PREFIX = "sks_rt_"


# Made once: spelling a statement takes longer than running it (docs/decisions/0013).
_HOLDER = (
    select(
        sign_ins.c.id, sign_ins.c.session_id, sign_ins.c.scopes, sign_ins.c.application,
        access_tokens.c.scopes.label("fewer_scopes"),
        users.c.id.label("user_id"), users.c.name, users.c.display_name,
    )
    .select_from(access_tokens)
    .join(sign_ins, sign_ins.c.id == access_tokens.c.sign_in_id)
    .join(sessions, sessions.c.id == sign_ins.c.session_id)
    .join(users, users.c.id == sign_ins.c.user_id)
    .where(
        access_tokens.c.hash == bindparam("hash"),
        access_tokens.c.expires_at > bindparam("now"),
        sign_ins.c.ended_at.is_(None),
        sessions.c.ended_at.is_(None),
        users.c.enabled,
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """What CreateToken answers with."""

    access_token: Secret
    refresh_token: Secret | None
    """`None` for a client that may not refresh, as those in the legacy form."""
    expires_in: int
    """Seconds."""
    sign_in_id: str
    user_id: str
    scopes: tuple[str, ...]
    application: str | None
    """The ARN, where the client is an application of an administrator's."""
    authenticated_at: int
    """When the person signed in, or another issuer's word for it came; epoch seconds."""


@dataclass(frozen=True, slots=True)
class SignIn:
    """A sign-in that has not ended, in a session that has not ended either."""

    id: str
    user: User
    session_started_at: int
    session_expires_at: int
    scopes: tuple[str, ...]
    application: str | None
    """The ARN, where the client is an application of an administrator's."""
    token_key: str
    """The id of the key that its first tokens come from."""


@dataclass(frozen=True, slots=True)
class Bearer:
    """Whoever holds an access token: a person, and not an account or a role."""

    user: User
    session_id: str
    sign_in_id: str
    scopes: tuple[str, ...]
    application: str | None
    """The ARN of the application that it was issued to, if an administrator created that."""


def start_sign_in(
    connection: Connection,
    center: Center,
    client: Client,
    *,
    user_id: str,
    session_id: str,
    asked_from: str | None = None,
) -> SignIn | None:
    """Start a sign-in for a code that was just redeemed.

    `asked_from` is the address that asked for it; without one it was the browser's own machine.
    Returns `None` when that session has ended, or the person may not sign in, or not to that.
    """
    now = center.now()
    live = connection.execute(
        select(
            sessions.c.started_at, sessions.c.expires_at, sessions.c.address,
            users.c.name, users.c.display_name,
        )
        .join(users, users.c.id == sessions.c.user_id)
        .where(sessions.c.id == session_id, sessions.c.ended_at.is_(None), users.c.enabled)
        .where(sessions.c.expires_at > now)
    ).one_or_none()  # fmt: skip
    if live is None or not _may_use(connection, client.application, user_id):
        return None
    sign_in = SignIn(
        id=str(uuid.uuid4()),
        user=User(user_id, live.name, live.display_name),
        session_started_at=live.started_at,
        session_expires_at=live.expires_at,
        scopes=client.scopes,
        application=client.application,
        token_key=center.keys.current,
    )
    connection.execute(
        insert(sign_ins).values(
            id=sign_in.id,
            session_id=session_id,
            user_id=user_id,
            client_hash=client.hash,
            client_name=client.name,
            asked_from=live.address if asked_from is None else asked_from,
            scopes=list(sign_in.scopes),
            token_key=sign_in.token_key,
            started_at=now,
            application=client.application,
        )
    )
    return sign_in


def live_sign_in(connection: Connection, center: Center, sign_in_id: str) -> SignIn | None:
    """Return a sign-in that can still be refreshed: neither it nor its session has ended."""
    row = connection.execute(
        select(
            sign_ins.c.scopes, sign_ins.c.application, sign_ins.c.token_key,
            sessions.c.started_at, sessions.c.expires_at,
            users.c.id, users.c.name, users.c.display_name,
        )
        .join(sign_ins, sign_ins.c.session_id == sessions.c.id)
        .join(users, users.c.id == sign_ins.c.user_id)
        .where(sign_ins.c.id == sign_in_id, sign_ins.c.ended_at.is_(None))
        .where(sessions.c.ended_at.is_(None), sessions.c.expires_at > center.now())
        .where(users.c.enabled)
    ).one_or_none()  # fmt: skip
    if row is None or not _may_use(connection, row.application, row.id):
        return None
    return SignIn(
        id=sign_in_id,
        user=User(row.id, row.name, row.display_name),
        session_started_at=row.started_at,
        session_expires_at=row.expires_at,
        scopes=tuple(row.scopes),
        application=row.application,
        token_key=row.token_key,
    )


def end_sign_in(connection: Connection, center: Center, sign_in_id: str) -> None:
    """End a sign-in: none of its tokens works any more."""
    connection.execute(
        update(sign_ins)
        .where(sign_ins.c.id == sign_in_id, sign_ins.c.ended_at.is_(None))
        .values(ended_at=center.now())
    )


def issue(
    connection: Connection,
    center: Center,
    client: Client,
    sign_in: SignIn,
    *,
    generation: int = 0,
    key: str | None = None,
    scopes: tuple[str, ...] | None = None,
) -> IssuedToken:
    """Issue an access token, and a refresh token where the client may refresh.

    `generation` counts the refreshes before, and `key` is the id of the key that the tokens come
    from, by default that of the first ones; issuing them again yields the same ones. The access
    token lives as the settings say, but not beyond the session; in the legacy form it lives its
    eight hours. It is for `scopes`, where they are fewer than the sign-in's. Raises `KeyError`
    when the key has been retired.
    """
    made = (sign_in.id, str(generation))
    access = _derived(center, _ACCESS_PREFIX, made, key or sign_in.token_key)
    refresh = (
        _derived(center, _REFRESH_PREFIX, made, key or sign_in.token_key)
        if client.may_refresh
        else None
    )
    hashed, fewer = bearer.digest(access), None if scopes == sign_in.scopes else scopes
    expires_at = _expiry(center, client, sign_in)
    again = connection.execute(
        select(access_tokens.c.expires_at, access_tokens.c.scopes).where(
            access_tokens.c.hash == hashed
        )
    ).one_or_none()
    if again is not None:
        expires_at, fewer = again.expires_at, _tuple(again.scopes)
    else:
        _keep(connection, sign_in, hashed, refresh, generation, expires_at, fewer)
    return IssuedToken(
        access_token=Secret(access),
        refresh_token=None if refresh is None else Secret(refresh),
        expires_in=max(expires_at - center.now(), 0),
        sign_in_id=sign_in.id,
        user_id=sign_in.user.id,
        scopes=sign_in.scopes if fewer is None else fewer,
        application=sign_in.application,
        authenticated_at=sign_in.session_started_at,
    )


def _expiry(center: Center, client: Client, sign_in: SignIn) -> int:
    lifetimes = center.settings.lifetimes
    if client.is_legacy:
        return center.now() + lifetimes.legacy_access_token
    return min(center.now() + lifetimes.access_token, sign_in.session_expires_at)


def _keep(
    connection: Connection,
    sign_in: SignIn,
    access_hash: str,
    refresh: str | None,
    generation: int,
    expires_at: int,
    scopes: tuple[str, ...] | None,
) -> None:
    """Keep what recognises new tokens again."""
    connection.execute(
        insert(access_tokens).values(
            hash=access_hash,
            sign_in_id=sign_in.id,
            expires_at=expires_at,
            scopes=None if scopes is None else list(scopes),
        )
    )
    if refresh is not None:
        connection.execute(
            insert(refresh_tokens).values(
                hash=bearer.digest(refresh), sign_in_id=sign_in.id, generation=generation
            )
        )


def holder_of(center: Center, token: Secret) -> Bearer | None:
    """Return who holds an access token; `None` when it is unknown, over, or was revoked.

    An unknown one leaves no trace: real tools send other services' tokens here by mistake
    (`spec/identity-center.md` §0.17).
    """
    text = token.reveal()
    if not text.startswith(_ACCESS_PREFIX):
        return None
    with center.database.reading() as connection:
        row = connection.execute(
            _HOLDER, {"hash": bearer.digest(text), "now": center.now()}
        ).one_or_none()
    if row is None:
        return None
    user = User(row.user_id, row.name, row.display_name)
    scopes = _tuple(row.fewer_scopes) or tuple(row.scopes)
    return Bearer(user, row.session_id, row.id, scopes, row.application)


def _may_use(connection: Connection, application: str | None, user_id: str) -> bool:
    return application is None or applications.may_use(connection, application, user_id)


def _tuple(scopes: list[str] | None) -> tuple[str, ...] | None:
    return None if scopes is None else tuple(scopes)


def _derived(center: Center, prefix: str, made: tuple[str, str], key: str) -> str:
    return f"{prefix}{bearer.encoded(center.keys.derive('token', prefix, *made, key=key))}"
