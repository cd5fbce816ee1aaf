"""The check `aws-cli`: what is well, and what is not. All secrets are obviously fake."""

import pytest

from sekisho.doctor.check import Gravity
from sekisho.doctor.checks.aws_cli import CHECK
from sekisho.ports import Finished
from tests.unit.doctor.conftest import AWS, Patient


@pytest.mark.parametrize(
    ("output", "gravity"),
    [
        ("aws-cli/2.9.0 Python/3.9.11 Linux/6 exe/x86_64", Gravity.OK),
        ("aws-cli/2.8.13 Python/3.9.11 Linux/6 exe/x86_64", Gravity.WARNING),
        ("aws-cli/1.27.10 Python/3.8.2 Linux/6 botocore/1.29.10", Gravity.OK),
        ("aws-cli/1.27.9 Python/3.8.2 Linux/6 botocore/1.29.9", Gravity.WARNING),
        ("aws-cli/1.100.0 Python/3.8.2 Linux/6 botocore/1.100.0", Gravity.OK),
        ("command not found", Gravity.WARNING),
    ],
)
def test_whether_it_knows_sso_session_is_told_by_its_version(
    machine: Patient, output: str, gravity: Gravity
) -> None:
    machine.programs[AWS] = Finished(0, output)

    (found,) = machine.look(CHECK)

    assert found.gravity is gravity
    assert found.about == AWS


def test_an_old_one_behind_a_new_one_is_only_told(machine: Patient) -> None:
    machine.programs["/usr/local/bin/aws"] = Finished(0, "aws-cli/2.1.0 Python/3")

    first, second = machine.look(CHECK)

    assert (first.gravity, second.gravity) == (Gravity.OK, Gravity.INFO)


def test_one_that_hangs_is_a_warning(machine: Patient) -> None:
    machine.programs[AWS] = None

    (found,) = machine.look(CHECK)

    assert found.gravity is Gravity.WARNING
    assert "did not answer within 15 seconds" in found.message


def test_a_machine_without_one_is_well(machine: Patient) -> None:
    del machine.programs[AWS]

    (found,) = machine.look(CHECK)

    assert found.gravity is Gravity.OK
