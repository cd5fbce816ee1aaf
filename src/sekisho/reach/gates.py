"""What there is to draw: portals, their gates (one a login), and the rooms (profiles) behind them.

What a login could open is not listed for each of them, since all lists together would grow with the
square of the profiles: `beyond` makes it for one gate, as long as a person would read.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from sekisho.awsconfig.guarded import guarded_profiles
from sekisho.awsconfig.profiles import AwsConfig, SsoProfile
from sekisho.model import ProfileName, Role, StartUrl, TokenKey
from sekisho.reach.environments import ENVIRONMENTS, environment_in, guess_environments
from sekisho.reach.graph import sources_of
from sekisho.reach.live import Asked, Found
from sekisho.reach.policy import NO_POLICY, Policy
from sekisho.reach.portal import portal_of

__all__ = ["Beyond", "Gate", "Picture", "Portal", "Room", "beyond", "only", "picture"]

_OTHERS = "other"
"""The environment of a profile whose name has no environment's word in it, and that has no account."""


@dataclass(frozen=True, slots=True)
class Room:
    """One profile."""

    profile: ProfileName
    environment: str
    key: TokenKey | None
    """The token that it lives on; `None`: it uses no SSO, or is guarded."""
    role: Role | None
    """What the token fetches for it; `None`: nothing."""
    through: ProfileName | None
    """Where its role chain begins; `None` for a role of its own."""
    guarded: bool = False
    """Whether the agent opens it: no token that it lives on is on the disk."""


@dataclass(frozen=True, slots=True)
class Gate:
    """One login: a token key, and what its token opens."""

    key: TokenKey
    rooms: tuple[Room, ...]
    """What it opens, in file order."""
    closed: tuple[ProfileName, ...]
    """Profiles that live on its token and get nothing: no role, or none that is assigned."""
    asked: Asked | None = None
    """What the portal said; `None`: it was not asked."""

    @property
    def found(self) -> Found | None:
        """The portal's answer, if there is one."""
        answer = None if self.asked is None else self.asked.answer
        return answer if isinstance(answer, Found) else None

    @property
    def environments(self) -> tuple[str, ...]:
        """The environments that it opens, in order."""
        return tuple(sorted({room.environment for room in self.rooms}, key=_rank))


@dataclass(frozen=True, slots=True)
class Portal:
    """An access portal, with the gates that lead into it."""

    start_url: StartUrl
    gates: tuple[Gate, ...]
    environments: Mapping[str, tuple[Room, ...]]
    """Every room behind any of its gates, by environment: what each token could open."""
    size: int
    """How many rooms those are."""


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything that a config has."""

    portals: tuple[Portal, ...]
    without_login: tuple[Room, ...]
    """Profiles that use no SSO, and guarded ones."""


@dataclass(frozen=True, slots=True)
class Beyond:
    """What a token could open in one environment, and its login does not."""

    environment: str
    first: tuple[Room, ...]
    count: int
    """How many there are, the `first` ones among them."""


def picture(
    config: AwsConfig,
    asked: Sequence[Asked] = (),
    policy: Policy = NO_POLICY,
) -> Picture:
    """Arrange the profiles of `config`; environments that `policy` does not declare are guessed."""
    sources = sources_of(config)
    own = [one for name, one in sources.items() if one is not None and one.name == name]
    guessed = {
        **guess_environments(guarded_profiles(config), policy),
        **guess_environments(own, policy),
    }
    guarded = {one.name: one.role for one in guarded_profiles(config)}
    rooms = [
        _guarded_room(name, guarded[name], guessed, policy)
        if source is None and name in guarded
        else _room(name, source, guessed, policy)
        for name, source in sources.items()
    ]
    places = {one.token_key: one.target.start_url for one in own}
    answers = {each.key: each for each in asked}
    behind: dict[TokenKey, list[Room]] = {}
    for room in rooms:
        if room.key is not None:
            behind.setdefault(room.key, []).append(room)
    portals: dict[str, list[Gate]] = {}
    for key, each in behind.items():
        portals.setdefault(portal_of(places[key]), []).append(_gate(key, each, answers.get(key)))
    return Picture(
        tuple(_portal(places[gates[0].key], gates, behind) for gates in portals.values()),
        tuple(room for room in rooms if room.key is None),
    )


def only(drawn: Picture, profile: str) -> Picture:
    """Return of `drawn` the one gate, or the one room without a login, of `profile`."""
    portals = [
        replace(portal, gates=(gate,))
        for portal in drawn.portals
        for gate in portal.gates
        if profile in gate.closed or any(room.profile == profile for room in gate.rooms)
    ]
    rooms = tuple(room for room in drawn.without_login if room.profile == profile)
    return Picture(tuple(portals), rooms)


def beyond(portal: Portal, gate: Gate, *, most: int, names: int) -> Iterator[Beyond]:
    """Yield what the token of `gate` could open besides what it opens, by environment.

    At most `most` environments, the rest as one without a name; of each the `first` at most
    `names` rooms. Costs as much as there are rooms only where the portal was asked.
    """
    opened = Counter(room.environment for room in gate.rooms)
    left = portal.size - len(gate.rooms)
    if gate.found is not None:
        left = sum(1 for rooms in portal.environments.values() for _ in _others(rooms, gate))
    for environment, rooms in islice(portal.environments.items(), most):
        there = _others(rooms, gate)
        if gate.found is None:
            count, first = len(rooms) - opened[environment], tuple(islice(there, names))
        else:
            could = tuple(there)
            count, first = len(could), could[:names]
        left -= count
        if count:
            yield Beyond(environment, first, count)
    if left:
        yield Beyond("", (), left)


def _others(rooms: Iterable[Room], gate: Gate) -> Iterator[Room]:
    for room in rooms:
        if room.key != gate.key and (gate.found is None or room.role in gate.found.roles):
            yield room


def _guarded_room(
    name: ProfileName, role: Role, guessed: Mapping[ProfileName, str], policy: Policy
) -> Room:
    around = guessed.get(name) or policy.environment_of(name) or environment_in(name)
    return Room(name, around or _OTHERS, None, role, None, guarded=True)


def _room(
    name: ProfileName,
    source: SsoProfile | None,
    guessed: Mapping[ProfileName, str],
    policy: Policy,
) -> Room:
    around = guessed.get(name) or policy.environment_of(name) or environment_in(name)
    if source is None:
        return Room(name, around or _OTHERS, None, None, None)
    through = None if source.name == name else source.name
    environment = around or guessed.get(source.name) or _OTHERS
    return Room(name, environment, source.token_key, source.role, through)


def _gate(key: TokenKey, rooms: Sequence[Room], asked: Asked | None) -> Gate:
    bare = Gate(key, (), (), asked)
    roles = None if bare.found is None else bare.found.roles
    opened = [r for r in rooms if r.role is not None and (roles is None or r.role in roles)]
    known = {room.profile for room in opened}
    closed = tuple(room.profile for room in rooms if room.profile not in known)
    return Gate(key, tuple(opened), closed, asked)


def _portal(
    start_url: StartUrl, gates: Sequence[Gate], behind: Mapping[TokenKey, Sequence[Room]]
) -> Portal:
    by_environment: dict[str, list[Room]] = {}
    for gate in gates:
        for room in behind[gate.key]:
            if room.role is not None:
                by_environment.setdefault(room.environment, []).append(room)
    ordered = sorted(by_environment, key=_rank)
    environments = {name: tuple(by_environment[name]) for name in ordered}
    return Portal(start_url, tuple(gates), environments, sum(map(len, environments.values())))


def _rank(environment: str) -> tuple[int, str]:
    """Known environments first, in the order in which changes go through them."""
    word = environment.rstrip("0123456789")
    known = ENVIRONMENTS.index(word) if word in ENVIRONMENTS else len(ENVIRONMENTS)
    return known, environment
