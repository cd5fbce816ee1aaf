"""Roles of a chain from sekisho's own cache, and what tells two of them apart.

An assumed role is served again only for the very same request (design §2, promise 2): that of the
source, every link up to it, and the endpoints; and only while the record of the token on disk
lists it, so that no other sign-in inherits it. It is listed if what it was assumed with is.
"""

import contextlib
from pathlib import Path

from sekisho import files
from sekisho.awsconfig.chain import RoleLink
from sekisho.credentials.cached import MARGIN, bound_record
from sekisho.credentials.interface import Assumption, ChainRoute, CredentialSource
from sekisho.errors import FileError, FileLocked
from sekisho.login.refresh import Notice, unnoticed
from sekisho.model import RoleCredentials
from sekisho.ports import Clock
from sekisho.store.assumed import canonical
from sekisho.store.interface import AssumedRole, Store
from sekisho.store.keys import assumed_digest, assumed_lock, issued_digest
from sekisho.values import dataclass

__all__ = ["AssumedRoleSource", "asked_of", "cached_role", "kept_role"]

_LOCK_SECONDS = 30.0


def asked_of(chain: ChainRoute) -> str:
    """Spell everything that makes `chain` another one than any other, as `AssumedRole.asked`.

    The partition is in each role's ARN and in the endpoints. What differs between two calls for
    one and the same thing is left out: the MFA code, and the name that a session is given when the
    config gives none. So are labels: the profiles' names, and where in the config they stand.
    """
    source = chain.source
    return canonical(
        {
            "form": source.target.form,
            "token_key": source.target.token_key.value,
            "start_url": source.target.start_url,
            "sso_region": source.target.region,
            "account_id": source.role.account_id,
            "role_name": source.role.role_name,
            "oidc_endpoint": source.oidc.url,
            "portal_endpoint": source.portal.url,
            "sts_endpoint": chain.sts.url,
            "sts_region": chain.sts.region,
            "links": [_asked_of(link) for link in chain.links],
        }
    )


def cached_role(
    chain: ChainRoute, store: Store, clock: Clock, notice: Notice = unnoticed
) -> RoleCredentials | None:
    """Return the cached credentials of the role that `chain` ends in, or `None`.

    They count when 15 minutes are left. By a clock that stands before the time at which they were
    kept nobody can tell, so they do not count either. Raises as `kept_role` does.
    """
    kept = kept_role(chain, store, notice)
    if kept is None or clock.now() < kept.kept_at:
        return None
    left = kept.credentials.expires_at - clock.now()
    return kept.credentials if left >= MARGIN else None


def kept_role(chain: ChainRoute, store: Store, notice: Notice = unnoticed) -> AssumedRole | None:
    """Return what is kept of `chain` for who is signed in now, however long it is good for.

    `notice` is told of a file that cannot be used; it is left alone. Raises `Mismatch`,
    `TokenNotAdopted`, `TokenInvalid` and `FileError`, the latter about the sign-in's files.
    """
    record = bound_record(chain.source, store)
    if record is None:
        return None
    asked = asked_of(chain)
    try:
        kept = store.assumed_role(chain.source.target.token_key, asked)
    except FileError as error:
        notice(f"{error.what}; it is left alone, and the role is assumed anew")
        return None
    if kept is None or kept.person != record.person:
        return None
    return kept if assumed_digest(asked, kept.credentials) in record.issued else None


@dataclass(frozen=True, slots=True)
class AssumedRoleSource:
    """Satisfies `CredentialSource`: one link of a chain, cached, around the source before it."""

    chain: ChainRoute
    """The chain up to this link."""
    upstream: CredentialSource
    """Of the credentials that the role is assumed with."""
    assumption: Assumption
    store: Store
    clock: Clock
    lock_folder: Path
    notice: Notice = unnoticed

    def fetch(self) -> RoleCredentials:
        """Return the cached role, else assume it; see `CredentialSource.fetch`.

        1. The cache: whatever lies upstream is not asked for what is here.
        2. The credentials of the link before, so that nobody is asked for a code in vain.
        3. The MFA code, where there is one to ask for. No lock is held while a person thinks.
        4. One call, whoever else waits for it; see `CachedSource`.
        5. What was assumed is kept where it can be listed. A cache that cannot be written is told:
           the code was given, and must not be lost over it.
        """
        found = cached_role(self.chain, self.store, self.clock, self.notice)  # 1
        if found is not None:
            return found
        before = self.upstream.fetch()  # 2
        code = self.assumption.code()  # 3
        lock = assumed_lock(self.lock_folder, asked_of(self.chain))
        with contextlib.ExitStack() as held:  # 4
            with contextlib.suppress(FileLocked):
                held.enter_context(files.lock(lock, seconds=_LOCK_SECONDS))
            found = cached_role(self.chain, self.store, self.clock)
            if found is not None:
                return found
            credentials = self.assumption.call(before, code)
            self._keep(credentials, before)  # 5
            return credentials

    def _keep(self, credentials: RoleCredentials, before: RoleCredentials) -> None:
        asked, earlier = asked_of(self.chain), self.chain.links[:-1]
        try:
            self.store.put_assumed(
                self.chain.source.target.token_key,
                asked,
                credentials,
                source=self._listed_as(before, earlier),
                kept_at=self.clock.now(),
            )
        except FileError as error:
            self.notice(f"{error.what}; the role is assumed anew each time")

    def _listed_as(self, before: RoleCredentials, earlier: tuple[RoleLink, ...]) -> str:
        """The digest that the record has of the credentials of the link before."""
        if not earlier:
            return issued_digest(before)
        return assumed_digest(asked_of(self.chain.up_to(earlier[-1])), before)


def _asked_of(link: RoleLink) -> dict[str, str | int | None]:
    from dataclasses import asdict

    asked = asdict(link)
    for label in ("profile", "place"):
        del asked[label]
    return asked
