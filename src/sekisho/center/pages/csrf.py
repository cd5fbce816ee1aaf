"""Forms that only our own pages can send: a token bound to a cookie, and the sender's origin.

1. A form carries a token that is an HMAC of the browser's cookie; another site can neither read
   the cookie nor the page, so it cannot make one. No key of the server is needed, so every
   replica checks the forms of every other.
2. What the browser itself says of the sender (`Sec-Fetch-Site`, `Origin`) must not contradict.
"""

import hashlib
import hmac

from starlette.requests import Request

from sekisho.center.pages.origin import own_origin

__all__ = ["FIELD", "form_token", "sent_from_elsewhere", "token_fits"]

FIELD = "csrf"
"""The name of the hidden field."""


def form_token(cookie: str) -> str:
    """Return the token for the forms of the browser that holds the secret `cookie`."""
    return hmac.new(cookie.encode(), b"sekisho form", hashlib.sha256).hexdigest()


def token_fits(token: str, cookie: str | None) -> bool:
    """Return whether a form's `token` was made for the browser that holds `cookie`."""
    if not cookie:
        return False
    return hmac.compare_digest(token.encode(), form_token(cookie).encode())


def sent_from_elsewhere(request: Request) -> bool:
    """Return whether the browser says that another site sent this form.

    A client that says neither (it is no browser) is not refused here: the token decides.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None and site not in ("same-origin", "none"):
        return True
    origin = request.headers.get("origin")
    return origin is not None and origin != own_origin(request)
