"""How a ratio is taken: A B A B …, and the median of the ratios of neighbours.

Whatever slows the machine down slows both of a pair; a lone time would not say which it was.
"""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

__all__ = ["BASE", "Ratio", "compare", "seconds"]

BASE = (sys.executable, "-c", "pass")
"""What everything is compared with: starting Python, in this very environment."""


@dataclass(frozen=True, slots=True)
class Ratio:
    """How many times as long as the base."""

    median: float
    low: float
    """A quarter of the pairs were below this."""
    high: float
    """A quarter of the pairs were above this."""


def compare(measured: Callable[[], float], base: Callable[[], float], *, pairs: int) -> Ratio:
    """Take `pairs` pairs, base first; both sides return seconds. One more pair warms up."""
    ratios = [1 / base() * measured() for _ in range(pairs + 1)][1:]
    low, median, high = statistics.quantiles(ratios, n=4, method="inclusive")
    return Ratio(median, low, high)


def seconds(
    command: Sequence[str], environ: Mapping[str, str], *, allowed: Collection[int] = (0,)
) -> float:
    """Run `command` to its end; return the wall time. Raises for an exit status not `allowed`."""
    before = time.perf_counter()
    done = subprocess.run(
        command, env=environ, stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    after = time.perf_counter()
    if done.returncode not in allowed:
        said = done.stderr.decode(errors="replace").strip()
        raise RuntimeError(f"{' '.join(command)} exits with {done.returncode}: {said}")
    return after - before
