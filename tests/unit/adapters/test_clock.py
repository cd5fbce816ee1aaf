"""The machine's clock."""

from datetime import timedelta

from sekisho.adapters.clock import SystemClock


def test_the_time_is_aware_and_utc() -> None:
    assert SystemClock().now().utcoffset() == timedelta(0)


def test_waiting_takes_time_that_does_not_run_backwards() -> None:
    clock = SystemClock()
    before = clock.monotonic()
    clock.sleep(0.001)

    assert clock.monotonic() > before
