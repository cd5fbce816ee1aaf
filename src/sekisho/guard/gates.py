"""Gates: what was opened, frozen as it was then, and until when.

A gate's profile name is a label. What is handed out by it is what it was opened for, whatever the
config says of that name by now.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sekisho.awsconfig.guarded import GuardedProfile
from sekisho.guard.policy import Terms
from sekisho.model import AccountId, Delivery, ProfileName, Region, Role, SignInTarget, StartUrl

__all__ = ["Gate", "GateBook", "Pass", "opened_with"]

Pass = tuple[StartUrl, Region, Role, str | None]
"""What makes two gates the same one: start URL, Region, account with role, person."""


@dataclass(frozen=True, slots=True)
class Gate:
    """An open gate."""

    label: ProfileName
    target: SignInTarget
    role: Role
    person: str | None
    """Who signed in; `None` where it could not be learnt."""
    environment: str
    sign_in: int
    """Which sign-in it was opened by."""
    opened_at: datetime
    """Aware, UTC; for people."""
    opened: float
    """The same by the clock that never runs backwards, nor stands still while a machine sleeps."""
    deadline: float
    """When it closes, by that clock."""

    @property
    def account_id(self) -> AccountId:
        """The account that it leads into."""
        return self.role.account_id

    @property
    def identity(self) -> Pass:
        """What it was opened for."""
        return (self.target.start_url, self.target.region, self.role, self.person)

    def until(self, deadline: float, opened: float) -> "Gate":
        """Return the same gate by another start of the clock that never runs backwards."""
        return replace(self, deadline=deadline, opened=opened)

    def difference(self, profile: GuardedProfile) -> tuple[str, str, str] | None:
        """Say where `profile`, as the config has it now, is another than this gate was opened for.

        Gives what differs, the gate's value, and the config's; `None` where nothing does.
        """
        mine, now = self.target, profile.target
        pairs = (
            ("start URL", mine.start_url, now.start_url),
            ("Region", mine.region, now.region),
            ("account", self.role.account_id, profile.role.account_id),
            ("role", self.role.role_name, profile.role.role_name),
        )
        return next((each for each in pairs if each[1] != each[2]), None)


class GateBook:
    """Every open gate, one for each label. Not for threads."""

    def __init__(self) -> None:
        """Begin with none."""
        self._gates: dict[str, Gate] = {}

    def __iter__(self) -> Iterator[Gate]:
        """Go through the gates, in the order in which they were opened."""
        return iter(tuple(self._gates.values()))

    def open(self, gates: Iterable[Gate]) -> None:
        """Open `gates`, each in the place of the one that has its label."""
        for gate in gates:
            self._gates.pop(gate.label, None)
            self._gates[gate.label] = gate

    def at(self, label: str, now: float) -> Gate | None:
        """Return the gate of `label`, if it is open at `now`."""
        gate = self._gates.get(label)
        return gate if gate is not None and now < gate.deadline else None

    def holds(self, gate: Gate, now: float) -> bool:
        """Whether this very `gate` is still open at `now`."""
        return self._gates.get(gate.label) is gate and now < gate.deadline

    def has(self, gate: Gate) -> bool:
        """Whether what has the label of `gate` was opened by the same sign-in."""
        there = self._gates.get(gate.label)
        return there is not None and there.sign_in == gate.sign_in

    def close(self, gates: Iterable[Gate]) -> None:
        """Close `gates`; one whose label has been opened anew stays."""
        for gate in gates:
            if self._gates.get(gate.label) is gate:
                del self._gates[gate.label]

    def due(self, now: float) -> tuple[Gate, ...]:
        """Return the gates whose time is up at `now`."""
        return tuple(gate for gate in self._gates.values() if now >= gate.deadline)

    def opened_by(self, sign_in: int) -> tuple[Gate, ...]:
        """Return the gates that the sign-in of that number opened."""
        return tuple(gate for gate in self._gates.values() if gate.sign_in == sign_in)

    def next_deadline(self) -> float | None:
        """Return when the next gate closes; `None`: none is open."""
        return min((gate.deadline for gate in self._gates.values()), default=None)


def opened_with(
    asked: GuardedProfile,
    others: Iterable[GuardedProfile],
    terms: Mapping[ProfileName, Terms],
    person: str | None,
) -> tuple[GuardedProfile, ...]:
    """Return what a sign-in of `person` for `asked` opens: that profile, and those that go with it.

    They are guarded profiles of the same session, which their `terms` let go with it.
    """
    environment = terms[asked.name].environment
    along = (
        one
        for one in others
        if one.name != asked.name
        and one.delivery is Delivery.GUARDED
        and one.target == asked.target
        and terms[one.name].goes_with(environment)
        and terms[one.name].refuse(one.role) is None
        and terms[one.name].lets_in(person)
    )
    return (asked, *along)
