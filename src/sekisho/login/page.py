"""The page that the browser shows when it comes back: one template, a few plain texts.

It never says that the sign-in succeeded, because that is not known yet when it is shown: the
code has still to be exchanged. The terminal has the result.
"""

import base64
import hashlib
from dataclasses import dataclass
from enum import Enum
from functools import cache
from html import escape
from importlib.resources import files
from string import Template

from sekisho.wire.http import Headers, Response

__all__ = ["Page", "show"]


@dataclass(frozen=True, slots=True)
class _Text:
    status: int
    tone: str
    title: str
    text: str


class Page(Enum):
    """What can be said to the browser."""

    RECEIVED = _Text(
        200,
        "good",
        "Your answer has arrived",
        "The terminal finishes the sign-in and has the result. You can close this page.",
    )
    DENIED = _Text(
        200,
        "bad",
        "The sign-in was refused",
        "The terminal says why. Nothing was stored. You can close this page.",
    )
    REFUSED = _Text(
        400,
        "bad",
        "This answer was not used",
        "It does not belong to the sign-in that is being waited for, which goes on waiting. "
        "Use the page that the terminal opened, or the address that it shows.",
    )
    USED = _Text(
        400,
        "bad",
        "This sign-in has had its answer",
        "An answer is taken once. The terminal has the result. You can close this page.",
    )
    NOT_FOUND = _Text(404, "bad", "Nothing here", "sekisho waits for one address only.")
    NOT_ALLOWED = _Text(405, "bad", "Nothing here", "sekisho waits for a browser's visit only.")


def show(page: Page) -> Response:
    """Make the response that shows `page`: it loads nothing, runs nothing, and is not kept."""
    text = page.value
    body = _template().substitute(title=escape(text.title), text=escape(text.text), tone=text.tone)
    headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": _policy(),
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
    if page is Page.NOT_ALLOWED:
        headers["Allow"] = "GET"
    return Response(text.status, Headers(headers), body.encode())


@cache
def _template() -> Template:
    return Template((files("sekisho.login") / "pages" / "callback.html").read_text("utf-8"))


@cache
def _policy() -> str:
    """Allow the template's one style by its hash (CSP Level 3, §6.7.3.3), and nothing else."""
    style = _template().template.partition("<style>")[2].partition("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
