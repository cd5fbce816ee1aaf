"""Where a center may listen, and what it must have before others than this machine reach it."""

import ipaddress
from urllib.parse import urlsplit

from sekisho.center.forwarded import Network
from sekisho.errors import UsageError

__all__ = ["LOOPBACK_HOSTS", "Address", "address_of", "check_reach", "network", "origin"]

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
LOOPBACK_HOSTS = {
    "127.0.0.1": ipaddress.ip_address("127.0.0.1"),
    "localhost": ipaddress.ip_address("127.0.0.1"),
    "::1": ipaddress.ip_address("::1"),
}
"""What this machine alone reaches, by its names."""


def address_of(host: str) -> Address:
    """Return the address that `--host` names. Raises `errors.UsageError` for what is none."""
    try:
        return LOOPBACK_HOSTS.get(host) or ipaddress.ip_address(host)
    except ValueError:
        raise UsageError(
            f"--host {host} is no IP address",
            do="give one of this machine's addresses, 0.0.0.0 or :: for all of them, "
            "or leave --host out",
        ) from None


def check_reach(address: Address, *, encrypted: bool, limits: bool, under_test: bool) -> None:
    """Raise `errors.UsageError` where others would reach a center that is not ready for them.

    It is `encrypted` where it has a certificate, or is told of proxies that have one.
    """
    if address.is_loopback:
        return
    if under_test:
        raise UsageError(
            f"the test controls are not served on {address}: whoever has them can turn the center's "
            "clock, so they are for this machine only",
            do="leave --host or --test-controls out",
        )
    if not limits:
        raise UsageError(
            f"--limits off is not served on {address}: anybody there could guess passwords without "
            "an end, so it is for this machine only",
            do="leave --host or --limits out",
        )
    if not encrypted:
        raise UsageError(
            f"the center does not listen on {address} by plain http: passwords and tokens would "
            "cross the network for all to read",
            do="give --tls-cert FILE --tls-key FILE, or --trusted-proxy CIDR for the proxy in front "
            "that speaks https, or leave --host out: then it is for this machine only",
        )


def network(text: str) -> Network:
    """Return the network that `--trusted-proxy` names. Raises `errors.UsageError`."""
    try:
        found = ipaddress.ip_network(text)
    except ValueError as error:
        raise UsageError(
            f"--trusted-proxy: {error}", do="give an address or a network, as in 10.0.0.0/24"
        ) from None
    if found.prefixlen == 0:
        raise UsageError(
            f"--trusted-proxy {text} is everybody: anyone could say that they come from anywhere",
            do="name the addresses of your proxies",
        )
    return found


def origin(url: str) -> str:
    """Return the origin that `--public-url` names, without a slash at its end.

    Raises `errors.UsageError` for what is no origin, and for one that others reach by plain http.
    """
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018  # raises for what is no port
    except ValueError:
        parts = urlsplit("")
    bare = parts.path in ("", "/") and not (parts.query or parts.fragment or "@" in parts.netloc)
    if parts.scheme not in ("http", "https") or not parts.hostname or not bare:
        raise UsageError(
            f"--public-url {url} is no origin", do="give it as in https://sso.example.com"
        )
    if parts.scheme == "http" and parts.hostname not in LOOPBACK_HOSTS:
        raise UsageError(
            f"--public-url {url} is plain http: passwords and tokens would cross the network for "
            "all to read",
            do=f"give it as https://{parts.netloc}",
        )
    return f"{parts.scheme}://{parts.netloc.lower()}"
