"""Asks the access portals what the tokens that are there could open.

Each sign-in of the config is asked about by itself: two sessions of one portal may have been signed
in by two people. A sign-in that cannot be asked about, because nobody is signed in or the service
is down, stops nothing: it has a `trouble` in place of an answer, and what was assumed still holds.
"""

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from sekisho.awsconfig.profiles import AwsConfig, SsoProfile, opened_profiles
from sekisho.errors import Interrupted, SekishoError, ServiceError, ServiceRejected
from sekisho.login.assignments import Assignments
from sekisho.model import AccountId, ProfileName, Role, TokenKey
from sekisho.reach.graph import Assigned, sources_of

__all__ = ["Ask", "Asked", "Found", "ask_portals", "assigned_in"]


@dataclass(frozen=True, slots=True)
class Asked:
    """One sign-in of the config, and what came of asking about it."""

    key: TokenKey
    start_url: str
    answer: "Found | SekishoError"
    """A `SekishoError` says why there is none."""


@dataclass(frozen=True, slots=True)
class Found:
    """What the portal named."""

    person: str | None
    """`None` where it is not known who signed in."""
    roles: AbstractSet[Role]
    """Every role that the token could fetch."""
    unnamed: tuple[Role, ...]
    """Those that no profile of the config stands for, in the service's order."""
    accounts: Mapping[AccountId, str | None]
    """The accounts' names, where the service knows one."""
    not_assigned: tuple[ProfileName, ...]
    """Profiles that live on this token, and whose role the portal did not name."""


Ask = Callable[[SsoProfile], Assignments]
"""Asks with the token that a profile uses; raises a `SekishoError` where that cannot be done."""


def ask_portals(config: AwsConfig, ask: Ask, only: ProfileName | None = None) -> tuple[Asked, ...]:
    """Ask once for each token key of `config`, in file order; nothing is signed in.

    `only` restricts it to the sign-in that one profile lives on. A service that could not be reached is not asked again for another token of the same portal.
    Raises `Interrupted` only.
    """
    profiles = opened_profiles(config)
    first: dict[TokenKey, SsoProfile] = {}
    for profile in profiles:
        first.setdefault(profile.token_key, profile)
    if only is not None:
        source = sources_of(config)[only]
        first = {key: each for key, each in first.items() if source and key == source.token_key}
    named = {profile.role for profile in profiles if profile.role is not None}
    living = _living(config)
    down: dict[tuple[str, str], ServiceError] = {}
    asked: list[Asked] = []
    for key, profile in first.items():
        place = (profile.target.start_url, profile.target.region)
        answer: Found | SekishoError
        if place in down:
            answer = down[place]
        else:
            try:
                answer = _found(ask(profile), named, living.get(key, ()))
            except Interrupted:
                raise
            except SekishoError as error:
                answer = error
                if isinstance(error, ServiceError) and not isinstance(error, ServiceRejected):
                    down[place] = error
        asked.append(Asked(key, profile.target.start_url, answer))
    return tuple(asked)


def assigned_in(asked: Sequence[Asked]) -> Assigned:
    """Return what the portals named, by token key; sign-ins without an answer are left out."""
    return {each.key: each.answer.roles for each in asked if isinstance(each.answer, Found)}


_Living = Sequence[tuple[ProfileName, Role]]


def _living(config: AwsConfig) -> Mapping[TokenKey, _Living]:
    living: dict[TokenKey, list[tuple[ProfileName, Role]]] = {}
    for name, source in sources_of(config).items():
        if source is not None and source.role is not None:
            living.setdefault(source.token_key, []).append((name, source.role))
    return living


def _found(answer: Assignments, named: AbstractSet[Role], living: _Living) -> Found:
    roles = [Role(each.account.account_id, name) for each in answer.accounts for name in each.roles]
    assigned = frozenset(roles)
    return Found(
        person=answer.person,
        roles=assigned,
        unnamed=tuple(role for role in roles if role not in named),
        accounts={each.account.account_id: each.account.name for each in answer.accounts},
        not_assigned=tuple(name for name, role in living if role not in assigned),
    )
