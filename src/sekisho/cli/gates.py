"""Which gates a command line means: those of guarded profiles, by profile or by session."""

from sekisho.awsconfig.chain import role_chain
from sekisho.awsconfig.guarded import DELIVERY_KEY, guarded_profiles, is_guarded
from sekisho.awsconfig.others import is_chain
from sekisho.awsconfig.profiles import AwsConfig, profile_named
from sekisho.errors import ConfigError
from sekisho.model import Delivery, ProfileName, SessionName

__all__ = ["gates_meant", "gates_of_session"]


def gates_meant(
    config: AwsConfig, profile: str | None, session: str | None
) -> tuple[ProfileName, ...]:
    """Return the guarded profiles that are meant by the one or the other; none: no gate is.

    Raises `ProfileNotFound`.
    """
    if session is not None:
        return gates_of_session(config, session)
    name = None if profile is None else _guarded_name(config, profile)
    return () if name is None else (name,)


def gates_of_session(config: AwsConfig, session: str) -> tuple[ProfileName, ...]:
    """Return the guarded profiles of `session`, unless that is one of native or sealed ones."""
    name = SessionName(session)
    if name in config.sessions:
        return ()
    using = [each for each in guarded_profiles(config) if each.target.session == name]
    guarded = [each.name for each in using if each.delivery is Delivery.GUARDED]
    return tuple(guarded) if len(guarded) == len(using) else ()


def _guarded_name(config: AwsConfig, name: str) -> ProfileName | None:
    """Return `name` where that is a guarded profile, or the one that its role chain begins at.

    What else is wrong with the profile does not matter: its gate may be open all the same.
    `None`: no gate is meant. Raises `ProfileNotFound`.
    """
    profile = profile_named(config, name)
    if is_guarded(profile):
        return None if profile.text(DELIVERY_KEY) == Delivery.SEALED else profile.name
    if not is_chain(profile):
        return None
    try:
        chain = role_chain(config, name)
    except ConfigError:
        return None
    guarded = chain is not None and chain.source.target.delivery is Delivery.GUARDED
    return chain.source.name if chain and guarded else None
