"""The check `environment`: what is well, and what is not. All secrets are obviously fake."""

import pytest

from sekisho.doctor.check import Gravity
from sekisho.doctor.checks.environment import CHECK
from tests.unit.doctor.conftest import Patient


@pytest.mark.parametrize(
    ("environ", "gravity", "message", "do"),
    [
        (
            {"AWS_ACCESS_KEY_ID": "fake", "AWS_SECRET_ACCESS_KEY": "fake"},
            Gravity.WARNING,
            "AWS_ACCESS_KEY_ID is set, and beats every profile",
            "unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY",
        ),
        (
            {"AWS_ACCESS_KEY_ID": "fake"},
            Gravity.ERROR,
            "AWS_ACCESS_KEY_ID is set, and AWS_SECRET_ACCESS_KEY is not",
            "unset AWS_ACCESS_KEY_ID",
        ),
        (
            {"AWS_SESSION_TOKEN": "fake"},
            Gravity.INFO,
            "AWS_SESSION_TOKEN without AWS_ACCESS_KEY_ID",
            "unset AWS_SESSION_TOKEN",
        ),
        (
            {"AWS_PROFILE": "dev", "AWS_DEFAULT_PROFILE": "other"},
            Gravity.WARNING,
            "AWS_PROFILE=dev and AWS_DEFAULT_PROFILE=other name two profiles",
            "unset AWS_DEFAULT_PROFILE",
        ),
        (
            {"AWS_PROFILE": "gone"},
            Gravity.ERROR,
            "AWS_PROFILE names a profile that is not there: gone",
            "sekisho profiles",
        ),
        (
            {"AWS_REGION": "eu-west-1"},
            Gravity.WARNING,
            "AWS_REGION=eu-west-1 beats the region of profile dev, which is us-east-1",
            "unset AWS_REGION",
        ),
        (
            {"AWS_WEB_IDENTITY_TOKEN_FILE": "/token"},
            Gravity.WARNING,
            "AWS_WEB_IDENTITY_TOKEN_FILE is set, and beats profile dev",
            "unset AWS_WEB_IDENTITY_TOKEN_FILE",
        ),
    ],
)
def test_a_variable_that_beats_the_profile_is_told(
    machine: Patient, environ: dict[str, str], gravity: Gravity, message: str, do: str
) -> None:
    machine.environ.update(environ)

    (found,) = machine.ill(CHECK)

    assert found.gravity is gravity
    assert found.message.startswith(message)
    assert found.do == do


def test_a_profile_that_is_named_by_the_option_and_is_not_there_is_an_error(
    machine: Patient,
) -> None:
    machine.profile = "dve"

    (found,) = machine.ill(CHECK)

    assert (found.gravity, found.about) == (Gravity.ERROR, "--profile")
    assert 'did you mean "dev"?' in found.effect


def test_a_machine_without_any_profile_lacks_none(machine: Patient) -> None:
    machine.profile = "default"
    machine.write_config("")

    assert machine.ill(CHECK) == ()


def test_variables_that_say_what_the_profile_says_beat_nothing(machine: Patient) -> None:
    machine.environ.update(AWS_PROFILE="dev", AWS_DEFAULT_PROFILE="dev", AWS_REGION="us-east-1")

    assert machine.ill(CHECK) == ()


def test_boto3_reads_another_region_variable_than_the_aws_cli(machine: Patient) -> None:
    machine.environ.update(AWS_REGION="us-east-1", AWS_DEFAULT_REGION="eu-west-1")

    (found,) = machine.ill(CHECK)

    assert found.about == "AWS_DEFAULT_REGION"
    assert "boto3" in found.effect
    assert "AWS CLI" not in found.effect


def test_a_config_file_that_is_named_and_not_there_is_told(machine: Patient) -> None:
    machine.profile = "default"
    machine.environ["AWS_CONFIG_FILE"] = str(machine.home / "elsewhere")

    (found,) = machine.ill(CHECK)

    assert (found.gravity, found.do) == (Gravity.WARNING, "unset AWS_CONFIG_FILE")


def test_the_keys_are_told_where_the_config_is_broken_too(machine: Patient) -> None:
    machine.write_config("nothing\n")
    machine.environ.update(AWS_ACCESS_KEY_ID="fake", AWS_SECRET_ACCESS_KEY="fake")

    assert [found.about for found in machine.ill(CHECK)] == ["AWS_ACCESS_KEY_ID"]
