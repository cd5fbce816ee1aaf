"""The check `registrations`: what is well, and what is not. All secrets are obviously fake."""

from datetime import timedelta

from sekisho.doctor.check import Gravity
from sekisho.doctor.checks.registrations import CHECK
from sekisho.model import SessionName, SignInTarget
from sekisho.store.keys import registration_file
from tests.unit.doctor.conftest import REGION, START_URL, Patient


def test_one_that_ends_within_a_week_is_a_warning_that_says_how_to_have_a_new_one(
    machine: Patient,
) -> None:
    machine.sign_in(registered=timedelta(days=6))
    target = SignInTarget(START_URL, REGION, SessionName("hoge-dev"), ("sso:account:access",))

    (found,) = machine.ill(CHECK)

    assert found.gravity is Gravity.WARNING
    assert "until 2026-11-28 09:00 UTC only" in found.message
    assert found.do == (
        f"rm -f {registration_file(machine.home, target)} && sekisho login --sso-session hoge-dev"
    )


def test_one_that_lasts_is_told_with_its_day(machine: Patient) -> None:
    (found,) = machine.look(CHECK)

    assert (found.gravity, found.message) == (Gravity.OK, "the first ends 2027-02-10")
