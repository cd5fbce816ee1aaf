"""The check `clock`: what is well, and what is not. All secrets are obviously fake."""

from datetime import timedelta

import pytest

from sekisho.doctor.check import Gravity
from sekisho.doctor.checks.clock import CHECK
from sekisho.wire.http import Response
from tests.unit.doctor.conftest import Patient


@pytest.mark.parametrize(
    ("theirs_ahead", "gravity", "said"),
    [
        (timedelta(minutes=20), Gravity.ERROR, "20 minutes behind that of https://"),
        (timedelta(minutes=-6), Gravity.ERROR, "6 minutes ahead of that of https://"),
        (timedelta(minutes=3), Gravity.WARNING, "3 minutes behind that of https://"),
        (timedelta(seconds=40), Gravity.OK, "within 40 s of https://"),
    ],
)
def test_a_clock_is_compared_with_the_services(
    machine: Patient, theirs_ahead: timedelta, gravity: Gravity, said: str
) -> None:
    machine.answer = lambda _: machine.dated(theirs_ahead)

    (found,) = machine.look(CHECK)

    assert found.gravity is gravity
    assert said in found.message


def test_one_answer_that_is_off_does_not_make_the_clock_wrong(machine: Patient) -> None:
    machine.answer = lambda request: machine.dated(
        timedelta(days=1) if "sts" in request.url else timedelta(0)
    )

    assert machine.ill(CHECK) == ()


def test_answers_that_do_not_tell_the_time_say_nothing(machine: Patient) -> None:
    machine.answer = lambda _: Response(404)

    assert machine.look(CHECK) == ()
