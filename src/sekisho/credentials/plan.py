"""From a profile's route to the source of its credentials."""

from pathlib import Path

from sekisho.credentials.cached import CachedSource
from sekisho.credentials.interface import CredentialSource, Route
from sekisho.credentials.sso_role import SsoRoleSource
from sekisho.login.refresh import Notice, unnoticed
from sekisho.ports import Clock, Http
from sekisho.store.interface import Store

__all__ = ["Route", "plan"]


def plan(
    route: Route,
    *,
    store: Store,
    http: Http,
    clock: Clock,
    lock_folder: Path,
    notice: Notice = unnoticed,
) -> CredentialSource:
    """Return the source of the credentials of `route`: the cache, then the portal.

    Nothing is read, sent or locked before its `fetch` is called. Locks lie in `lock_folder`.
    `notice` is told what a person should know of and what stops nothing (`login.refresh`).
    """
    issuer = SsoRoleSource(route, store, http, clock, lock_folder, notice)
    return CachedSource(route, issuer, store, clock, lock_folder)
