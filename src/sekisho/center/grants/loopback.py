"""Where a browser may be sent with a code.

To the person's own machine (RFC 8252 §7.3, §8.3), and to the sites of applications that an
administrator created.
"""

import re
from urllib.parse import urlsplit

__all__ = ["is_loopback_redirect", "is_site", "same_but_for_the_port"]

_LOOPBACK = re.compile(
    r"(?P<origin>http://(?:127\.0\.0\.1|\[::1\]))"
    r"(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<path>/oauth/callback)?"
)
_HIGHEST_PORT = 65535


def is_loopback_redirect(uri: str) -> bool:
    """Return whether a client may register `uri`.

    That is plain http to a literal loopback address, with no port or any, and with the path
    that AWS's own tools use, or none.
    """
    found = _LOOPBACK.fullmatch(uri)
    return found is not None and int(found["port"] or 0) <= _HIGHEST_PORT


def same_but_for_the_port(asked: str, registered: str) -> bool:
    """Return whether `asked` is the redirect that was registered, at whatever port was free."""
    one, other = _LOOPBACK.fullmatch(asked), _LOOPBACK.fullmatch(registered)
    if one is None or other is None or not is_loopback_redirect(asked):
        return False
    return (one["origin"], one["path"]) == (other["origin"], other["path"])


def is_site(uri: str) -> bool:
    """Return whether `uri` is an https address that a browser may be sent to as it is written."""
    try:
        parts = urlsplit(uri)
        _ = parts.port  # a port that is no number
    except ValueError:
        return False
    return (
        parts.scheme == "https"
        and bool(parts.hostname)
        and "@" not in parts.netloc
        and "#" not in uri
        and uri.isascii()
        and uri.isprintable()
        and not set(uri) & set(' "<>\\^`{|}')
    )
