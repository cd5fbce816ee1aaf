"""The check `certificates`: what is well, and what is not. All secrets are obviously fake."""

from pathlib import Path

from sekisho.doctor.check import Gravity
from sekisho.doctor.checks.certificates import CHECK
from sekisho.errors import FileUnreadable, TlsNotVerified
from tests.unit.doctor.conftest import Patient


def test_a_certificate_that_does_not_verify_is_told_with_its_issuer(machine: Patient) -> None:
    reason = (
        "unable to get local issuer certificate; the certificate there was issued by Some Proxy"
    )
    machine.answer = lambda request: (
        TlsNotVerified(request.url, reason) if "oidc" in request.url else machine.dated()
    )

    (found,) = machine.ill(CHECK)

    assert found.gravity is Gravity.ERROR
    assert "issued by Some Proxy" in found.message
    assert "AWS_CA_BUNDLE" in found.do


def test_a_ca_bundle_that_cannot_be_used_is_an_error_and_its_variable_is_named(
    machine: Patient,
) -> None:
    def trust() -> object:
        raise FileUnreadable(Path("/gone.pem"), "No such file or directory")

    machine.environ["AWS_CA_BUNDLE"] = "/gone.pem"
    machine.ca_bundle, machine.trust = Path("/gone.pem"), trust

    (found,) = machine.ill(CHECK)

    assert (found.gravity, found.do) == (Gravity.ERROR, "unset AWS_CA_BUNDLE")


def test_a_ca_bundle_that_works_is_named(machine: Patient) -> None:
    machine.ca_bundle = Path("/company.pem")

    assert [each.message for each in machine.look(CHECK)] == ["trusts /company.pem"]
