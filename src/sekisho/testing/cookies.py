"""A browser's cookies, as far as a sign-in needs them (RFC 6265bis).

Kept by host, name and path; not by port, because cookies do not know ports (§8.5). `Domain` is
not honoured: every cookie stays with its host. Scripts do not run, so `HttpOnly` changes nothing.
"""

from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from urllib.parse import SplitResult, urlsplit

__all__ = ["CookieJar"]

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class _Cookie:
    value: str
    secure: bool


class CookieJar:
    """Keeps what `Set-Cookie` says, and spells `Cookie`."""

    def __init__(self) -> None:
        """Start empty."""
        self._kept: dict[tuple[str, str, str], _Cookie] = {}

    def take(self, url: str, set_cookie: str) -> None:
        """Keep, or drop, what one `Set-Cookie` header of the answer from `url` says.

        A `Secure` cookie from plain http is ignored, unless from this machine, and so is a
        `__Host-` one that breaks its rules (§4.1.3.2).
        """
        parts = urlsplit(url)
        parsed: SimpleCookie = SimpleCookie()
        try:
            parsed.load(set_cookie)
        except CookieError:
            return
        for name, morsel in parsed.items():
            secure, path = bool(morsel["secure"]), morsel["path"] or "/"
            if secure and not _is_trustworthy(parts):
                continue
            if name.startswith("__Host-") and not (secure and path == "/" and not morsel["domain"]):
                continue
            key = (parts.hostname or "", name, path)
            if morsel["max-age"] in ("0", 0):
                self._kept.pop(key, None)
            else:
                self._kept[key] = _Cookie(morsel.value, secure)

    def spelt(self, url: str) -> list[tuple[str, str]]:
        """Return the cookies of the host of `url` as `take` takes them, to give to another jar."""
        host = urlsplit(url).hostname
        return [
            (url, f"{name}={cookie.value}; Path={path}{'; Secure' if cookie.secure else ''}")
            for (of, name, path), cookie in self._kept.items()
            if of == host
        ]

    def header(self, url: str) -> str:
        """Spell the `Cookie` header of a request to `url`; empty when there is none to send."""
        parts = urlsplit(url)
        return "; ".join(
            f"{name}={cookie.value}"
            for (host, name, path), cookie in self._kept.items()
            if host == parts.hostname
            and _covers(path, parts.path or "/")
            and (_is_trustworthy(parts) or not cookie.secure)
        )


def _covers(path: str, asked: str) -> bool:
    """Path-match of RFC 6265bis §5.1.4."""
    return asked == path or asked.startswith(path if path.endswith("/") else f"{path}/")


def _is_trustworthy(parts: SplitResult) -> bool:
    return parts.scheme == "https" or parts.hostname in _LOOPBACK
