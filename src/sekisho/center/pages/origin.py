"""Which origin is ours: what the settings say, else wherever the request says that it came to.

Behind a proxy that ends TLS only the settings know it.
"""

from starlette.requests import Request

__all__ = ["is_https", "own_origin"]


def own_origin(request: Request) -> str:
    """Return `scheme://host[:port]` of this center as the browser knows it."""
    public_url: str | None = request.app.state.center.settings.public_url
    return (public_url or f"{request.url.scheme}://{request.url.netloc}").rstrip("/")


def is_https(request: Request) -> bool:
    """Return whether the browser came by https."""
    return own_origin(request).startswith("https://")
