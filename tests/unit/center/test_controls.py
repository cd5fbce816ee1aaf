from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.center.controls import Controls, InjectedFault, RecordedCall, TurnableClock
from sekisho.center.protocol.fault import Fault
from sekisho.testing.clock import START, FakeClock


def test_the_clock_goes_on_from_where_it_was_put() -> None:
    base = FakeClock()
    clock = TurnableClock(base)
    clock.advance(3600)
    base.advance(1)

    assert clock.now() == START + timedelta(seconds=3601)
    assert clock.monotonic() == 1
    assert clock.ahead == 3600


@pytest.mark.parametrize("seconds", [-1, float("nan"), float("inf"), 4e9])
def test_the_clock_is_not_put_where_there_is_no_time(seconds: float) -> None:
    clock = TurnableClock(FakeClock())

    with pytest.raises(ValueError, match="put forward"):
        clock.advance(seconds)

    assert clock.now() == START


def _struck(controls: Controls, operation: str) -> str | None:
    try:
        controls.strike(operation)
    except Fault as fault:
        return fault.name
    return None


@given(
    st.lists(st.tuples(st.sampled_from("AB"), st.integers(1, 3)), max_size=4),
    st.lists(st.sampled_from("ABC"), max_size=16),
)
def test_each_fault_happens_to_the_next_calls_of_its_operation_and_to_no_others(
    injected: list[tuple[str, int]], called: list[str]
) -> None:
    controls = Controls(FakeClock())
    due: dict[str, list[str | None]] = {"A": [], "B": [], "C": []}
    for number, (operation, count) in enumerate(injected):
        controls.inject(InjectedFault(operation, error=f"Fault{number}", count=count))
        due[operation] += [f"Fault{number}"] * count

    happened = [_struck(controls, operation) for operation in called]

    assert happened == [due[operation].pop(0) if due[operation] else None for operation in called]
    assert sum(fault.count for fault in controls.faults) == sum(map(len, due.values()))


@pytest.mark.parametrize(
    "status, name",
    [
        (401, "UnauthorizedException"),
        (403, "ForbiddenException"),
        (429, "TooManyRequestsException"),
        (500, "InternalServerException"),
        (503, "ServiceUnavailable"),
    ],
)
def test_a_status_alone_has_an_exception_that_fits(status: int, name: str) -> None:
    fault = InjectedFault("GetRoleCredentials", status).fault

    assert fault is not None
    assert (fault.name, fault.status) == (name, status)


def test_latency_alone_is_no_error() -> None:
    assert InjectedFault("GetRoleCredentials", latency_ms=5).fault is None


def test_a_call_is_recorded_before_it_is_answered() -> None:
    controls = Controls(FakeClock())
    first, second = controls.begin("ListAccounts"), controls.begin("ListAccounts")
    controls.end(second, status=429, error="TooManyRequestsException")

    assert first == 0
    assert controls.calls == (
        RecordedCall("ListAccounts"),
        RecordedCall("ListAccounts", 429, "TooManyRequestsException"),
    )
    assert controls.counts() == {"ListAccounts": 2}


def test_a_center_that_stops_holds_no_answer_back() -> None:
    controls = Controls(FakeClock())
    controls.inject(InjectedFault("ListAccounts", latency_ms=3_600_000))
    controls.stop()

    controls.strike("ListAccounts")

    assert controls.faults == ()
