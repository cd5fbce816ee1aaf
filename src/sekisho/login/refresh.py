"""A token that is good for some time yet: the cached one, or its successor.

Sources: RFC 6749 §6, RFC 9700 §4.14.2 (a refresh token may be good for one use only);
`spec/aws-cli.md` §2.5 and §11.2. However many processes of sekisho want one token refreshed, one
of them does it:

1. Read the token, and check that it may go where it is asked to go.
2. More than 15 minutes left, or a form that never refreshes: this is it.
3. Lock out the others. Read and check again: whoever held the lock may have refreshed it.
4. Exchange the refresh token. The answer's refresh token replaces the old one; where the answer
   has none, the old one stays good (RFC 6749 §6).
5. Write the token and its record before the lock is given back; but a sign-out or a sign-in
   that came in between stands, and what was refreshed is let go.
6. A refresh token that the service refuses for good (RFC 6749 §5.2: `invalid_grant`,
   `invalid_client`, `unauthorized_client`) is noted in the record, and never sent again. Whatever
   may pass (the network, 5xx, throttling, any other rejection) is no such refusal.

A token that is still valid is used as it is whenever refreshing it fails for any reason, and
that is told; unless the portal has refused it, whatever its time says.
"""

import contextlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from sekisho import files
from sekisho.aws.endpoint import Endpoint
from sekisho.aws.oidc import IssuedToken, Oidc
from sekisho.errors import (
    FileError,
    FileLocked,
    RefreshFailed,
    SekishoError,
    ServiceError,
    TokenExpired,
    TokenMissing,
    TokenNotAccepted,
)
from sekisho.login.rejected import INVALID_CLIENT, INVALID_GRANT, UNAUTHORIZED_CLIENT, quoted
from sekisho.model import Form, SignInTarget
from sekisho.ports import Clock, Http
from sekisho.secret import Secret
from sekisho.store.interface import CachedToken, Store, TokenRecord
from sekisho.store.keys import refresh_digest, sha256_hex
from sekisho.store.records import check_binding
from sekisho.values import dataclass, replace

__all__ = ["Notice", "can_be_refreshed", "forget_assumed", "fresh_token", "unnoticed"]

Notice = Callable[[str], None]
"""Is told, in a sentence, what a person should know of and what stops nothing."""

_WINDOW = timedelta(minutes=15)
_COMFORTABLE = timedelta(minutes=1)
"""A token with more than this left is used at once while another process refreshes it."""
_LOCK_SECONDS = 120.0
"""Longer than one exchange can take: three attempts of at most 40 seconds."""
_REFUSED_BEFORE = "the service has refused its refresh token, and was not asked again"
_FOR_GOOD = (INVALID_GRANT, INVALID_CLIENT, UNAUTHORIZED_CLIENT)
"""What the service says of a refresh token that it will never take again."""


def unnoticed(_sentence: str) -> None:
    """Tell nobody."""


def can_be_refreshed(
    target: SignInTarget, token: CachedToken, record: TokenRecord | None, now: datetime
) -> bool:
    """Whether everything is there that an exchange takes, and the service has not refused it yet.

    `record` is what lies beside the token, be it an earlier one's.
    """
    if target.form is Form.LEGACY:
        return False
    material = _material(token, now)
    return isinstance(material, _Material) and not material.is_refused(record)


def fresh_token(
    *,
    target: SignInTarget,
    oidc: Endpoint,
    portal: Endpoint,
    store: Store,
    http: Http,
    clock: Clock,
    lock_folder: Path,
    login: str,
    notice: Notice = unnoticed,
    refused: CachedToken | None = None,
) -> tuple[CachedToken, TokenRecord | None]:
    """Return the token of `target`, refreshed where it is due, by the steps above.

    The record is the token's own; `None` when another tool wrote the token, so that the person
    is unknown. `login` is the command that signs in, for messages. A lock file is made in
    `lock_folder`. Blocks for the exchange, of another process too. `notice` is told when a
    refresh failed and the token is used for the time that it has left. A token that was `refused`
    by the portal (401) is not taken again: what another process has put there meanwhile is, or
    else what one refresh yields.

    Raises `TokenMissing`, `TokenInvalid`, `TokenExpired` (and why it cannot be refreshed),
    `RefreshFailed` (the service refused), `TokenNotAdopted`, `Mismatch`; for an expired token
    also what every call raises (`aws.oidc`) and `FileLocked`. In the place of a `refused` token
    it raises `TokenNotAccepted` where there is nothing to refresh with, or that is refused, too.
    With a sign-in that the service ends the roles go that were assumed with it.
    """
    spent = "" if refused is None else sha256_hex(refused.access_token.reveal())
    wanted = _Wanted(target, oidc, portal, store, http, clock, login, notice, spent)
    try:
        held = _fresh(wanted, lock_folder)
    except (TokenExpired, RefreshFailed) as over:
        if refused is not None:
            raise wanted.not_accepted() from None
        if isinstance(over, RefreshFailed):
            forget_assumed(store, target)
        raise
    if wanted.is_spent(held.token):  # the legacy form has no other
        raise wanted.not_accepted()
    return held.token, held.record


def forget_assumed(store: Store, target: SignInTarget) -> None:
    """Drop the roles that were assumed with a sign-in which the service has ended.

    Raises nothing: that it has ended is what has to be said.
    """
    with contextlib.suppress(FileError):
        store.forget_assumed(target.token_key)


def _fresh(wanted: "_Wanted", lock_folder: Path) -> "_Held":
    held = wanted.read()  # 1
    if not wanted.is_due(held):  # 2
        return held
    left = wanted.time_left(held)
    seconds = 0.0 if left > _COMFORTABLE else _LOCK_SECONDS
    try:
        with files.lock(_lock_file(lock_folder, wanted.target), seconds=seconds):  # 3
            held = wanted.read()
            if wanted.is_due(held):
                held = wanted.refreshed(held)
    except FileLocked:
        if left <= timedelta(0):
            raise
    return held


@dataclass(frozen=True, slots=True)
class _Held:
    """A token that has passed the check, with its own record."""

    token: CachedToken
    record: TokenRecord | None


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What is wanted, and what it takes."""

    target: SignInTarget
    oidc: Endpoint
    portal: Endpoint
    store: Store
    http: Http
    clock: Clock
    login: str
    notice: Notice
    spent: str
    """SHA-256 of an access token that the portal no longer accepts; empty where there is none."""

    @property
    def label(self) -> str:
        return self.target.token_key.value

    def read(self) -> _Held:
        token = self.store.token(self.target.token_key)
        if token is None:
            raise TokenMissing(self.label, login=self.login)
        record = check_binding(
            token,
            self.store.record(self.target.token_key),
            self.target,
            oidc=self.oidc.url,
            portal=self.portal.url,
            overridden=self.oidc.overridden or self.portal.overridden,
            login=self.login,
        )
        return _Held(token, record)

    def not_accepted(self) -> TokenNotAccepted:
        forget_assumed(self.store, self.target)
        return TokenNotAccepted(self.label, login=self.login)

    def is_spent(self, token: CachedToken) -> bool:
        return bool(self.spent) and sha256_hex(token.access_token.reveal()) == self.spent

    def time_left(self, held: _Held) -> timedelta:
        if self.is_spent(held.token):
            return timedelta(0)
        return held.token.expires_at - self.clock.now()

    def is_due(self, held: _Held) -> bool:
        if self.target.form is Form.LEGACY:
            if held.token.expires_at <= self.clock.now():
                raise TokenExpired(self.label, login=self.login)
            return False
        return self.time_left(held) < _WINDOW

    def refreshed(self, held: _Held) -> _Held:
        """Refresh `held`; keep it if that fails while it is valid. Raises when it has expired."""
        now = self.clock.now()
        answer = self._exchange(held.token, now)
        if isinstance(answer, IssuedToken):
            return self._stored(held, answer, now)
        left = self.time_left(held)
        if left <= timedelta(0):
            raise answer
        if not isinstance(answer, TokenExpired):  # that one was not tried
            self.notice(_kept(self.label, left, answer))
        return held

    def _exchange(self, token: CachedToken, now: datetime) -> IssuedToken | SekishoError:  # 4
        material = _material(token, now)
        if isinstance(material, str):
            return TokenExpired(self.label, login=self.login, why=material)
        if material.is_refused(self.store.record(self.target.token_key)):  # 6
            return RefreshFailed(self.label, _REFUSED_BEFORE, login=self.login)
        try:
            answer = Oidc(self.http, self.oidc).create_token_with_refresh_token(
                client_id=material.client_id,
                client_secret=material.client_secret,
                refresh_token=material.refresh_token,
            )
        except ServiceError as error:
            return error
        if isinstance(answer, IssuedToken):
            return answer
        if answer.error in _FOR_GOOD:  # 6
            with contextlib.suppress(FileError):  # the disk's trouble must not hide the answer
                self.store.put_refused(self.target.token_key, material.digest)
        reason = quoted(": ".join(part for part in (answer.error, answer.message) if part))
        return RefreshFailed(self.label, reason, login=self.login)

    def _stored(self, held: _Held, issued: IssuedToken, now: datetime) -> _Held:  # 5
        token = replace(
            held.token,
            start_url=self.target.start_url,
            region=self.target.region,
            access_token=issued.access_token,
            expires_at=now + timedelta(seconds=issued.expires_in),
            refresh_token=issued.refresh_token or held.token.refresh_token,
        )
        record = TokenRecord(
            token_sha256=sha256_hex(token.access_token.reveal()),
            start_url=self.target.start_url,
            region=self.target.region,
            oidc_endpoint=self.oidc.url,
            portal_endpoint=self.portal.url,
            # The same sign-in goes on, so whoever it was stays, and what it issued stays good.
            person=None if held.record is None else held.record.person,
            issued=() if held.record is None else held.record.issued,
        )
        replaces = sha256_hex(held.token.access_token.reveal())
        kept = self.store.put_refreshed(self.target.token_key, token, record, replaces=replaces)
        # Whoever signed out or in meanwhile meant it: theirs is what counts.
        return _Held(token, record) if kept else self.read()


@dataclass(frozen=True, slots=True)
class _Material:
    """What an exchange takes."""

    client_id: str
    client_secret: Secret
    refresh_token: Secret

    @property
    def digest(self) -> str:
        return refresh_digest(self.client_id, self.refresh_token)

    def is_refused(self, record: TokenRecord | None) -> bool:
        return record is not None and record.refused == self.digest


def _material(token: CachedToken, now: datetime) -> _Material | str:
    """Take what an exchange takes out of `token`, or say why there can be none."""
    if token.refresh_token is None:
        return "it has expired, and there is no refresh token"
    if token.client_id is None or token.client_secret is None:
        return "it has expired, and the client that it was issued to is not known"
    if token.registration_expires_at is None:
        return "it has expired, and it is not known until when its client registration is good"
    if token.registration_expires_at <= now:
        ended = token.registration_expires_at
        return f"it has expired, and its client registration ended at {ended:%Y-%m-%d %H:%M} UTC"
    return _Material(token.client_id, token.client_secret, token.refresh_token)


def _kept(label: str, left: timedelta, why: SekishoError) -> str:
    minutes = left / timedelta(minutes=1)
    reason = why.what.splitlines()[-1].removeprefix(f"{label}: ")
    return (
        f"the sign-in to {label} could not be refreshed ({reason}); "
        f"its token is good for {minutes:.0f} more minutes"
    )


def _lock_file(folder: Path, target: SignInTarget) -> Path:
    key = target.token_key
    return folder / f"refresh-{sha256_hex(json.dumps((key.form, key.value)))}.lock"
