"""Token keys, and which profiles each of them opens.

A login *opens* every profile that can get role credentials from its token with no further act of
the person: the profiles with the same token key, and the role chains (`role_arn` with
`source_profile`) that start at one of them and ask for no MFA code.

The same person's token *could open* more: every profile of the same access portal. Without asking
the portal, one start URL is assumed to mean one person. Where the portal was asked (`reach.live`),
only those profiles count whose role it named.

Profiles are grouped by key, never compared in pairs, and the profiles of a group share one tuple
of names: 10,000 of them cost one pass.
"""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from sekisho.awsconfig.others import is_chain
from sekisho.awsconfig.profiles import AwsConfig, Profile, SsoProfile, opened_profiles
from sekisho.model import ProfileName, Role, TokenKey
from sekisho.reach.portal import portal_of

__all__ = [
    "Assigned",
    "Basis",
    "Reach",
    "Sources",
    "opened_by",
    "reach",
    "sharing",
    "sources_of",
]

_Key = TypeVar("_Key")


class Basis(StrEnum):
    """What `could_open` rests on."""

    ASSUMED = "assumed"
    """One start URL is taken to mean one person."""
    LIVE = "live"
    """The portal was asked, with the tokens that are there."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What a login to one profile opens, and could open."""

    profile: ProfileName
    token_key: TokenKey | None
    """Which cached token the profile lives on; `None` when it uses no SSO."""
    opens: tuple[ProfileName, ...]
    """In file order, the profile itself among them; for a profile without SSO, only itself."""
    could_open: tuple[ProfileName, ...]
    """In file order, those that it opens among them; empty for a profile without SSO."""
    basis: Basis = Basis.ASSUMED
    gate: ProfileName | None = None
    """In guarded delivery: whose gate it goes through; `None` for a profile that lives on a token."""


Assigned = Mapping[TokenKey, AbstractSet[Role]]
"""What portals named when they were asked with a token: every role that it could fetch."""
_NOT_ASKED: Assigned = {}


def reach(config: AwsConfig, assigned: Assigned = _NOT_ASKED) -> tuple[Reach, ...]:
    """Return what each profile of `config` opens and could open, in the order of the files.

    Under a token key that is in `assigned`, a profile whose role is not there is opened by
    nothing; it stands in its own two lists all the same, and in no other.
    """
    sources = sources_of(config)
    served = _served(sources)
    keyed = [(source.token_key, _portal(source), name) for name, source in served]
    opened = _grouped((key, name) for key, _, name in keyed)
    portals = _grouped((portal, name) for _, portal, name in keyed)
    portal_by_key = {key: portal for key, portal, _ in keyed}
    groups = {key: (names, portals[portal_by_key[key]]) for key, names in opened.items()}
    roles = {name: source.role for name, source in served}
    for key in groups.keys() & assigned.keys():
        opens, could_open = (
            tuple(name for name in names if roles[name] in assigned[key]) for names in groups[key]
        )
        groups[key] = opens, could_open
    return tuple(
        _reach_of(name, source, groups, assigned, portals) for name, source in sources.items()
    )


def opened_by(config: AwsConfig, key: TokenKey) -> tuple[ProfileName, ...]:
    """Return, in file order, the profiles that a sign-in under `key` opens."""
    served = _served(sources_of(config))
    return tuple(name for name, source in served if source.target.token_key == key)


def sharing(config: AwsConfig, key: TokenKey) -> tuple[ProfileName, ...]:
    """Return, of the profiles that a sign-in under `key` opens, those with an SSO role of their own.

    Where they are several, `isolate` parts them; a role chain stays with the one it begins at.
    """
    return tuple(
        name
        for name, source in _served(sources_of(config))
        if source.name == name and source.target.token_key == key
    )


def _reach_of(
    name: ProfileName,
    source: SsoProfile | None,
    groups: Mapping[TokenKey, tuple[tuple[ProfileName, ...], tuple[ProfileName, ...]]],
    assigned: Assigned,
    portals: Mapping[str, tuple[ProfileName, ...]],
) -> Reach:
    if source is None:
        return Reach(name, None, (name,), ())
    key = source.target.token_key
    opens, could_open = groups.get(key) or ((), portals.get(_portal(source), ()))
    basis = Basis.LIVE if key in assigned else Basis.ASSUMED
    lacks = basis is Basis.LIVE and source.role not in assigned[key]
    if source.role is None or lacks:  # it can sign in and fetch nothing, so it is in no group
        opens, could_open = (name, *opens), (name, *could_open)
    return Reach(name, key, opens, could_open, basis)


Sources = Mapping[ProfileName, SsoProfile | None]
"""Each profile, in file order, with the SSO profile whose token it lives on."""


def sources_of(config: AwsConfig) -> Sources:
    """Return every profile of `config`, in file order, with the one whose token it lives on."""
    sso = {
        profile.name: profile
        for profile in opened_profiles(config)
        if not is_chain(config.profiles[profile.name])  # it assumes its role, whatever else it has
    }
    chained: dict[ProfileName, SsoProfile | None] = {}
    for name in config.profiles:
        _follow(name, config, sso, chained)
    return {name: sso.get(name, chained.get(name)) for name in config.profiles}


def _follow(
    name: ProfileName,
    config: AwsConfig,
    sso: Mapping[ProfileName, SsoProfile],
    chained: dict[ProfileName, SsoProfile | None],
) -> None:
    """Follow `source_profile` from `name`, and note for each link of the chain where it starts."""
    links: list[ProfileName] = []
    current: ProfileName | None = name
    while current is not None and current not in sso and current not in chained:
        chained[current] = None  # also what ends a loop
        links.append(current)
        current = _source_profile(config.profiles.get(current))
    if current is None:
        return
    start = sso.get(current) or chained[current]
    if start is not None and start.role is not None:
        chained.update(dict.fromkeys(links, start))


def _source_profile(profile: Profile | None) -> ProfileName | None:
    """Return whose credentials `profile` assumes its role with, if nobody is asked for a code."""
    if profile is None or profile.text("role_arn") is None or profile.text("mfa_serial"):
        return None
    source = profile.text("source_profile")
    return None if source is None else ProfileName(source)


def _served(sources: Sources) -> tuple[tuple[ProfileName, SsoProfile], ...]:
    """Return the profiles that get role credentials, with the SSO profile they get them from."""
    return tuple(
        (name, source)
        for name, source in sources.items()
        if source is not None and source.role is not None
    )


def _grouped(pairs: Iterable[tuple[_Key, ProfileName]]) -> Mapping[_Key, tuple[ProfileName, ...]]:
    groups: dict[_Key, list[ProfileName]] = {}
    for key, name in pairs:
        groups.setdefault(key, []).append(name)
    return {key: tuple(names) for key, names in groups.items()}


def _portal(profile: SsoProfile) -> str:
    return portal_of(profile.target.start_url)
