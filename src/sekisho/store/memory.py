"""A store in the memory of this process: nothing of it is ever on a disk.

The agent keeps each sign-in in one of its own, so that two sign-ins to one portal stay apart. It
ends with whoever holds it; Python cannot wipe what it held.
"""

import threading
from datetime import datetime

from sekisho.model import Role, RoleCredentials, SignInTarget, TokenKey
from sekisho.store.interface import AssumedRole, CachedToken, Registration, TokenRecord
from sekisho.store.keys import assumed_digest, issued_digest, sha256_hex
from sekisho.store.records import is_bound, listing
from sekisho.values import replace

__all__ = ["MemoryStore"]


class MemoryStore:
    """A `Store` that any number of threads share; every method is done whole or not at all."""

    def __init__(self) -> None:
        """Start empty."""
        self._lock = threading.RLock()
        self.tokens: dict[TokenKey, CachedToken] = {}
        """The tokens that are kept."""
        self.records: dict[TokenKey, TokenRecord] = {}
        """What binds them."""
        self.registrations: dict[SignInTarget, Registration] = {}
        """The client registrations that are kept."""
        self.credentials: dict[tuple[TokenKey, Role], RoleCredentials] = {}
        """The role credentials that are kept, under the role that they were issued for."""
        self.assumed: dict[tuple[TokenKey, str], AssumedRole] = {}
        """The assumed roles that are kept, by the sign-in and what they were asked for with."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all is kept."""
        kept = (self.tokens, self.records, self.registrations, self.credentials, self.assumed)
        return not any(kept)

    def token(self, key: TokenKey) -> CachedToken | None:
        """Read a token."""
        return self.tokens.get(key)

    def put_token(
        self,
        key: TokenKey,
        token: CachedToken,
        record: TokenRecord,
        *,
        outdated: tuple[Role, ...] = (),
    ) -> None:
        """Keep a token and its record, both or neither, and drop outdated role credentials."""
        with self._lock:
            self.forget_assumed(key)
            for role in outdated:
                self.credentials.pop((key, role), None)
            self.tokens[key], self.records[key] = token, record

    def put_refreshed(
        self, key: TokenKey, token: CachedToken, record: TokenRecord, *, replaces: str
    ) -> bool:
        """Keep a refreshed token and its record, if the one that it came from is still there."""
        with self._lock:
            held = self.tokens.get(key)
            if held is None or sha256_hex(held.access_token.reveal()) != replaces:
                return False
            self.tokens[key], self.records[key] = token, record
            return True

    def put_refused(self, key: TokenKey, digest: str) -> None:
        """Note in the record that a refresh token was refused."""
        with self._lock:
            if key in self.records:
                self.records[key] = replace(self.records[key], refused=digest)

    def record(self, key: TokenKey) -> TokenRecord | None:
        """Read the record of a token."""
        return self.records.get(key)

    def put_record(self, key: TokenKey, record: TokenRecord) -> None:
        """Keep the record alone."""
        with self._lock:
            self.forget_assumed(key)
            self.records[key] = record

    def put_issued(self, key: TokenKey, token_sha256: str, credentials: RoleCredentials) -> bool:
        """Keep role credentials, and list them in the record of the token they came from."""
        with self._lock:
            token, record = self.tokens.get(key), self.records.get(key)
            if token is None or record is None:
                return False
            if sha256_hex(token.access_token.reveal()) != token_sha256:
                return False
            old = self.credentials.get((key, credentials.role))
            gone = issued_digest(old) if old else None
            self.records[key] = listing(record, token_sha256, issued_digest(credentials), gone)
            self.credentials[key, credentials.role] = credentials
            return True

    def registration(self, target: SignInTarget) -> Registration | None:
        """Read a client registration."""
        return self.registrations.get(target)

    def put_registration(self, target: SignInTarget, registration: Registration) -> None:
        """Keep a client registration."""
        self.registrations[target] = registration

    def role_credentials(self, key: TokenKey, role: Role) -> RoleCredentials | None:
        """Read cached role credentials."""
        return self.credentials.get((key, role))

    def put_role_credentials(self, key: TokenKey, credentials: RoleCredentials) -> None:
        """Keep role credentials under the role that they were issued for."""
        self.credentials[key, credentials.role] = credentials

    def drop_role_credentials(self, key: TokenKey, role: Role) -> None:
        """Drop the role credentials of one role; the sign-in stays as it is."""
        with self._lock:
            self.credentials.pop((key, role), None)

    def assumed_role(self, key: TokenKey, asked: str) -> AssumedRole | None:
        """Read an assumed role."""
        return self.assumed.get((key, asked))

    def assumed_roles(self, key: TokenKey) -> tuple[AssumedRole, ...]:
        """Read every assumed role of a sign-in."""
        with self._lock:
            return tuple(kept for (of, _), kept in self.assumed.items() if of == key)

    def put_assumed(
        self,
        key: TokenKey,
        asked: str,
        credentials: RoleCredentials,
        *,
        source: str,
        kept_at: datetime,
    ) -> bool:
        """Keep an assumed role, if the record lists what it was assumed with."""
        with self._lock:
            token, record = self.tokens.get(key), self.records.get(key)
            if token is None or record is None or not is_bound(token, record):
                return False
            if source not in record.issued:
                return False
            old = self.assumed.get((key, asked))
            gone = assumed_digest(asked, old.credentials) if old else None
            digest = assumed_digest(asked, credentials)
            self.records[key] = listing(record, record.token_sha256, digest, gone)
            self.assumed[key, asked] = AssumedRole(asked, record.person, kept_at, credentials)
            return True

    def forget_assumed(self, key: TokenKey) -> None:
        """Drop every assumed role of a sign-in."""
        with self._lock:
            for at in [at for at in self.assumed if at[0] == key]:
                del self.assumed[at]

    def forget(self, key: TokenKey, roles: tuple[Role, ...], *, keep_token: bool = False) -> None:
        """Drop the token, its record, and the role credentials of `roles` under that key."""
        with self._lock:
            if not keep_token:
                self.tokens.pop(key, None)
            self.records.pop(key, None)
            self.forget_assumed(key)
            for role in roles:
                self.credentials.pop((key, role), None)
