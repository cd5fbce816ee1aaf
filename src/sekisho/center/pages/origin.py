"""Which origin is ours, as a browser spells it."""

from urllib.parse import urlsplit

from starlette.requests import Request

from sekisho.center.protocol.exchange import origin_of

__all__ = ["is_https", "needs_hsts", "own_origin"]

_LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})


def own_origin(request: Request) -> str:
    """Return `scheme://host[:port]` of this center, as browsers name it in `Origin`."""
    parts = urlsplit(origin_of(request))
    return f"{parts.scheme}://{parts.netloc}".lower()


def is_https(request: Request) -> bool:
    """Return whether people reach this center by https, if only through a proxy."""
    return own_origin(request).startswith("https://")


def needs_hsts(request: Request) -> bool:
    """Return whether browsers are to come by https from now on.

    Not on this machine's own names: a host's policy covers all its ports (RFC 6797 §8.3), and
    would take `http://localhost` away from every other program.
    """
    host = urlsplit(own_origin(request)).hostname
    return is_https(request) and host not in _LOOPBACK_NAMES
