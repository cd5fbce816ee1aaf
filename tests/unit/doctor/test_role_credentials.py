"""The check `role-credentials`: what is well, and what is not. All secrets are obviously fake."""

import json

from sekisho.doctor.check import Gravity
from sekisho.doctor.checks.role_credentials import CHECK
from sekisho.store.keys import role_folder
from tests.unit.doctor.conftest import Patient


def _write(machine: Patient, name: str, text: str) -> None:
    folder = role_folder(machine.home)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text)
    (folder / name).chmod(0o600)


def _of(provider: str, expires: str) -> str:
    return json.dumps({"ProviderType": provider, "Credentials": {"Expiration": expires}})


def test_live_and_expired_ones_are_counted(machine: Patient) -> None:
    _write(machine, "a.json", _of("sso", "2026-11-22T10:00:00Z"))
    _write(machine, "b.json", _of("sso", "2026-11-01T10:00:00Z"))
    _write(machine, "session.db", "not JSON, and the AWS CLI's own")

    (found,) = machine.look(CHECK)

    assert (found.gravity, found.message) == (Gravity.OK, "1 live, 1 expired")


def test_a_torn_file_is_a_warning(machine: Patient) -> None:
    _write(machine, "torn.json", '{"Prov')

    (found,) = machine.ill(CHECK)

    assert (found.gravity, found.do) == (
        Gravity.WARNING,
        f"rm {role_folder(machine.home)}/torn.json",
    )


def test_live_credentials_of_another_provider_are_told(machine: Patient) -> None:
    _write(machine, "a.json", _of("assume-role", "2026-11-22T10:00:00Z"))

    (found,) = machine.ill(CHECK)

    assert found.gravity is Gravity.INFO
    assert found.message.startswith("1 of 1 live role credentials")
