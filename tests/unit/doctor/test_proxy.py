"""The check `proxy`: what is well, and what is not. All secrets are obviously fake."""

from sekisho.doctor.check import Gravity
from sekisho.doctor.checks.proxy import CHECK
from sekisho.errors import EndpointInvalid
from tests.unit.doctor.conftest import Patient


def test_a_proxy_is_named_with_how_much_goes_through_it(machine: Patient) -> None:
    machine.proxy = lambda url: None if "sts" in url else "http://proxy.example.com:3128"

    (found,) = machine.look(CHECK)

    assert found.gravity is Gravity.OK
    assert found.message == "endpoints: 2 through http://proxy.example.com:3128, 1 directly"


def test_a_variable_that_names_no_proxy_is_an_error(machine: Patient) -> None:
    def proxy(url: str) -> str | None:
        raise EndpointInvalid(
            "HTTPS_PROXY", "it names no http or https proxy", source="HTTPS_PROXY"
        )

    machine.proxy = proxy

    (found,) = machine.ill(CHECK)

    assert found.gravity is Gravity.ERROR
    assert "HTTPS_PROXY" in found.message


def test_two_spellings_that_differ_are_a_warning_without_their_values(machine: Patient) -> None:
    machine.environ.update(HTTPS_PROXY="http://a:fake@b", https_proxy="http://c")

    (found,) = machine.ill(CHECK)

    assert (found.gravity, found.do) == (Gravity.WARNING, "unset HTTPS_PROXY")
    assert "fake" not in repr(found)
