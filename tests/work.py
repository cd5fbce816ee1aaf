"""How much work something is, counted: no clock, so that it is the same on any machine."""

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

__all__ = ["growth", "instructions"]


def instructions(act: Callable[[], object]) -> int:
    """Run `act`; return how many instructions of Python code it took."""
    count = 0

    def count_one(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal count
        if event == "call":
            frame.f_trace_opcodes = True
            frame.f_trace_lines = False
        else:
            count += event == "opcode"
        return count_one

    before = sys.gettrace()
    sys.settrace(count_one)
    try:
        act()
    finally:
        sys.settrace(before)
    return count


def growth(make: Callable[[int], Callable[[], object]], size: int) -> float:
    """Return how many times as much the second doubling from `size` adds as the first one.

    What grows with the size comes to 2, what grows with its square to 4. `make` makes the act of
    a size; what it takes to make it does not count.
    """
    acts = [make(size * times) for times in (1, 2, 4)]
    acts[0]()  # what is done once only
    once, twice, four_times = (instructions(act) for act in acts)
    return (four_times - twice) / max(twice - once, 1)
