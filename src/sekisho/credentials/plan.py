"""From a profile's route to the source of its credentials."""

from pathlib import Path

from sekisho.credentials.cached import CachedSource
from sekisho.credentials.interface import CredentialSource, Route
from sekisho.credentials.sso_role import SsoRoleSource
from sekisho.ports import Clock, Http
from sekisho.store.interface import Store

__all__ = ["Route", "plan"]


def plan(
    route: Route, *, store: Store, http: Http, clock: Clock, lock_folder: Path
) -> CredentialSource:
    """Return the source of the credentials of `route`: the cache, then the portal.

    Nothing is read, sent or locked before its `fetch` is called. Locks lie in `lock_folder`.
    """
    issuer = SsoRoleSource(route, store, http, clock, lock_folder)
    return CachedSource(route, issuer, store, clock, lock_folder)
