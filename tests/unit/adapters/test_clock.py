"""The machine's clock."""

from datetime import timedelta
from pathlib import Path

from sekisho.adapters.clock import AwakeClock, SystemClock


def test_the_time_is_aware_and_utc() -> None:
    assert SystemClock().now().utcoffset() == timedelta(0)


def test_waiting_takes_time_that_does_not_run_backwards() -> None:
    clock = SystemClock()
    before = clock.monotonic()
    clock.sleep(0.001)

    assert clock.monotonic() > before


def test_the_clock_of_deadlines_counts_the_time_in_which_the_machine_sleeps() -> None:
    uptime = Path("/proc/uptime")  # the kernel's own count, since the boot
    before = float(uptime.read_text(encoding="ascii").split()[0])
    now = AwakeClock().monotonic()

    assert before - 0.01 <= now <= float(uptime.read_text(encoding="ascii").split()[0]) + 0.01
