"""The check `endpoints`: what is well, and what is not. All secrets are obviously fake."""

from pathlib import Path

import pytest

from sekisho.doctor.check import Gravity
from sekisho.doctor.checks.endpoints import CHECK
from sekisho.errors import FileUnreadable, SekishoError, TlsNotVerified, Unreachable
from sekisho.wire.http import Response
from tests.unit.doctor.conftest import Patient


def test_one_that_does_not_answer_is_an_error_with_the_reason(machine: Patient) -> None:
    machine.answer = lambda request: (
        Unreachable(request.url, "no connection was made in time")
        if "sts" in request.url
        else machine.dated()
    )

    (found,) = machine.ill(CHECK)

    assert found.gravity is Gravity.ERROR
    assert found.message == (
        'Could not connect to the endpoint URL: "https://sts.us-east-1.amazonaws.com/" '
        "(sts; from AWS)"
    )
    assert found.effect == "no connection was made in time"
    assert machine.look(CHECK)[-1].message == "2 of 3 answer"


def test_what_leads_elsewhere_than_to_aws_is_named(machine: Patient) -> None:
    machine.environ["AWS_ENDPOINT_URL_STS"] = "https://sts.example.com"

    (found,) = machine.look(CHECK)

    assert found.message == "3 of 3 answer; not AWS's own, by AWS_ENDPOINT_URL_STS"


def test_one_that_fails_is_a_warning(machine: Patient) -> None:
    machine.answer = lambda _: Response(503)

    assert {found.gravity for found in machine.look(CHECK)} == {Gravity.WARNING}


def test_an_endpoint_that_is_no_url_is_an_error(machine: Patient) -> None:
    machine.environ["AWS_ENDPOINT_URL"] = "127.0.0.1:8765"

    (found,) = machine.look(CHECK)

    assert found.gravity is Gravity.ERROR
    assert found.do == "correct AWS_ENDPOINT_URL"
    assert machine.asked == []


def test_plain_http_to_another_machine_is_refused_unasked(machine: Patient) -> None:
    machine.environ["AWS_ENDPOINT_URL"] = "http://sso.example.com"

    (found,) = machine.look(CHECK)

    assert found.gravity is Gravity.ERROR
    assert "plain http" in found.message
    assert machine.asked == []


@pytest.mark.parametrize(
    "trouble",
    [
        TlsNotVerified("https://sts.us-east-1.amazonaws.com/", "self-signed certificate"),
        FileUnreadable(Path("/ca.pem"), "it holds no PEM certificates"),
    ],
)
def test_certificates_are_the_business_of_another_check(
    machine: Patient, trouble: SekishoError
) -> None:
    machine.answer = lambda _: trouble

    assert machine.look(CHECK) == ()
