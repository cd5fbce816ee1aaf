"""The check `modes`: what is well, and what is not. All secrets are obviously fake."""

from sekisho.doctor.check import Gravity
from sekisho.doctor.checks.modes import CHECK
from sekisho.store.keys import assumed_folder, role_folder, token_file, token_folder
from tests.unit.doctor.conftest import KEY, Patient


def test_a_token_that_others_may_read_is_an_error(machine: Patient) -> None:
    path = token_file(machine.home, KEY)
    path.chmod(0o640)

    (found,) = machine.ill(CHECK)

    assert found.gravity is Gravity.ERROR
    assert "its mode is 0640" in found.message
    assert found.do == f"chmod 600 {path}"


def test_many_files_that_others_may_read_are_one_finding_for_each_folder(machine: Patient) -> None:
    for number in range(3):
        machine.write_token_file(f"{number}.json", {}).chmod(0o644)

    (found,) = machine.ill(CHECK)

    assert found.message == f"3 files in {token_folder(machine.home)} are not yours alone"
    assert found.do == f"chmod -R go= {token_folder(machine.home)}"


def test_role_credentials_and_assumed_roles_are_looked_at_too(machine: Patient) -> None:
    paths = (role_folder(machine.home) / "a.json", assumed_folder(machine.state) / "b" / "c.json")
    for path in paths:
        path.parent.mkdir(parents=True)
        path.write_text("{}")
        path.chmod(0o644)

    assert [found.about for found in machine.ill(CHECK)] == [str(path) for path in paths]
