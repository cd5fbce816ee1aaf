import pytest

from tests.unit.cli.conftest import CommandLine


@pytest.mark.parametrize("given, missing", [("cert", "key"), ("key", "cert")])
def test_a_certificate_and_its_key_come_together(
    sekisho: CommandLine, given: str, missing: str
) -> None:
    run = sekisho("center", "serve", f"--tls-{given}", "some.pem")

    assert run.status == 2
    assert f"give --tls-{missing} FILE as well" in run.err


def test_the_variables_lead_to_https_and_to_the_certificate_to_trust(sekisho: CommandLine) -> None:
    run = sekisho("center", "env", "--tls", "--port", "8443", "--ca-bundle", "/certificates/ca.pem")

    assert run.out.splitlines() == [
        "export AWS_ENDPOINT_URL_SSO=https://127.0.0.1:8443",
        "export AWS_ENDPOINT_URL_SSO_OIDC=https://127.0.0.1:8443",
        "export AWS_ENDPOINT_URL_STS=https://127.0.0.1:8443",
        "export AWS_ENDPOINT_URL_SIGNIN=https://127.0.0.1:8443",
        "export AWS_CA_BUNDLE=/certificates/ca.pem",
    ]
