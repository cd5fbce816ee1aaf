"""Sealed delivery: tokens in records that only the key of the sealed store opens.

A token and what binds it are one record, so that neither is ever without the other. Role
credentials and assumed roles are sealed as well. What the bytes look like: `store.sealbox`.
"""

import contextlib
import json
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from sekisho import files
from sekisho.errors import FileUnreadable, TokenInvalid
from sekisho.model import Role, RoleCredentials, SignInTarget, TokenKey
from sekisho.ports import Keyring
from sekisho.store import cachefile, keys
from sekisho.store.assumed import parse_assumed, render_assumed
from sekisho.store.custody import KeyKeeper, Passphrases
from sekisho.store.interface import (
    AssumedRole,
    CachedToken,
    Registration,
    TokenRecord,
    login_of,
)
from sekisho.store.records import is_bound, listing, parse_record, render_record
from sekisho.store.sealbox import Label
from sekisho.store.vault import Broken, Vault
from sekisho.values import dataclass, replace

__all__ = ["AGENT", "ASSUMED", "ROLE", "SIGN_IN", "SealedStore", "vault_in"]

T = TypeVar("T")

SIGN_IN = "sign-in"
"""The kind of a record that holds a token and what binds it, by form and value of its key."""
ROLE = "role-credentials"
"""Of role credentials: by the key of their sign-in, account and role."""
ASSUMED = "assumed-role"
"""Of an assumed role: by the key of its sign-in, and all that was asked for."""
AGENT = "agent-sign-in"
"""Of a sign-in of the agent's: by its number (`guard.sealed_sign_ins`)."""
_REGISTRATION = "registration"
_VERSION = 1


@dataclass(frozen=True, slots=True)
class _SignIn:
    """What one record holds of a sign-in."""

    token: CachedToken | None
    record: TokenRecord | None


_NOTHING = _SignIn(None, None)


@dataclass(frozen=True, slots=True)
class SealedStore:
    """A `Store` of sealed records.

    A record that does not open is put aside, and raises `errors.TokenInvalid` where it is a
    token; elsewhere it counts as absent, and is said. Every method raises what
    `custody.KeySource` does.
    """

    vault: Vault

    def token(self, key: TokenKey) -> CachedToken | None:
        """Read a token; see `Store.token`."""
        try:
            return self._sign_in(key).token
        except Broken as broken:
            raise TokenInvalid(key.value, broken.path, broken.reason, login=login_of(key)) from None

    def put_token(
        self,
        key: TokenKey,
        token: CachedToken,
        record: TokenRecord,
        *,
        outdated: tuple[Role, ...] = (),
    ) -> None:
        """Write a token and its record, both or neither; see `Store.put_token`."""
        self.vault.keeper.key_to_write()
        with self._locked(key):
            self._remove_assumed(key)
            for role in outdated:
                self.vault.remove(_role_label(key, role))
            self._write(key, _SignIn(token, record))

    def put_refreshed(
        self, key: TokenKey, token: CachedToken, record: TokenRecord, *, replaces: str
    ) -> bool:
        """Write a refreshed token where it came from; see `Store.put_refreshed`."""
        with self._locked(key):
            held = self._now(key).token
            if held is None or keys.sha256_hex(held.access_token.reveal()) != replaces:
                return False
            self._write(key, _SignIn(token, record))
            return True

    def put_refused(self, key: TokenKey, digest: str) -> None:
        """Note a refused refresh token; see `Store.put_refused`."""
        with self._locked(key):
            held = self._now(key)
            if held.record is not None:
                self._write(key, replace(held, record=replace(held.record, refused=digest)))

    def record(self, key: TokenKey) -> TokenRecord | None:
        """Read the record of a token; see `Store.record`."""
        return self._now(key).record

    def put_record(self, key: TokenKey, record: TokenRecord) -> None:
        """Write the record alone; see `Store.put_record`."""
        self.vault.keeper.key_to_write()
        with self._locked(key):
            self._remove_assumed(key)
            self._write(key, replace(self._now(key), record=record))

    def put_issued(self, key: TokenKey, token_sha256: str, credentials: RoleCredentials) -> bool:
        """Write role credentials and list them; see `Store.put_issued`.

        The record goes first: a crash leaves old credentials that do not count.
        """
        with self._locked(key):
            held = self._now(key)
            if held.token is None or held.record is None:
                return False
            if keys.sha256_hex(held.token.access_token.reveal()) != token_sha256:
                return False
            old = self.role_credentials(key, credentials.role)
            gone = keys.issued_digest(old) if old else None
            digest = keys.issued_digest(credentials)
            record = listing(held.record, token_sha256, digest, gone)
            self._write(key, replace(held, record=record))
            self.put_role_credentials(key, credentials)
            return True

    def registration(self, target: SignInTarget) -> Registration | None:
        """Read a client registration; see `Store.registration`."""
        return self._read(_registration_label(target), cachefile.parse_registration)

    def put_registration(self, target: SignInTarget, registration: Registration) -> None:
        """Write a client registration; see `Store.put_registration`."""
        body = cachefile.render_registration(registration)
        self.vault.write(_registration_label(target), body)

    def role_credentials(self, key: TokenKey, role: Role) -> RoleCredentials | None:
        """Read cached role credentials; see `Store.role_credentials`."""
        return self._read(
            _role_label(key, role), lambda body: cachefile.parse_role_credentials(body, role)
        )

    def put_role_credentials(self, key: TokenKey, credentials: RoleCredentials) -> None:
        """Write role credentials; see `Store.put_role_credentials`."""
        body = cachefile.render_role_credentials(credentials)
        self.vault.write(_role_label(key, credentials.role), body)

    def assumed_role(self, key: TokenKey, asked: str) -> AssumedRole | None:
        """Read an assumed role; see `Store.assumed_role`."""
        try:
            return self.vault.read(_assumed_label(key, asked), parse_assumed)
        except Broken as broken:
            raise FileUnreadable(broken.path, broken.reason) from None

    def assumed_roles(self, key: TokenKey) -> tuple[AssumedRole, ...]:
        """Read all assumed roles of a sign-in; see `Store.assumed_roles`."""
        found = (self._read(label, parse_assumed) for label in self._assumed(key))
        return tuple(each for each in found if each is not None)

    def put_assumed(
        self,
        key: TokenKey,
        asked: str,
        credentials: RoleCredentials,
        *,
        source: str,
        kept_at: datetime,
    ) -> bool:
        """Write an assumed role and list it; see `Store.put_assumed`."""
        with self._locked(key):
            held = self._now(key)
            if held.token is None or held.record is None or source not in held.record.issued:
                return False
            if not is_bound(held.token, held.record):
                return False
            digest = keys.assumed_digest(asked, credentials)
            gone = self._listed_as(key, asked)
            record = listing(held.record, held.record.token_sha256, digest, gone)
            self._write(key, replace(held, record=record))
            assumed = AssumedRole(asked, record.person, kept_at, credentials)
            self.vault.write(_assumed_label(key, asked), render_assumed(assumed))
            return True

    def forget_assumed(self, key: TokenKey) -> None:
        """Remove the assumed roles of a sign-in; see `Store.forget_assumed`."""
        with self._locked(key):
            self._remove_assumed(key)

    def forget(self, key: TokenKey, roles: tuple[Role, ...], *, keep_token: bool = False) -> None:
        """Remove one sign-in; see `Store.forget`. Client registrations stay."""
        with self._locked(key):
            kept = replace(self._now(key), record=None) if keep_token else _NOTHING
            if kept.token is None:
                self.vault.remove(_sign_in_label(key))
            else:
                self._write(key, kept)
            for role in roles:
                self.vault.remove(_role_label(key, role))
            self._remove_assumed(key)

    @contextlib.contextmanager
    def _locked(self, key: TokenKey) -> Iterator[None]:
        """Hold off every other process; where there is no store yet, there is nothing to guard."""
        lock = self.vault.lock_file(_sign_in_label(key))
        with contextlib.nullcontext() if lock is None else files.lock(lock):
            yield

    def _sign_in(self, key: TokenKey) -> _SignIn:
        """Read token and record. Raises `Broken`."""
        return self.vault.read(_sign_in_label(key), _parse_sign_in) or _NOTHING

    def _now(self, key: TokenKey) -> _SignIn:
        return self._read(_sign_in_label(key), _parse_sign_in) or _NOTHING

    def _read(self, label: Label, parse: Callable[[bytes], T]) -> T | None:
        """Read what counts as absent where it does not open."""
        try:
            return self.vault.read(label, parse)
        except Broken as broken:
            self.vault.say(broken)
            return None

    def _write(self, key: TokenKey, held: _SignIn) -> None:
        self.vault.write(_sign_in_label(key), _render_sign_in(held))

    def _assumed(self, key: TokenKey) -> tuple[Label, ...]:
        of = _sign_in_label(key)[1:]
        return tuple(label for label in self.vault.labels(ASSUMED) if label[1:3] == of)

    def _remove_assumed(self, key: TokenKey) -> None:
        for label in self._assumed(key):
            self.vault.remove(label)

    def _listed_as(self, key: TokenKey, asked: str) -> str | None:
        old = self._read(_assumed_label(key, asked), parse_assumed)
        return None if old is None else keys.assumed_digest(asked, old.credentials)


def vault_in(
    state: Path,
    *,
    keyring: Keyring,
    passphrases: Passphrases,
    notice: Callable[[str], None],
    login: str,
) -> Vault:
    """Return the sealed records below the state folder `state`; nothing is read or asked yet.

    `notice` is told what stops nothing; `login` is the command that begins a lost store anew.
    """
    folder, locks = state / "sealed", state / "locks"
    lock = locks / "sealed-key.lock"
    keeper = KeyKeeper(folder, lock, keyring, passphrases, notice, login)
    return Vault(folder, keeper, locks, notice)


def _sign_in_label(key: TokenKey) -> Label:
    return (SIGN_IN, key.form.value, key.value)


def _role_label(key: TokenKey, role: Role) -> Label:
    return (ROLE, key.form.value, key.value, role.account_id, role.role_name)


def _assumed_label(key: TokenKey, asked: str) -> Label:
    return (ASSUMED, key.form.value, key.value, asked)


def _registration_label(target: SignInTarget) -> Label:
    scopes = "none" if target.scopes is None else json.dumps(target.scopes)
    key = target.token_key
    return (_REGISTRATION, key.form.value, key.value, target.start_url, target.region, scopes)


def _render_sign_in(held: _SignIn) -> bytes:
    token = None if held.token is None else json.loads(cachefile.render_token(held.token))
    record = None if held.record is None else json.loads(render_record(held.record))
    return json.dumps({"version": _VERSION, "token": token, "record": record}).encode()


def _parse_sign_in(data: bytes) -> _SignIn:
    """Read a sign-in. Raises `ValueError` for anything that `_render_sign_in` never wrote."""
    fields = cachefile.json_object(data)
    if fields.get("version") != _VERSION:
        raise ValueError(f"it is no sign-in of version {_VERSION}")
    token, record = fields.get("token"), fields.get("record")
    return _SignIn(
        None if token is None else cachefile.parse_token(json.dumps(token).encode()),
        None if record is None else parse_record(json.dumps(record).encode()),
    )
