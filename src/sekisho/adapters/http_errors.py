"""Other people's exceptions, in our words.

Their own texts are not used: several quote the URL with its query. What the system said of a
socket or a certificate is.
"""

import ssl
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from sekisho.errors import ServiceError, TlsNotVerified, Unreachable

__all__ = ["Words", "explain", "shown"]

Words = Sequence[tuple[type[Exception], str]]
"""What to say of which exception. The first that fits counts: the special ones stand first."""

_TUNNEL = "Tunnel connection failed"  # http.client's words, followed by status and reason


def explain(error: Exception, url: str, words: Words, *, issuer: str = "") -> ServiceError:
    """Return our error for `error`, which came of a request to `url`. Raises nothing.

    `issuer` is who issued the other side's certificate, where that is known.
    """
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            reason = cause.verify_message or "it does not verify"
            by = f"; the certificate there was issued by {issuer}" if issuer else ""
            return TlsNotVerified(shown(url), f"{reason}{by}")
    said_of = (said for kind, said in words if isinstance(error, kind))
    reason = next(said_of, "no answer came")
    system = next((said for said in map(_system, _causes(error)) if said), "")
    return Unreachable(shown(url), f"{reason} ({system})" if system else reason)


def shown(url: str) -> str:
    """Return `url` as it may be printed: without query, fragment, user name and password."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "a URL that cannot be read"
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def _system(cause: BaseException) -> str:
    """What the operating system, OpenSSL or a proxy's answer to CONNECT said."""
    if isinstance(cause, ssl.SSLError):
        return (cause.reason or "").replace("_", " ").lower()
    if not isinstance(cause, OSError):
        return ""
    said = str(cause.args[0]) if cause.args else ""
    return said if said.startswith(_TUNNEL) else cause.strerror or ""


def _causes(error: BaseException) -> Iterator[BaseException]:
    """`error` and what is wrapped in it, outermost first, each once."""
    waiting: list[object] = [error]
    seen: list[BaseException] = []
    while waiting:
        cause = waiting.pop(0)
        if not isinstance(cause, BaseException) or any(cause is each for each in seen):
            continue
        seen.append(cause)
        yield cause
        wrapped = (getattr(cause, name, None) for name in ("original_error", "reason"))
        waiting += [*wrapped, cause.__cause__, cause.__context__, *cause.args]
