"""From a profile's route to the source of its credentials."""

from pathlib import Path

from sekisho.awsconfig.chain import RoleLink
from sekisho.credentials.cached import CachedSource
from sekisho.credentials.interface import AskCode, ChainRoute, CredentialSource, Route
from sekisho.credentials.sso_role import SsoRoleSource
from sekisho.errors import MfaCodeNeeded
from sekisho.login.refresh import Notice, unnoticed
from sekisho.model import ProfileName
from sekisho.ports import Clock, Http
from sekisho.secret import Secret
from sekisho.store.interface import Store

__all__ = ["ChainRoute", "Route", "never_ask", "plan"]


def never_ask(link: RoleLink, profile: ProfileName) -> Secret:
    """Refuse: raise `MfaCodeNeeded`."""
    raise MfaCodeNeeded(
        link.profile, link.mfa_serial or "", where=link.place, chained_profile=profile
    )


def plan(
    route: Route | ChainRoute,
    *,
    store: Store,
    http: Http,
    clock: Clock,
    lock_folder: Path,
    notice: Notice = unnoticed,
    ask_code: AskCode = never_ask,
    released: CredentialSource | None = None,
) -> CredentialSource:
    """Return the source of the credentials of `route`: the cache, then the portal.

    Around it, for a role chain, lies one source for each role that is assumed, with a cache of its
    own; `ask_code` asks for the MFA codes that they need. Nothing is read, sent or locked before
    its `fetch` is called. Locks lie in `lock_folder`.
    `notice` is told what a person should know of and what stops nothing (`login.refresh`).
    Where the credentials that it all begins with are `released` by a gate, no token is looked for.
    """
    start = route.source if isinstance(route, ChainRoute) else route
    issuer = SsoRoleSource(start, store, http, clock, lock_folder, notice)
    source = released or CachedSource(start, issuer, store, clock, lock_folder)
    if isinstance(route, ChainRoute):
        # imported where there is a chain: signing and XML are not free, and most have none
        from sekisho.aws.sts import Sts
        from sekisho.credentials.assume_role import RoleAssumption
        from sekisho.credentials.assumed import AssumedRoleSource

        sts = Sts(http, route.sts, clock)
        for link in route.links:
            assumption = RoleAssumption(link, route.profile, sts, ask_code, route.login)
            source = AssumedRoleSource(
                route.up_to(link), source, assumption, store, clock, lock_folder, notice
            )
    return source
