"""Whose certificates are trusted."""

from pathlib import Path

import pytest

from sekisho.adapters.http import Urllib3Http
from sekisho.errors import (
    FileUnreadable,
    TlsNotVerified,
    Unreachable,
)
from sekisho.wire.http import Request
from tests.unit.adapters.peers import (
    CERTIFICATE,
    OK,
    answering,
    peer,
    tunnel,
)
from tests.unit.adapters.refusal import QUERY, refused

AUTHORITY = "sekisho test only, trusted by nobody"


def test_an_unknown_authority_is_not_trusted() -> None:
    with peer(answering(OK), tls=True) as there:
        error = refused(Request("GET", there.https + "/x" + QUERY))

    assert isinstance(error, TlsNotVerified)
    assert f'SSL validation failed for "{there.https}/x"' in str(error)
    assert str(error).endswith(f"; the certificate there was issued by {AUTHORITY}")
    assert there.requests == []


def test_the_authority_of_a_proxy_that_re_signs_is_named() -> None:
    with peer(answering(OK), tls=True) as there, peer(tunnel(there)) as proxy:
        http = Urllib3Http({"HTTPS_PROXY": proxy.url})
        error = refused(Request("GET", "https://portal.test-only.example/x" + QUERY), http)

    assert isinstance(error, TlsNotVerified)
    assert str(error).endswith(f"; the certificate there was issued by {AUTHORITY}")
    assert there.requests == []


@pytest.mark.parametrize("variable", ["AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE", None])
def test_a_ca_bundle_is_trusted_wherever_it_comes_from(variable: str | None) -> None:
    environ = {} if variable is None else {variable: str(CERTIFICATE)}
    bundle = CERTIFICATE if variable is None else None
    with peer(answering(OK), tls=True) as there:
        response = Urllib3Http(environ, bundle).send(Request("GET", there.https))

    assert response.status == 200


def test_the_option_goes_before_the_variables_and_aws_s_before_the_other() -> None:
    environ = {"AWS_CA_BUNDLE": str(CERTIFICATE), "REQUESTS_CA_BUNDLE": "/nowhere/other.pem"}
    with peer(answering(OK), tls=True) as there:
        Urllib3Http(environ).send(Request("GET", there.https))
        with pytest.raises(FileUnreadable) as raised:
            Urllib3Http(environ, Path("/nowhere/option.pem")).send(Request("GET", there.https))

    assert "/nowhere/option.pem" in str(raised.value)


def test_a_certificate_for_another_name_is_not_trusted() -> None:
    with peer(answering(OK), tls=True) as there:
        url = f"https://localhost:{there.port}"
        error = refused(Request("GET", url), Urllib3Http({}, CERTIFICATE))

    assert isinstance(error, TlsNotVerified)
    assert "localhost" in str(error)


@pytest.mark.parametrize("contents", [None, b"", b"no certificate"])
def test_a_ca_bundle_that_cannot_be_read_is_named(tmp_path: Path, contents: bytes | None) -> None:
    bundle = tmp_path / "bundle.pem"
    if contents is not None:
        bundle.write_bytes(contents)

    with pytest.raises(FileUnreadable) as raised:
        Urllib3Http({}, bundle).send(Request("GET", "https://127.0.0.1:1/"))

    assert str(bundle) in str(raised.value)


def test_a_ca_bundle_that_cannot_be_read_does_not_matter_to_plain_http() -> None:
    with peer(answering(OK)) as there:
        Urllib3Http({"AWS_CA_BUNDLE": "/nowhere/bundle.pem"}).send(Request("GET", there.url))


def test_tls_to_a_server_that_speaks_none_is_no_question_of_trust() -> None:
    with peer(lambda _, connection: connection.sendall(b"220 mail.example\r\n")) as there:
        error = refused(Request("GET", there.https + QUERY))

    assert isinstance(error, Unreachable)
