"""The list of checks, and what holds for each of them."""

import re
from pathlib import Path

import pytest

from sekisho.doctor import checks
from sekisho.doctor.catalogue import CHECKS
from sekisho.doctor.check import Check, Gravity
from tests.unit.doctor.conftest import Patient

FOLDER = Path(checks.__file__).parent


def test_the_list_is_what_lies_in_the_folder() -> None:
    files = {path.stem for path in FOLDER.glob("*.py")} - {"__init__"}

    assert sorted(check.name.replace("-", "_") for check in CHECKS) == sorted(files)


def test_every_check_stands_in_the_docs() -> None:
    page = (Path(__file__).parents[3] / "docs" / "doctor.md").read_text(encoding="utf-8")
    named = re.findall(r"^\| `([a-z-]+)` \|", page, re.MULTILINE)

    assert named == [check.name for check in CHECKS]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_a_healthy_machine_is_well(machine: Patient, check: Check) -> None:
    results = machine.look(check)

    assert results
    well = {Gravity.INFO, Gravity.OK} if check.name == "refresh-tokens" else {Gravity.OK}
    assert {result.gravity for result in results} <= well
