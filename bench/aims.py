"""What the figures are to come to: for each aim, what was measured beside it."""

from collections.abc import Mapping
from dataclasses import dataclass

from bench.pairs import Ratio

__all__ = ["AGENT", "CALL", "COLD", "WARM", "WHOAMI", "Verdict", "verdicts"]

WARM = "credential-process, warm caches, {:,} profiles"
CALL = "one call to the center, from a process that runs"
COLD = "credential-process, no role credentials cached"
WHOAMI = "whoami, role credentials cached"
AGENT = "credential-process through the agent"

_MOST_WARM = 1.6
_MOST_COLD = 12.0
"""Without the call itself."""
_MOST_AGENT = 2.2
_MOST_SPREAD = 1.2
"""The slowest of the warm rows to the fastest: their numbers of profiles are not to matter."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One aim."""

    what: str
    measured: float
    most: float

    @property
    def held(self) -> bool:
        """As it is printed, so that no row reads `1.60, at most 1.60: missed`."""
        return round(self.measured, 2) <= round(self.most, 2)


def verdicts(measured: Mapping[str, Ratio], profiles: tuple[int, ...]) -> list[Verdict]:
    """Hold the medians of the rows `measured` to the aims, in the order of the rows."""
    warm = {name: measured[name].median for name in map(WARM.format, profiles)}
    cold = _MOST_COLD + measured[CALL].median
    return [
        *(Verdict(name, median, _MOST_WARM) for name, median in warm.items()),
        Verdict("the slowest of these to the fastest", _spread(warm), _MOST_SPREAD),
        *(Verdict(name, measured[name].median, cold) for name in (COLD, WHOAMI)),
        Verdict(AGENT, measured[AGENT].median, _MOST_AGENT),
    ]


def _spread(warm: Mapping[str, float]) -> float:
    return max(warm.values()) / min(warm.values())
