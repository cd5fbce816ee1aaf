"""Who issued a certificate that does not verify: often a proxy that re-signs all traffic.

Python gives no certificate of a handshake that failed, so a second handshake is made that
verifies nothing. It is broken off before a request is sent, and only its certificate is read.
Sources: RFC 5280 §4.1 (certificates), ITU-T X.690 §8 (their encoding).
"""

import contextlib
import ssl
from collections.abc import Iterator
from typing import Any, Self

__all__ = ["OnlookingContext", "issuer_in"]

_CONSTRUCTED_0 = 0xA0  # [0], by which the version is tagged
_BMP_STRING = 0x1E
_LONG_LENGTH = 0x80
_COMMON_NAME = bytes([0x55, 0x04, 0x03])  # 2.5.4.3
_ORGANIZATION = bytes([0x55, 0x04, 0x0A])  # 2.5.4.10
_LONGEST_NAME = 100


class OnlookingContext(ssl.SSLContext):
    """Verifies nothing, and lets nothing be sent: every handshake ends in an `ssl.SSLError`."""

    certificate: bytes = b""
    """The other side's certificate (DER), once there was a handshake."""

    def __new__(cls) -> Self:
        """Make a context for a client."""
        context = super().__new__(cls, ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return context

    def wrap_socket(self, *arguments: Any, **settings: Any) -> ssl.SSLSocket:
        """Shake hands, keep the certificate, hang up. Raises `ssl.SSLError` always."""
        with super().wrap_socket(*arguments, **settings) as tls:
            self.certificate = tls.getpeercert(binary_form=True) or b""
        raise ssl.SSLError("only the certificate was wanted")


def issuer_in(certificate: bytes) -> str:
    """Name the issuer of a `certificate` (DER), as a terminal can show it; empty if it has none."""
    with contextlib.suppress(IndexError, ValueError):
        (_, whole), *_ = _elements(certificate)
        (_, signed), *_ = _elements(whole)
        fields = [value for tag, value in _elements(signed) if tag != _CONSTRUCTED_0]
        names = dict(_attributes(fields[2]))  # after serial number and algorithm
        common, organization = names.get(_COMMON_NAME, ""), names.get(_ORGANIZATION, "")
        if common and organization and organization not in common:
            return f"{common} ({organization})"
        return common or organization
    return ""


def _attributes(name: bytes) -> Iterator[tuple[bytes, str]]:
    """The attributes of a Name: a sequence of sets of (type, value)."""
    for _, relative in _elements(name):
        for _, attribute in _elements(relative):
            (_, kind), (tag, value) = _elements(attribute)
            text = value.decode("utf-16-be" if tag == _BMP_STRING else "utf-8", errors="replace")
            yield kind, "".join(c if c.isprintable() else "?" for c in text[:_LONGEST_NAME])


def _elements(data: bytes) -> list[tuple[int, bytes]]:
    """Take a row of elements apart: tag, length, value. Raises `IndexError`, `ValueError`."""
    found, at = [], 0
    while at < len(data):
        tag, length = data[at], data[at + 1]
        at += 2
        if length >= _LONG_LENGTH:
            octets = length - _LONG_LENGTH
            length = int.from_bytes(data[at : at + octets], "big")
            at += octets
        if at + length > len(data):
            raise ValueError("it ends too early")
        found.append((tag, data[at : at + length]))
        at += length
    return found
