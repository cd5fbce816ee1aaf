"""Looking at a machine that is in a bad way."""

from pathlib import Path

from sekisho.doctor.catalogue import CHECKS
from sekisho.doctor.check import Gravity
from sekisho.doctor.engine import examine
from sekisho.errors import Unreachable
from tests.unit.doctor.conftest import REFRESH, TOKEN, Patient


def test_a_config_that_botocore_refuses_stops_nothing(machine: Patient) -> None:
    machine.write_config("[profile dev]\nregion = a\n[profile dev]\nregion = b\n")

    reports = {each.check.name: each.results for each in examine(machine.surroundings(), CHECKS)}

    assert any(each.gravity is Gravity.ERROR for each in reports["config"] or ())
    assert reports["aws-cli"]
    assert reports["endpoints"] is None  # nobody knows which


def test_a_home_that_cannot_be_looked_into_stops_nothing(tmp_path: Path) -> None:
    machine = Patient(tmp_path)
    machine.home = tmp_path / ("x" * 300)  # longer than any name may be

    reports = examine(machine.surroundings(), CHECKS)

    said = [each for report in reports for each in report.results or ()]
    assert {each.gravity for each in said} & {Gravity.ERROR, Gravity.WARNING}


def test_offline_no_service_is_asked(machine: Patient) -> None:
    machine.offline = True

    reports = examine(machine.surroundings(), CHECKS)

    assert machine.asked == []
    assert {r.check.name for r in reports if r.results is None} == {"endpoints", "clock"}


def test_services_are_asked_without_a_secret(machine: Patient) -> None:
    examine(machine.surroundings(), CHECKS)

    assert sorted(request.url for request in machine.asked) == [
        "https://oidc.us-east-1.amazonaws.com/",
        "https://portal.sso.us-east-1.amazonaws.com/",
        "https://sts.us-east-1.amazonaws.com/",
    ]
    assert not any(request.body or request.headers for request in machine.asked)


def test_no_result_has_a_secret_in_it(machine: Patient) -> None:
    machine.write_token_file("torn.json", f'{{"accessToken": "{TOKEN}')
    machine.environ["AWS_ACCESS_KEY_ID"] = "fake-key-id"
    machine.environ["AWS_SECRET_ACCESS_KEY"] = "fake-key-secret"
    machine.answer = lambda request: Unreachable(request.url, "no answer came in time")

    said = repr(examine(machine.surroundings(), CHECKS))

    secrets = (TOKEN, REFRESH, "fake-client-secret", "fake-key-secret")
    assert not [secret for secret in secrets if secret in said]


def test_an_endpoint_that_several_profiles_share_is_asked_once(machine: Patient) -> None:
    config = (machine.home / ".aws" / "config").read_text(encoding="utf-8")
    machine.write_config(config + config.partition("\n\n")[0].replace("profile dev", "profile b"))

    examine(machine.surroundings(), CHECKS)

    assert len(machine.asked) == 3


def test_a_session_without_a_profile_is_asked_for_too(machine: Patient) -> None:
    machine.write_config(
        "[sso-session lone]\nsso_start_url = https://a.awsapps.com/start\nsso_region = eu-west-1\n"
    )

    examine(machine.surroundings(), CHECKS)

    assert {request.url.partition(".")[0] for request in machine.asked} == {
        "https://oidc",
        "https://portal",
    }
