"""The issuer in a certificate, checked against what OpenSSL reads in it."""

import ssl

import pytest

from sekisho.adapters.authority import issuer_in
from tests.unit.adapters.peers import CERTIFICATE

DER = ssl.PEM_cert_to_DER_cert(CERTIFICATE.read_text())


def _element(tag: int, *parts: bytes) -> bytes:
    value = b"".join(parts)
    length = len(value).to_bytes(2, "big")
    return bytes([tag, 0x82]) + length + value


def _certificate(*attributes: tuple[int, int, bytes], version: bool = True) -> bytes:
    """A certificate up to its issuer; each attribute is (last arc of 2.5.4, tag, value)."""
    name = _element(
        0x30,
        *(
            _element(0x31, _element(0x30, _element(6, bytes([0x55, 4, kind])), _element(tag, text)))
            for kind, tag, text in attributes
        ),
    )
    versions = [_element(0xA0, _element(2, b"\x02"))] if version else []
    serial, algorithm = _element(2, b"\x01"), _element(0x30)
    return _element(0x30, _element(0x30, *versions, serial, algorithm, name))


def test_openssl_reads_the_same_name() -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(CERTIFICATE)
    (certificate,) = context.get_ca_certs()

    assert certificate["issuer"] == ((("commonName", issuer_in(DER)),),)


@pytest.mark.parametrize(
    "attributes, name",
    [
        ([(6, 19, b"JP"), (10, 12, "関所".encode()), (3, 19, b"Root 1")], "Root 1 (関所)"),
        ([(10, 19, b"Hoge"), (3, 19, b"Hoge Root")], "Hoge Root"),
        ([(10, 19, b"Hoge")], "Hoge"),
        ([(3, 30, "Root".encode("utf-16-be"))], "Root"),
        ([(3, 12, b"\x1b[2Jevil\xff")], "?[2Jevil\N{REPLACEMENT CHARACTER}"),
        ([(6, 19, b"JP")], ""),
        ([], ""),
    ],
)
@pytest.mark.parametrize("version", [True, False])
def test_the_issuer_is_its_common_name_and_its_organization(
    attributes: list[tuple[int, int, bytes]], name: str, version: bool
) -> None:
    assert issuer_in(_certificate(*attributes, version=version)) == name


def test_a_certificate_that_is_cut_off_anywhere_has_no_issuer_and_breaks_nothing() -> None:
    whole = _certificate((3, 19, b"Root"))

    assert {issuer_in(whole[:end]) for end in range(len(whole))} == {""}
