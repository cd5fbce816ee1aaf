"""The check `browser`: what is well, and what is not. All secrets are obviously fake."""

from sekisho.doctor.check import Gravity
from sekisho.doctor.checks.browser import CHECK
from tests.unit.doctor.conftest import Patient


def test_a_browser_variable_that_leads_nowhere_is_a_warning(machine: Patient) -> None:
    machine.browser, machine.environ["BROWSER"] = None, "netscape"

    (found,) = machine.ill(CHECK)

    assert found.gravity is Gravity.WARNING
    assert "BROWSER=netscape" in found.message


def test_a_machine_without_a_browser_is_told_the_other_way(machine: Patient) -> None:
    machine.browser = None

    (found,) = machine.ill(CHECK)

    assert (found.gravity, found.do) == (Gravity.INFO, "sekisho login --use-device-code")


def test_the_browser_is_named(machine: Patient) -> None:
    assert [each.message for each in machine.look(CHECK)] == ["/usr/bin/xdg-open"]
