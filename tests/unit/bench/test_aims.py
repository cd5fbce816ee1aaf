"""What the figures are held to."""

import pytest

from bench.aims import AGENT, CALL, COLD, WARM, WHOAMI, verdicts
from bench.pairs import Ratio

PROFILES = (10, 1_000)
GOOD = {
    WARM.format(10): 1.1,
    WARM.format(1_000): 1.32,
    CALL: 0.2,
    COLD: 12.2,
    WHOAMI: 9.0,
    AGENT: 1.4,
}


def missed(changed: dict[str, float]) -> list[str]:
    measured = {name: Ratio(each, each, each) for name, each in (GOOD | changed).items()}
    return [each.what for each in verdicts(measured, PROFILES) if not each.held]


def test_a_call_is_added_to_what_a_cold_command_may_take() -> None:
    assert missed({}) == []
    assert missed({CALL: 0.1}) == [COLD]


@pytest.mark.parametrize(
    ("row", "value"), [(WARM.format(1_000), 1.61), (COLD, 12.21), (WHOAMI, 12.3), (AGENT, 2.21)]
)
def test_a_figure_above_its_aim_is_missed(row: str, value: float) -> None:
    assert row in missed({row: value})


def test_warm_rows_that_lie_apart_are_missed() -> None:
    assert missed({WARM.format(1_000): 1.33}) == ["the slowest of these to the fastest"]
