"""Role credentials: made on demand, and recognised again when somebody signs with them.

The secret key is derived from the access key id and the center's keys, so it can be found again
for SigV4 without being stored; of the session token only a hash is kept
(`spec/identity-center.md` §3.8, §3.9).
"""

import base64
import hashlib
import re
import secrets
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select

from sekisho.center import audit
from sekisho.center.center import Center
from sekisho.center.directory.assignments import is_assigned
from sekisho.center.directory.people import User
from sekisho.center.directory.principals import Principal, RoleKind
from sekisho.center.events import Event
from sekisho.center.storage import bearer
from sekisho.center.storage.tables import permission_sets, role_credentials, users
from sekisho.center.storage.times import from_epoch
from sekisho.model import AccountId, Role, RoleCredentials, RoleName
from sekisho.secret import Secret

__all__ = [
    "AssumedRole",
    "IssuedKey",
    "NotAssigned",
    "access_key_id_for",
    "account_id_in",
    "assume",
    "iam_role_name",
    "issue",
    "key_of",
    "role_id",
]

_SESSION_TOKEN_PREFIX = "sks_st_"
_KEY_ID = re.compile(r"A[A-Z]IA([A-Z2-7]{16})")
_TWELVE_DIGITS = re.compile(r"[0-9]{12}")
_SECRET_BYTES = 30  # 40 characters of base64, as AWS's have


# Made once: spelling a statement takes longer than running it (docs/decisions/0013).
_KEY = (
    select(role_credentials, users.c.name, users.c.display_name, users.c.enabled)
    .join(users, users.c.id == role_credentials.c.user_id)
    .where(role_credentials.c.access_key_id == bindparam("key_id"))
)
_KNOWN = select(role_credentials.c.access_key_id).where(
    role_credentials.c.access_key_id == bindparam("key_id")
)
_SECONDS = select(permission_sets.c.session_seconds).where(
    permission_sets.c.name == bindparam("name")
)


class NotAssigned(LookupError):
    """The user does not have that permission set in that account, or one of them is unknown."""


@dataclass(frozen=True, slots=True)
class AssumedRole:
    """The session of an IAM role that was assumed."""

    account_id: str
    role: str
    session_name: str
    source_identity: str | None
    """Once it is set, it stays with every role that is assumed from there."""
    on_behalf_of: User | None = None
    """Whose identity context came with the request."""


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """What the center knows of an access key id that it issued."""

    access_key_id: str
    secret_access_key: Secret
    token_hash: str
    user: User
    user_enabled: bool
    session_id: str | None
    account_id: str
    permission_set: str
    """The assigned role, in the account `account_id`, that the portal issued credentials of."""
    assumed: AssumedRole | None
    """What was assumed with those since; `None` for the permission set's own credentials."""
    expires_at: int
    on_behalf_of: str | None
    """The id of the person whose identity context the role was assumed with."""

    @property
    def principal(self) -> Principal:
        """The role that this is a key of."""
        if self.assumed is not None:
            return Principal(self.assumed.account_id, RoleKind.ROLE, self.assumed.role)
        return Principal(self.account_id, RoleKind.PERMISSION_SET, self.permission_set)

    @property
    def role_name(self) -> str:
        """The IAM role's name."""
        if self.assumed is not None:
            return self.assumed.role
        return iam_role_name(self.account_id, self.permission_set)

    @property
    def session_name(self) -> str:
        """The role session name: the person's, unless a role was assumed under another."""
        return self.user.name if self.assumed is None else self.assumed.session_name


def issue(
    center: Center,
    user: User,
    account_id: str,
    permission_set: str,
    *,
    session_id: str | None = None,
) -> RoleCredentials:
    """Make new credentials for a permission set that is assigned to `user` in the account.

    They live as long as the permission set says, whatever is left of the session `session_id`
    that they were asked with. Raises `NotAssigned`, which does not tell what is unknown.
    """
    if not is_assigned(center, user.id, account_id, permission_set):
        raise NotAssigned
    with center.database.writing() as connection:
        seconds = connection.execute(_SECONDS, {"name": permission_set}).scalar_one()
        issued = _make(
            center,
            connection,
            Role(AccountId(account_id), RoleName(permission_set)),
            seconds,
            user_id=user.id,
            session_id=session_id,
            account_id=account_id,
            permission_set=permission_set,
        )
        audit.keep(
            connection, Event.CREDENTIALS_ISSUED,
            at=center.now(), person=user, account=account_id, permission_set=permission_set,
            access_key_id=issued.access_key_id,
        )  # fmt: skip
    return issued


def assume(center: Center, key: IssuedKey, role: AssumedRole, *, seconds: int) -> RoleCredentials:
    """Make new credentials of `role` for the holder of `key`, good for `seconds`.

    Whether the role trusts them is for the caller to have asked.
    """
    with center.database.writing() as connection:
        issued = _make(
            center,
            connection,
            Role(AccountId(role.account_id), RoleName(role.role)),
            seconds,
            user_id=key.user.id,
            session_id=key.session_id,
            account_id=key.account_id,
            permission_set=key.permission_set,
            assumed_account_id=role.account_id,
            assumed_role=role.role,
            session_name=role.session_name,
            source_identity=role.source_identity,
            on_behalf_of=None if role.on_behalf_of is None else role.on_behalf_of.id,
        )
        audit.keep(
            connection, Event.ROLE_ASSUMED,
            at=center.now(), person=key.user, account=role.account_id, role=role.role,
            session_name=role.session_name, with_key=key.access_key_id,
            access_key_id=issued.access_key_id,
            on_behalf_of=None if role.on_behalf_of is None else role.on_behalf_of.name,
        )  # fmt: skip
    return issued


def key_of(center: Center, access_key_id: str) -> IssuedKey | None:
    """Return what is known of an access key id; `None` when the center did not issue it."""
    with center.database.reading() as connection:
        row = connection.execute(_KEY, {"key_id": access_key_id}).one_or_none()
    if row is None:
        return None
    try:
        secret = _secret(center, access_key_id, row.secret_key)
    except KeyError:  # the key that it was derived from has been retired
        return None
    return IssuedKey(
        access_key_id=access_key_id,
        secret_access_key=secret,
        token_hash=row.token_hash,
        user=User(row.user_id, row.name, row.display_name),
        user_enabled=row.enabled,
        session_id=row.session_id,
        account_id=row.account_id,
        permission_set=row.permission_set,
        assumed=_assumed(row),
        expires_at=row.expires_at,
        on_behalf_of=row.on_behalf_of,
    )


def role_id(principal: Principal) -> str:
    """Spell a role's unique id: `AROA` and 17 characters, always the same for one role."""
    kind = "role id" if principal.kind is RoleKind.PERMISSION_SET else "declared role id"
    seed = f"{kind}/{principal.account_id}/{principal.name}".encode()
    return f"AROA{base64.b32encode(hashlib.sha256(seed).digest()).decode()[:17]}"


def iam_role_name(account_id: str, permission_set: str) -> str:
    """Spell the IAM role of a permission set in an account; always the same for both.

    `AWSReservedSSO_<permission set>_<16 hex digits>` (AWS user guide, "Referencing permission
    sets in resource policies").
    """
    suffix = hashlib.sha256(f"role name/{account_id}/{permission_set}".encode()).hexdigest()[:16]
    return f"AWSReservedSSO_{permission_set}_{suffix}"


def access_key_id_for(account_id: str) -> str:
    """Make a random access key id: `ASIA` and 16 characters that tell the account, as AWS's do.

    Of the 80 bits that the characters spell, the first says that an account follows, the next
    40 are its number, the rest is random. An id that has not 12 digits does not fit: its key
    ids have the first bit unset and a zero account, the older form that tells nothing.
    """
    if _TWELVE_DIGITS.fullmatch(account_id):
        head = 1 << 79 | int(account_id) << 39
    else:
        head = 0
    bits = head | secrets.randbits(39)
    return f"ASIA{base64.b32encode(bits.to_bytes(10)).decode()}"


def account_id_in(access_key_id: str) -> str | None:
    """Return the account that a key id tells, as `access_key_id_for` spells it, AWS's too.

    `None` for an id in the older form, or of another shape.
    """
    found = _KEY_ID.fullmatch(access_key_id)
    bits = int.from_bytes(base64.b32decode(found[1])) if found else 0
    if not bits >> 79:
        return None
    account_id = f"{bits >> 39 & (1 << 40) - 1:012}"
    return account_id if _TWELVE_DIGITS.fullmatch(account_id) else None


def _make(
    center: Center, connection: Connection, role: Role, seconds: int, **columns: str | None
) -> RoleCredentials:
    """Make credentials of `role`, and a row that tells what `columns` say of them."""
    token, now = bearer.new(_SESSION_TOKEN_PREFIX), center.now()
    access_key_id = _unused_key_id(connection, role.account_id)
    connection.execute(
        insert(role_credentials).values(
            access_key_id=access_key_id,
            secret_key=center.keys.current,
            token_hash=bearer.digest(token),
            issued_at=now,
            expires_at=now + seconds,
            **columns,
        )
    )
    return RoleCredentials(
        access_key_id=access_key_id,
        secret_access_key=_secret(center, access_key_id, center.keys.current),
        session_token=Secret(token),
        expires_at=from_epoch(now + seconds),
        role=role,
    )


def _assumed(row: Row[Any]) -> AssumedRole | None:
    if row.assumed_role is None:
        return None
    return AssumedRole(
        row.assumed_account_id, row.assumed_role, row.session_name, row.source_identity
    )


def _unused_key_id(connection: Connection, account_id: str) -> str:
    """39 random bits can meet by chance; the write lock is held, so looking is enough."""
    while True:
        candidate = access_key_id_for(account_id)
        if connection.execute(_KNOWN, {"key_id": candidate}).one_or_none() is None:
            return candidate


def _secret(center: Center, access_key_id: str, key: str) -> Secret:
    derived = center.keys.derive("role secret", access_key_id, key=key)[:_SECRET_BYTES]
    return Secret(base64.b64encode(derived).decode())
