"""Many calls at a time: their order, their failures, and who stops them."""

import threading
from collections import Counter

import pytest

from sekisho.errors import SekishoError, ServiceRejected, Throttled, Unreachable
from sekisho.login.crew import in_parallel, one_by_one

THROTTLED = Throttled("ListAccountRoles", attempts=3)
REJECTED = ServiceRejected("ListAccountRoles", error="InvalidRequestException", description="no")


class Failing:
    """Doubles a number; of some numbers it fails a few times first."""

    def __init__(self, error: SekishoError, **times: int) -> None:
        self._error = error
        self._left = Counter({int(name[1:]): many for name, many in times.items()})
        self.tries = Counter[int]()

    def __call__(self, number: int) -> int:
        self.tries[number] += 1
        if self._left[number]:
            self._left[number] -= 1
            raise self._error
        return number * 2


def test_the_results_stand_in_the_order_of_the_items() -> None:
    items = range(200)

    assert in_parallel(lambda n: n * 2, items, workers=8) == [n * 2 for n in items]
    assert one_by_one(lambda n: n * 2, items) == [n * 2 for n in items]


def test_as_many_are_under_way_as_there_are_workers() -> None:
    together = threading.Barrier(4)

    found = in_parallel(lambda n: (together.wait(timeout=30), n)[1], range(8), workers=4)

    assert found == list(range(8))


def test_there_may_be_nothing_to_do() -> None:
    assert in_parallel(lambda n: n, [], workers=4) == []


def test_progress_is_told_from_nothing_to_all() -> None:
    told: list[tuple[int, int]] = []

    in_parallel(lambda n: n, range(3), workers=2, progress=lambda *seen: told.append(seen))

    assert told == [(0, 3), (1, 3), (2, 3), (3, 3)]


@pytest.mark.parametrize("error", [THROTTLED, Unreachable("https://portal", "no answer came")])
def test_what_may_pass_is_done_again_after_the_others(error: SekishoError) -> None:
    work = Failing(error, n1=2)

    assert in_parallel(work, range(4), workers=1) == [0, 2, 4, 6]
    assert work.tries == {0: 1, 1: 3, 2: 1, 3: 1}


def test_the_third_failure_of_one_call_stands() -> None:
    work = Failing(THROTTLED, n1=3)

    with pytest.raises(Throttled):
        in_parallel(work, range(4), workers=1)


def test_what_cannot_pass_ends_it_at_once() -> None:
    work = Failing(REJECTED, n0=1)
    with pytest.raises(ServiceRejected):
        in_parallel(work, range(1), workers=1)

    assert work.tries == {0: 1}


def test_where_nothing_succeeds_any_more_it_is_given_up() -> None:
    work = Failing(THROTTLED, **{f"n{number}": 9 for number in range(100, 3000)})

    with pytest.raises(Throttled):
        in_parallel(work, range(3000), workers=1)

    assert sum(work.tries.values()) < 200


def test_ctrl_c_begins_nothing_more() -> None:
    begun: list[int] = []
    goes_on = threading.Event()

    def work(number: int) -> int:
        begun.append(number)
        if number:
            goes_on.wait(timeout=30)
        return number

    def interrupt(done: int, _whole: int) -> None:
        if done == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        in_parallel(work, range(50), workers=2, progress=interrupt)
    goes_on.set()

    assert len(begun) <= 4
