"""Every profile that a sign-in with a token of its own opens: native ones, and sealed ones.

To sekisho a sealed profile is like any other, but for the store that its token lies in
(`SignInTarget.delivery`). To AWS tools it is one that asks a process. Guarded profiles are none of
these: they have no token, but a gate. `delivered_profile` is for who wants credentials, be it by a
token or through a gate.
"""

from sekisho.awsconfig.guarded import GuardedProfile, guarded_profile, guarded_profiles
from sekisho.awsconfig.settings import AwsConfig, profile_named
from sekisho.awsconfig.sso import SsoProfile, login_target, sso_profile, sso_profiles
from sekisho.model import Delivery, SessionName, SignInTarget

__all__ = ["delivered_profile", "opened_profile", "opened_profiles", "opened_target"]


def opened_profile(config: AwsConfig, name: str) -> SsoProfile:
    """Return the profile `name`, native or sealed. Raises what `sso_profile` does."""
    sealed = guarded_profile(config, name)
    if sealed is not None and sealed.delivery is Delivery.SEALED:
        return _as_sso(sealed)
    return sso_profile(config, name)


def delivered_profile(config: AwsConfig, name: str) -> SsoProfile:
    """Return the profile `name`: native, sealed or guarded, which its target's delivery says.

    Raises what `sso_profile` and `guarded_profile` do.
    """
    found = guarded_profile(config, name)
    return sso_profile(config, name) if found is None else _as_sso(found)


def opened_profiles(config: AwsConfig) -> tuple[SsoProfile, ...]:
    """Return all of them that resolve, in the order of the files."""
    native = sso_profiles(config)
    sealed = {one.name: one for one in guarded_profiles(config) if one.delivery is Delivery.SEALED}
    if not sealed:
        return native
    found = {one.name: one for one in native} | {name: _as_sso(one) for name, one in sealed.items()}
    return tuple(found[name] for name in config.profiles if name in found)


def opened_target(config: AwsConfig, *, profile: str | None, session: str | None) -> SignInTarget:
    """Return what a `login` signs in to, as `sso.login_target` does, be it native or sealed.

    A `session` by name is the native one where there is an `[sso-session]` of that name, else the
    one of the sealed profiles that name it.
    """
    if session is not None and SessionName(session) not in config.sessions:
        if profile is not None:
            profile_named(config, profile)
        for one in guarded_profiles(config):
            if one.delivery is Delivery.SEALED and one.target.session == session:
                return one.target
    elif session is None:
        sealed = guarded_profile(config, "default" if profile is None else profile)
        if sealed is not None and sealed.delivery is Delivery.SEALED:
            return sealed.target
    return login_target(config, profile=profile, session=session)


def _as_sso(sealed: GuardedProfile) -> SsoProfile:
    return SsoProfile(
        name=sealed.name,
        target=sealed.target,
        role=sealed.role,
        region=sealed.region,
        output=sealed.output,
        file=sealed.file,
        line=sealed.line,
    )
