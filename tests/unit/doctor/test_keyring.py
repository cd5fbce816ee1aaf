"""The check `keyring`: what is well, and what is not. All secrets are obviously fake."""

import pytest

from sekisho.doctor.check import Gravity
from sekisho.doctor.checks.keyring import CHECK
from sekisho.ports import Finished
from tests.unit.doctor.conftest import PYTHON, Patient


@pytest.mark.parametrize(
    ("answer", "gravity", "said"),
    [
        (None, Gravity.WARNING, "did not answer within 5 seconds"),
        (
            Finished(0, "keyring: keyrings.alt.file.PlaintextKeyring\n"),
            Gravity.WARNING,
            "keeps secrets as plain text",
        ),
        (
            Finished(0, "keyring: keyring.backends.fail.Keyring\n"),
            Gravity.INFO,
            "has no keyring that can be used",
        ),
        (
            Finished(1, "ModuleNotFoundError: No module named 'keyring'\n"),
            Gravity.INFO,
            "has no keyring that can be used",
        ),
        (
            Finished(0, "a warning\nkeyring: keyring.backends.macOS.Keyring\n"),
            Gravity.OK,
            "keyring.backends.macOS.Keyring",
        ),
    ],
)
def test_a_keyring_is_told_by_what_it_answers(
    machine: Patient, answer: Finished | None, gravity: Gravity, said: str
) -> None:
    machine.programs[PYTHON] = answer

    (found,) = machine.look(CHECK)

    assert found.gravity is gravity
    assert said in found.message
