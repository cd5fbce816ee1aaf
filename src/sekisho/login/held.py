"""A sign-in that was made before, and is good enough to be used again."""

from datetime import timedelta

from sekisho.errors import Refused, SignInNeeded
from sekisho.login.interface import SignInRoute
from sekisho.ports import Clock
from sekisho.store.interface import CachedToken, Store
from sekisho.store.records import check_binding

__all__ = ["held_token"]

_GOOD_ENOUGH = timedelta(minutes=15)
"""What `login --if-needed` and the wizard ask of a token (design §3)."""


def held_token(route: SignInRoute, store: Store, clock: Clock, *, login: str) -> CachedToken | None:
    """Return the cached token of `route`, if it may go there and is good for 15 more minutes.

    `login` is the command that makes the sign-in. Nothing is refreshed. Raises `FileError`.
    """
    key = route.target.token_key
    try:
        token = store.token(key)
        if token is None or token.expires_at - clock.now() < _GOOD_ENOUGH:
            return None
        check_binding(
            token,
            store.record(key),
            route.target,
            oidc=route.oidc.url,
            portal=route.portal.url,
            overridden=route.oidc.overridden or route.portal.overridden,
            login=login,
        )
    except (SignInNeeded, Refused):
        return None
    return token
