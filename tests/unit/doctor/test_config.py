"""The check `config`: what is well, and what is not. All secrets are obviously fake."""

from sekisho.doctor.check import Gravity
from sekisho.doctor.checks.config import CHECK
from tests.unit.doctor.conftest import CONFIG, Patient

LEGACY = """\
[profile old]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
sso_account_id = 123456789011
sso_role_name = AdministratorAccess
"""


def test_what_lint_finds_is_told_with_its_rule_and_its_place(machine: Patient) -> None:
    machine.write_config(LEGACY)

    (found,) = machine.ill(CHECK)

    assert "(SK203)" in found.message
    assert found.about == f"{machine.home}/.aws/config:2"
    assert found.do.startswith("sekisho isolate")


def test_what_a_rule_finds_often_is_counted(machine: Patient) -> None:
    machine.write_config("".join(f"[profile p{n}]\nouput = json\n" for n in range(5)))

    (found,) = machine.ill(CHECK)

    assert found.message.endswith("(SK201, and 4 more of its kind)")
    assert found.about == f"{machine.home}/.aws/config:2"
    assert found.do == "sekisho lint --select SK201"


def test_the_settings_of_lint_hold_here_too(machine: Patient) -> None:
    machine.write_config(LEGACY)
    (machine.home / "lint.toml").write_text('[severity]\nSK203 = "error"\n')

    (found,) = machine.ill(CHECK)

    assert found.gravity is Gravity.ERROR


def test_environments_are_those_of_the_policy(machine: Patient) -> None:
    shared = CONFIG + CONFIG.partition("\n\n")[0].replace("profile dev", "profile other") + "\n"
    machine.write_config(shared.replace("123456789011", "123456789012", 1))

    (guessed,) = machine.ill(CHECK)
    policy = '[environment.both]\nprofiles = ["dev", "other"]\n'
    (machine.home / "policy.toml").write_text(policy)

    assert "(SK102)" in guessed.message
    assert machine.ill(CHECK) == ()


def test_a_policy_that_is_broken_is_a_warning_and_the_config_is_still_read(
    machine: Patient,
) -> None:
    machine.write_config(LEGACY)
    (machine.home / "policy.toml").write_text("environment = 7\n")

    first, second = machine.ill(CHECK)

    assert (first.gravity, first.about) == (Gravity.WARNING, str(machine.home / "policy.toml"))
    assert "(SK203)" in second.message


def test_settings_of_lint_that_are_broken_are_a_warning_and_the_config_is_still_read(
    machine: Patient,
) -> None:
    machine.write_config(LEGACY)
    (machine.home / "lint.toml").write_text("strict = 7\n")

    first, second = machine.ill(CHECK)

    assert (first.gravity, first.about) == (Gravity.WARNING, str(machine.home / "lint.toml"))
    assert "(SK203)" in second.message


def test_a_machine_without_a_config_is_told_how_to_come_by_one(machine: Patient) -> None:
    (machine.home / ".aws" / "config").unlink()

    (found,) = machine.ill(CHECK)

    assert (found.gravity, found.do) == (Gravity.INFO, "sekisho configure sso")
