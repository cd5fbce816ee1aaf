"""Whose certificates are trusted."""

from pathlib import Path

import pytest

from sekisho.errors import (
    FileUnreadable,
    TlsNotVerified,
    Unreachable,
)
from sekisho.wire.http import Request
from tests.contract.networks import Network
from tests.unit.adapters.peers import (
    CERTIFICATE,
    OK,
    answering,
    peer,
)
from tests.unit.adapters.refusal import QUERY, refused

AUTHORITY = "sekisho test only, trusted by nobody"


def test_an_unknown_authority_is_not_trusted(network: Network) -> None:
    with peer(answering(OK), tls=True) as there:
        error = refused(Request("GET", there.https + "/x" + QUERY), network())

    assert isinstance(error, TlsNotVerified)
    assert f'SSL validation failed for "{there.https}/x"' in str(error)
    assert str(error).endswith(f"; the certificate there was issued by {AUTHORITY}")
    assert there.requests == []


def test_a_ca_bundle_is_trusted(network: Network) -> None:
    with peer(answering(OK), tls=True) as there:
        response = network(CERTIFICATE).send(Request("GET", there.https))

    assert response.status == 200


def test_a_certificate_for_another_name_is_not_trusted(network: Network) -> None:
    with peer(answering(OK), tls=True) as there:
        url = f"https://localhost:{there.port}"
        error = refused(Request("GET", url), network(CERTIFICATE))

    assert isinstance(error, TlsNotVerified)
    assert "localhost" in str(error)


@pytest.mark.parametrize("contents", [None, b"", b"no certificate"])
def test_a_ca_bundle_that_cannot_be_read_is_named(
    network: Network, tmp_path: Path, contents: bytes | None
) -> None:
    bundle = tmp_path / "bundle.pem"
    if contents is not None:
        bundle.write_bytes(contents)

    with pytest.raises(FileUnreadable) as raised:
        network(bundle).send(Request("GET", "https://127.0.0.1:1/"))

    assert str(bundle) in str(raised.value)


def test_a_ca_bundle_that_cannot_be_read_does_not_matter_to_plain_http(network: Network) -> None:
    with peer(answering(OK)) as there:
        network(Path("/nowhere/bundle.pem")).send(Request("GET", there.url))


def test_tls_to_a_server_that_speaks_none_is_no_question_of_trust(network: Network) -> None:
    with peer(lambda _, connection: connection.sendall(b"220 mail.example\r\n")) as there:
        error = refused(Request("GET", there.https + QUERY), network())

    assert isinstance(error, Unreachable)
