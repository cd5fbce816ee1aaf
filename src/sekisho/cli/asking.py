"""Asks the portal, for a command, what a signed-in person is assigned."""

from sekisho import ports
from sekisho.awsconfig.profiles import AwsConfig, opened_profiles
from sekisho.cli.assembly import Machine
from sekisho.cli.show.trouble import warner
from sekisho.login.assignments import Assignments, Spread, assignments
from sekisho.login.crew import one_by_one
from sekisho.model import ProfileName, SignInTarget

__all__ = ["ask_assignments"]


def ask_assignments(
    here: Machine,
    config: AwsConfig,
    target: SignInTarget,
    *,
    login: str,
    around: ProfileName | None = None,
    http: ports.Http | None = None,
    spread: Spread = one_by_one,
) -> Assignments:
    """Return what the token of `target` could open; see `login.assignments`.

    The endpoints are those of the profile `around`, or else of the chosen one, or else of the first
    that uses this sign-in. What stops nothing is said on stderr. `login` is the command that signs in, for messages.
    """
    if around is None:
        chosen = ProfileName(here.profile_name())
        around = chosen if chosen in config.profiles else _first_profile(config, target)
    oidc, portal = here.endpoints(config, around, target.region)
    return assignments(
        target=target,
        oidc=oidc,
        portal=portal,
        store=here.store_for(target.delivery),
        http=http or here.http(),
        clock=here.clock,
        lock_folder=here.lock_folder,
        login=login,
        notice=warner(here.common.color),
        spread=spread,
    )


def _first_profile(config: AwsConfig, target: SignInTarget) -> ProfileName | None:
    found = (each.name for each in opened_profiles(config) if each.token_key == target.token_key)
    return next(found, None)
