"""A clock that a test turns by hand."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

__all__ = ["START", "FakeClock"]

START = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
"""Where a `FakeClock` starts unless it is told otherwise."""


class FakeClock:
    """Satisfies `ports.Clock`; `sleep` returns at once, and time has passed.

    Things that happen meanwhile are arranged with `at`. Threads may share one clock.
    """

    def __init__(self, start: datetime = START) -> None:
        """Start at `start` (aware). Raises `ValueError` for a naive one."""
        if start.tzinfo is None:
            raise ValueError("a clock needs an aware time")
        self._start = start.astimezone(UTC)
        self._elapsed = 0.0
        self._pending: list[tuple[float, Callable[[], object]]] = []
        self._lock = threading.RLock()
        self.slept: list[float] = []
        """Every length that was slept, in seconds and in order."""

    def now(self) -> datetime:
        """Return the time of day: aware, UTC."""
        with self._lock:
            return self._start + timedelta(seconds=self._elapsed)

    def monotonic(self) -> float:
        """Return the seconds since the clock was made."""
        with self._lock:
            return self._elapsed

    def sleep(self, seconds: float) -> None:
        """Note the length, and advance by it."""
        with self._lock:
            self.slept.append(seconds)
        self.advance(seconds)

    def advance(self, seconds: float) -> None:
        """Let `seconds` pass: what was arranged for that time happens, in order, at its moment.

        Raises `ValueError` for a negative length; `set_back` is for clocks that are off.
        """
        if seconds < 0:
            raise ValueError("time does not run backwards")
        with self._lock:
            end = self._elapsed + seconds
        while (due := self._next_due(end)) is not None:
            due()
        with self._lock:
            self._elapsed = max(self._elapsed, end)

    def set_back(self, seconds: float) -> None:
        """Make the time of day wrong by `seconds`, as on a machine whose clock is off.

        `monotonic` is not touched. A negative number puts the clock forward.
        """
        with self._lock:
            self._start -= timedelta(seconds=seconds)

    def at(self, seconds: float, happening: Callable[[], object]) -> None:
        """Arrange that `happening` is called when `seconds` from now have passed."""
        with self._lock:
            self._pending.append((self._elapsed + seconds, happening))
            self._pending.sort(key=lambda entry: entry[0])

    def _next_due(self, end: float) -> Callable[[], object] | None:
        with self._lock:
            if not self._pending or self._pending[0][0] > end:
                return None
            moment, happening = self._pending.pop(0)
            self._elapsed = max(self._elapsed, moment)
            return happening
