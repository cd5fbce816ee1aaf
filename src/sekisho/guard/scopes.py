"""A scope: what one socket knows, which `sekisho exec --only` gives to a command.

It hands out what its gates were opened for when it was made, under their labels, until its time is
up or the connection that asked for it ends. A gate that was opened anew, for the same, serves it on.
It opens nothing, closes nothing, and tells of nothing else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sekisho.errors import GateClosed, OutOfScope
from sekisho.guard.asks import Ask, Release, Status
from sekisho.guard.gates import Gate, Pass
from sekisho.ports import Clock

__all__ = ["ScopeOfGates", "scope_of"]


@dataclass(frozen=True, slots=True)
class ScopeOfGates:
    """Some gates, for some time."""

    passes: Mapping[str, Pass]
    """By label: what may be handed out under it."""
    deadline: float
    """When it ends, by the clock that never runs backwards."""
    closes_at: datetime
    """The same for people: aware, UTC."""
    clock: Clock = field(repr=False)

    @property
    def is_over(self) -> bool:
        """Whether its time is up."""
        return self.clock.monotonic() >= self.deadline

    def knows(self, gate: Gate) -> bool:
        """Whether `gate` is one that it was made for."""
        return self.passes.get(gate.label) == gate.identity

    def check(self, ask: Ask) -> None:
        """Let `ask` through, or not. Raises `OutOfScope`, and `GateClosed` when time is up."""
        match ask:
            case Release(profile=profile) if profile in self.passes:
                if self.is_over:
                    raise GateClosed(profile, why="the time that this command was given is up")
            case Release(profile=profile):
                raise OutOfScope(profile, profiles=tuple(self.passes))
            case Status():
                pass
            case _:
                raise OutOfScope(type(ask).__name__.lower(), profiles=tuple(self.passes))


def scope_of(gates: Sequence[Gate], seconds: int, clock: Clock) -> ScopeOfGates:
    """Make a scope of `gates` that lasts for `seconds`."""
    passes: dict[str, Pass] = {gate.label: gate.identity for gate in gates}
    until = clock.now() + timedelta(seconds=seconds)
    return ScopeOfGates(passes, clock.monotonic() + seconds, until, clock)
