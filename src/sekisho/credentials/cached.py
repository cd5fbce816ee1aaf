"""Role credentials from the cache, while they are good and nobody else signed in since."""

import contextlib
from datetime import timedelta
from pathlib import Path

from sekisho import files
from sekisho.credentials.interface import Issuer, Route
from sekisho.errors import FileLocked, TokenInvalid
from sekisho.model import RoleCredentials
from sekisho.ports import Clock
from sekisho.store.interface import Store, TokenRecord
from sekisho.store.keys import issued_digest, role_lock
from sekisho.store.records import check_binding
from sekisho.values import dataclass

__all__ = ["MARGIN", "CachedSource", "bound_record", "cached_credentials"]

MARGIN = timedelta(minutes=15)
"""Cached credentials with less time left are fetched anew (`spec/aws-cli.md` §6.2)."""

_LOCK_SECONDS = 30.0


def cached_credentials(route: Route, store: Store, clock: Clock) -> RoleCredentials | None:
    """Return the cached credentials of `route`, or `None` when they have to be fetched.

    They count when 15 minutes are left, and when they are listed in the record of the very token
    that is on disk, for this account and role: so no sign-in of another person, and none at
    another endpoint, has come in between. The token may have expired meanwhile. Raises `Mismatch`,
    `TokenNotAdopted`, `TokenInvalid` and `FileError`.
    """
    key = route.target.token_key
    record = bound_record(route, store)
    credentials = store.role_credentials(key, route.role) if record else None
    if record is None or credentials is None:
        return None
    if issued_digest(credentials) not in record.issued:
        return None
    return credentials if credentials.expires_at - clock.now() >= MARGIN else None


def bound_record(route: Route, store: Store) -> TokenRecord | None:
    """Return the record of the very token that is on disk for `route`; `None` without either.

    Raises `Mismatch`, `TokenNotAdopted`, `TokenInvalid` and `FileError`.
    """
    key = route.target.token_key
    try:
        token = store.token(key)
    except TokenInvalid as invalid:
        invalid.do = route.login  # a start URL alone did not say which profile to sign in for
        raise
    if token is None:
        return None
    return check_binding(
        token,
        store.record(key),
        route.target,
        oidc=route.oidc.url,
        portal=route.portal.url,
        overridden=route.overridden,
        login=route.login,
    )


@dataclass(frozen=True, slots=True)
class CachedSource:
    """Satisfies `CredentialSource`: the cache, and behind it an `Issuer`.

    Any number of processes that find the cache cold make one call between them: the first holds
    a lock around it, and the others look again when it is done. Who has waited for half a minute
    asks the service itself, since that does no harm.
    """

    route: Route
    issuer: Issuer
    store: Store
    clock: Clock
    lock_folder: Path

    def fetch(self) -> RoleCredentials:
        """Return cached credentials, else new ones; see `CredentialSource.fetch`."""
        found = cached_credentials(self.route, self.store, self.clock)
        return found or self._fetch_once()

    def _fetch_once(self) -> RoleCredentials:
        key = self.route.target.token_key
        lock = role_lock(self.lock_folder, key, self.route.role)
        with contextlib.ExitStack() as held:
            with contextlib.suppress(FileLocked):
                held.enter_context(files.lock(lock, seconds=_LOCK_SECONDS))
            found = cached_credentials(self.route, self.store, self.clock)
            return found or self._issue_and_keep()

    def _issue_and_keep(self) -> RoleCredentials:
        """Keep what can be listed: without a record nothing would ever be read again."""
        issued = self.issuer.issue()
        self.store.put_issued(self.route.target.token_key, issued.token_sha256, issued.credentials)
        return issued.credentials
