"""What a gate opens, by the config and the policy: for `reach`, and for what `login` says before."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from sekisho.awsconfig.chain import role_chain
from sekisho.awsconfig.guarded import GuardedProfile, guarded_profiles
from sekisho.awsconfig.others import is_chain
from sekisho.awsconfig.profiles import AwsConfig
from sekisho.errors import ConfigError
from sekisho.guard.policy import Terms, terms_of
from sekisho.model import Delivery, ProfileName
from sekisho.reach.environments import guess_environments
from sekisho.reach.graph import Reach
from sekisho.reach.policy import Policy

__all__ = ["gates_reach", "through_gates"]


def gates_reach(config: AwsConfig, policy: Policy) -> Mapping[ProfileName, tuple[ProfileName, ...]]:
    """Return what a login to each guarded profile opens, in file order, itself among it.

    Those are the guarded profiles that `policy` lets go with it, where nobody else than who may open
    them signs in, and the role chains that begin at one of all these and ask for no MFA code.
    """
    guarded = [one for one in guarded_profiles(config) if one.delivery is Delivery.GUARDED]
    environments = guess_environments(guarded, policy)
    terms = {one.name: terms_of(policy, one.name, environments[one.name]) for one in guarded}
    chains = list(_chains(config))
    order = {name: number for number, name in enumerate(config.profiles)}
    found = {}
    for asked in guarded:
        opened = {one.name for one in guarded if _opens(asked, one, terms)}
        opened |= {name for name, start in chains if start in opened}
        found[asked.name] = tuple(sorted(opened, key=order.__getitem__))
    return found


def through_gates(reaches: Sequence[Reach], config: AwsConfig, policy: Policy) -> list[Reach]:
    """Return `reaches` with what goes through a gate, which has no token key and no other reach."""
    opens = gates_reach(config, policy)
    starts = {name: name for name in opens} | dict(_chains(config))
    return [
        replace(one, gate=gate, opens=opens[gate])
        if (gate := starts.get(one.profile)) in opens and gate is not None
        else one
        for one in reaches
    ]


def _opens(asked: GuardedProfile, one: GuardedProfile, terms: Mapping[ProfileName, Terms]) -> bool:
    if one is asked:
        return True
    mine, others = terms[asked.name], terms[one.name]
    persons = mine.persons is None or others.persons is None or mine.persons & others.persons
    return bool(
        one.target == asked.target
        and others.goes_with(mine.environment)
        and others.refuse(one.role) is None
        and persons
    )


def _chains(config: AwsConfig) -> Iterator[tuple[ProfileName, ProfileName]]:
    """Each role chain that asks for no code, and the profile that it begins at."""
    for profile in config.profiles.values():
        try:
            chain = role_chain(config, profile.name) if is_chain(profile) else None
        except ConfigError:  # `lint` has it
            continue
        if chain is not None and not any(link.mfa_serial for link in chain.links):
            yield profile.name, chain.source.name
