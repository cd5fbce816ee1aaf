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

from sqlalchemy import Connection, insert, select

from sekisho.center import audit
from sekisho.center.center import Center
from sekisho.center.directory.assignments import is_assigned
from sekisho.center.directory.people import User
from sekisho.center.storage import bearer
from sekisho.center.storage.tables import permission_sets, role_credentials, users
from sekisho.center.storage.times import from_epoch
from sekisho.model import AccountId, Role, RoleCredentials, RoleName
from sekisho.secret import Secret

__all__ = ["IssuedKey", "NotAssigned", "access_key_id_for", "iam_role_name", "issue", "key_of"]

_SESSION_TOKEN_PREFIX = "sks_st_"
_TWELVE_DIGITS = re.compile(r"[0-9]{12}")
_SECRET_BYTES = 30  # 40 characters of base64, as AWS's have


class NotAssigned(LookupError):
    """The user does not have that permission set in that account, or one of them is unknown."""


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
    expires_at: int

    @property
    def role_id(self) -> str:
        """`AROA` and 17 characters: the role's unique id."""
        seed = f"role id/{self.account_id}/{self.permission_set}".encode()
        return f"AROA{base64.b32encode(hashlib.sha256(seed).digest()).decode()[:17]}"


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
    token, now = bearer.new(_SESSION_TOKEN_PREFIX), center.now()
    with center.database.writing() as connection:
        seconds = connection.execute(
            select(permission_sets.c.session_seconds).where(
                permission_sets.c.name == permission_set
            )
        ).scalar_one()
        access_key_id = _unused_key_id(connection, account_id)
        connection.execute(
            insert(role_credentials).values(
                access_key_id=access_key_id,
                secret_key=center.keys.current,
                token_hash=bearer.digest(token),
                user_id=user.id,
                session_id=session_id,
                account_id=account_id,
                permission_set=permission_set,
                issued_at=now,
                expires_at=now + seconds,
            )
        )
    audit.record(
        "credentials.issued",
        user=user.name,
        account=account_id,
        permission_set=permission_set,
        access_key_id=access_key_id,
    )
    return RoleCredentials(
        access_key_id=access_key_id,
        secret_access_key=_secret(center, access_key_id, center.keys.current),
        session_token=Secret(token),
        expires_at=from_epoch(now + seconds),
        role=Role(AccountId(account_id), RoleName(permission_set)),
    )


def key_of(center: Center, access_key_id: str) -> IssuedKey | None:
    """Return what is known of an access key id; `None` when the center did not issue it."""
    query = (
        select(role_credentials, users.c.name, users.c.display_name, users.c.enabled)
        .join(users, users.c.id == role_credentials.c.user_id)
        .where(role_credentials.c.access_key_id == access_key_id)
    )
    with center.database.reading() as connection:
        row = connection.execute(query).one_or_none()
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
        expires_at=row.expires_at,
    )


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


def _unused_key_id(connection: Connection, account_id: str) -> str:
    """39 random bits can meet by chance; the write lock is held, so looking is enough."""
    while True:
        candidate = access_key_id_for(account_id)
        known = select(role_credentials.c.access_key_id).where(
            role_credentials.c.access_key_id == candidate
        )
        if connection.execute(known).one_or_none() is None:
            return candidate


def _secret(center: Center, access_key_id: str, key: str) -> Secret:
    derived = center.keys.derive("role secret", access_key_id, key=key)[:_SECRET_BYTES]
    return Secret(base64.b64encode(derived).decode())
