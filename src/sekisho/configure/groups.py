"""Which profiles are to have one sso-session together: what `isolate --by` says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from sekisho.awsconfig.profiles import SsoProfile
from sekisho.model import ProfileName
from sekisho.reach.environments import environment_in, guess_environments
from sekisho.reach.policy import Policy

__all__ = ["By", "Group", "group_names", "groups"]


class By(StrEnum):
    """What gets an sso-session of its own."""

    PROFILE = "profile"
    ACCOUNT = "account"
    ENVIRONMENT = "environment"


@dataclass(frozen=True, slots=True)
class Group:
    """Profiles that one login may open."""

    name: str
    """Of the profile, the account or the environment."""
    profiles: tuple[ProfileName, ...]
    """In the order of the files."""
    guessed: bool
    """It is an environment, and not all of these profiles are declared to be of it."""


def group_names(
    profiles: Sequence[SsoProfile], by: By, policy: Policy
) -> Mapping[ProfileName, str]:
    """Return for each profile the name of its group.

    A profile without a role has no account: it is alone, or of the environment that is declared
    for it or that its name speaks of.
    """
    match by:
        case By.PROFILE:
            return {profile.name: str(profile.name) for profile in profiles}
        case By.ACCOUNT:
            return {p.name: p.role.account_id if p.role else str(p.name) for p in profiles}
        case By.ENVIRONMENT:
            found = guess_environments(profiles, policy)
            return {p.name: found.get(p.name) or _of_its_name(p.name, policy) for p in profiles}
        case _:
            assert_never(by)


def groups(names: Mapping[ProfileName, str], by: By, policy: Policy) -> tuple[Group, ...]:
    """Return the groups that `names` makes, in the order in which they are met."""
    members: dict[str, list[ProfileName]] = {}
    for profile, name in names.items():
        members.setdefault(name, []).append(profile)
    return tuple(
        Group(
            name,
            tuple(of_it),
            guessed=by is By.ENVIRONMENT
            and any(policy.environment_of(profile) is None for profile in of_it),
        )
        for name, of_it in members.items()
    )


def _of_its_name(profile: ProfileName, policy: Policy) -> str:
    return policy.environment_of(profile) or environment_in(profile) or str(profile)
