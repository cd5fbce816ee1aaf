"""Who we are to a security key: the domain that its credentials are for, and our origin.

A credential is for a domain (WebAuthn §5.1.2), and browsers offer it only on that domain, only over
https or on `localhost` (Secure Contexts §3.1). An address, such as `127.0.0.1`, is no domain: there
browsers refuse with `SecurityError` (w3c/webauthn#1204).
"""

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

__all__ = ["RelyingParty", "localhost_instead", "relying_party"]

_HERE = "localhost"


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """This center, as browsers and security keys know it."""

    id: str
    """The RP ID: the host of the origin, without its port."""
    origin: str
    """`scheme://host[:port]`, as a browser writes it into what a key signs."""


def relying_party(origin: str) -> RelyingParty | None:
    """Return who we are at `origin`; `None` where no browser lets a security key work."""
    parts = urlsplit(origin)
    host = parts.hostname or ""
    if not host or _is_address(host) or (parts.scheme != "https" and not _is_here(host)):
        return None
    return RelyingParty(host, origin)


def localhost_instead(origin: str) -> str:
    """Return the same origin under the name `localhost`; empty where that is not this machine."""
    parts = urlsplit(origin)
    host = parts.hostname or ""
    if not _is_address(host) or not ipaddress.ip_address(host).is_loopback:
        return ""
    return f"{parts.scheme}://{_HERE}" + (f":{parts.port}" if parts.port else "")


def _is_here(host: str) -> bool:
    return host == _HERE or host.endswith(f".{_HERE}")


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
