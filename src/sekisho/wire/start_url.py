"""How start URLs are spelt and compared, and which of them are AWS's.

Source: the AWS CLI since 2.35.13 (`spec/identity-center.md` §0.2, §0.9).
"""

from functools import lru_cache
from urllib.parse import SplitResult, urlsplit, urlunsplit

__all__ = ["is_aws_owned", "normalised", "parted"]

_DOMAINS = (
    "app.aws",
    "portal.amazonaws.com",
    "portal.amazonaws.com.cn",
    "app.amazonwebservices.com.cn",
    "portal.amazonaws.eu",
    "api.amazonwebservices.eu",
    "awsapps.com",
    "awsapps.cn",
)
_HOSTS = (
    "identitycenter.amazonaws.com",
    "identitycenter.amazonaws.com.cn",
    "identitycenter.amazonaws.eu",
    "identitycenter.us-gov.amazonaws.com",
)
_DEFAULT_PORT = {"https": 443, "http": 80}


def is_aws_owned(host: str) -> bool:
    """Whether `host` is AWS's, so that nobody else can have a start URL there."""
    name = host.lower().rstrip(".")
    return name in _HOSTS or any(
        name == domain or name.endswith(f".{domain}") for domain in _DOMAINS
    )


@lru_cache(maxsize=1024)  # thousands of profiles ask for the same few
def normalised(url: str) -> str:
    """Spell `url` without query, fragment, user name, default port, and slash at the end."""
    parts = parted(url)
    if parts is None:
        return url
    host = parts.hostname or ""
    shown = f"[{host}]" if ":" in host else host
    if parts.port and parts.port != _DEFAULT_PORT.get(parts.scheme):
        shown = f"{shown}:{parts.port}"
    return urlunsplit((parts.scheme, shown, parts.path.rstrip("/"), "", ""))


def parted(url: str) -> SplitResult | None:
    """Take `url` apart; `None` where it is no URL."""
    try:
        parts = urlsplit(url)
        _ = parts.port  # read here, since it may be none
    except ValueError:
        return None
    return parts
