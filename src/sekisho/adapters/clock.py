"""The machine's clock."""

import time
from datetime import UTC, datetime
from pathlib import Path

__all__ = ["AwakeClock", "SystemClock", "boot_name"]

_BOOT = Path("/proc/sys/kernel/random/boot_id")
_GOES_ON_IN_SLEEP = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
"""Linux has a clock of that name; macOS's CLOCK_MONOTONIC is one."""


class SystemClock:
    """The real `Clock`."""

    def now(self) -> datetime:
        """Return the time of day: aware, UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return seconds that never run backwards; only differences mean something."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Block for `seconds`."""
        time.sleep(seconds)


class AwakeClock(SystemClock):
    """The same, whose `monotonic` goes on while the machine sleeps: for deadlines that people set."""

    def monotonic(self) -> float:
        """Return seconds that never run backwards, nor stand still; only differences mean something."""
        return time.clock_gettime(_GOES_ON_IN_SLEEP)


def boot_name() -> str:
    """Return what tells this boot of the machine from every other; empty where nothing does."""
    try:
        return _BOOT.read_text(encoding="ascii").strip()
    except OSError:
        return ""
