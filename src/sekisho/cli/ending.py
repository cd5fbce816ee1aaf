"""Ending a native sign-in that no profile uses any more: what `isolate` does, with or without the guard."""

from collections.abc import Sequence

from sekisho.awsconfig.profiles import AwsConfig
from sekisho.cli.assembly import Machine
from sekisho.configure.elsewhere import Elsewhere
from sekisho.login.sign_out import SignedOut, sign_out
from sekisho.model import ProfileName, Role, SignInTarget

__all__ = ["end_sign_in"]


def end_sign_in(
    here: Machine,
    before: AwsConfig,
    target: SignInTarget,
    *,
    used_by: ProfileName,
    roles: Sequence[Role],
    elsewhere: Elsewhere,
    login: str,
) -> SignedOut:
    """End the sign-in to `target` at the service and here, with the credentials that came from it.

    `before` is the config as it was, in which the profile `used_by` says where the service is; `roles`
    are those whose credentials may be cached. Blocks for one call. Raises `FileError`, and
    `ConfigError` where an endpoint cannot be found.
    """
    oidc, portal = here.endpoints(before, used_by, target.region)
    return sign_out(
        target,
        roles=tuple(dict.fromkeys((*roles, *elsewhere.roles(target.start_url)))),
        oidc=oidc,
        portal=portal,
        store=here.store,
        http=here.http(),
        clock=here.clock,
        local=False,
        login=login,
    )
