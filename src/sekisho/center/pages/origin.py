"""Which origin is ours, as a browser spells it."""

from urllib.parse import urlsplit

from starlette.requests import Request

from sekisho.center.protocol.exchange import origin_of

__all__ = ["is_https", "own_origin"]


def own_origin(request: Request) -> str:
    """Return `scheme://host[:port]` of this center, as browsers name it in `Origin`."""
    parts = urlsplit(origin_of(request))
    return f"{parts.scheme}://{parts.netloc}".lower()


def is_https(request: Request) -> bool:
    """Return whether people reach this center by https, if only through a proxy."""
    return own_origin(request).startswith("https://")
