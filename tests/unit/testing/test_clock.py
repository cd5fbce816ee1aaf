from datetime import datetime, timedelta

import pytest

from sekisho.testing.clock import START, FakeClock


def test_sleeping_takes_no_time_and_time_has_passed() -> None:
    clock = FakeClock()
    clock.sleep(2.5)

    assert clock.now() == START + timedelta(seconds=2.5)
    assert clock.monotonic() == 2.5
    assert clock.slept == [2.5]


def test_what_is_arranged_happens_at_its_moment_and_in_order() -> None:
    clock = FakeClock()
    moments: list[float] = []
    clock.at(3, lambda: moments.append(clock.monotonic()))
    clock.at(1, lambda: moments.append(clock.monotonic()))
    clock.at(9, lambda: moments.append(clock.monotonic()))
    clock.advance(5)

    assert moments == [1, 3]
    assert clock.monotonic() == 5


def test_what_happens_may_arrange_what_happens_next() -> None:
    clock = FakeClock()
    moments: list[float] = []
    clock.at(1, lambda: clock.at(1, lambda: moments.append(clock.monotonic())))
    clock.advance(3)

    assert moments == [2]


def test_a_clock_can_be_set_back_without_time_running_backwards() -> None:
    clock = FakeClock()
    clock.advance(10)
    clock.set_back(3600)

    assert clock.now() == START + timedelta(seconds=10 - 3600)
    assert clock.monotonic() == 10


def test_time_does_not_run_backwards() -> None:
    with pytest.raises(ValueError, match="backwards"):
        FakeClock().advance(-1)


def test_a_start_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        FakeClock(datetime(2026, 1, 1))  # noqa: DTZ001  # that is what is refused
