"""Which start URLs are one access portal, and what to call it."""

from functools import lru_cache
from urllib.parse import SplitResult, urlsplit, urlunsplit

from sekisho.model import StartUrl

__all__ = ["portal_label", "portal_of"]

_NAMED_IN_PATH = "start."
"""GovCloud and China: `https://start.us-gov-home.awsapps.com/directory/NAME`."""


@lru_cache(maxsize=1024)  # thousands of profiles ask for the same few
def portal_of(start_url: StartUrl) -> str:
    """Return the start URL in the one spelling that all spellings of the same portal share.

    Scheme and host in lower case, no fragment, no slash at the end. Only for comparing: caches
    are keyed by the URL as configured.
    """
    parts = _split(start_url)
    path = parts.path.rstrip("/")
    return urlunsplit((parts.scheme, parts.netloc.lower(), path, parts.query, ""))


def portal_label(start_url: StartUrl) -> str:
    """Return the short name that the portal is known by: `hoge` of `hoge.awsapps.com`.

    It is the first label of the host, `d-xxxxxxxxxx` included, or the directory's name where AWS
    keeps it in the path. An IP address has no name in it: the label is then empty.
    """
    parts = _split(start_url)
    host = parts.netloc.lower().rpartition("@")[2]
    if host.startswith(_NAMED_IN_PATH) and "/directory/" in parts.path:
        return parts.path.rpartition("/directory/")[2].strip("/")
    label = host.partition(":")[0].partition(".")[0]
    return "" if label.isdigit() or label.startswith("[") else label


def _split(start_url: StartUrl) -> SplitResult:
    """Split a URL; one that cannot be split (`https://[`) counts as a path and nothing else."""
    try:
        return urlsplit(start_url.strip())
    except ValueError:
        return SplitResult("", "", start_url, "", "")
