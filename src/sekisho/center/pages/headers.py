"""The headers of every page: what a browser may do with it, and that nobody keeps a copy.

No page needs a script, so the policy forbids all of them, but for two pages at which AWS's deep
links arrive, and those that ask for a security key: small files of our own do that. One style sheet and the mark come from our own
origin. `same-origin` and not `no-referrer`: under the latter browsers send
`Origin: null` with our own forms (Fetch §3.2), and `csrf` could not tell them from a stranger's.
"""

from starlette.responses import Response

__all__ = ["STATIC_HEADERS", "protect"]

_PLAIN = {
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
STATIC_HEADERS = {
    **_PLAIN,
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "Cache-Control": "public, max-age=31536000, immutable",
}
"""For the style sheet and the mark, whose addresses change with their content. The mark is an
SVG with a style of its own; opened as a document it still loads nothing and runs nothing."""


def protect(
    response: Response,
    *,
    form_may_lead_to: str = "",
    runs_our_script: bool = False,
    hsts: bool = False,
) -> Response:
    """Put the headers of a page on `response`, and return it.

    `form_may_lead_to` is one more origin that a form on this page may end at, through a
    redirect: Chromium checks `form-action` against every hop. `hsts` tells browsers to come by
    https only. What a page says depends on the languages that were asked for.
    """
    action = f"'self' {form_may_lead_to}".rstrip()
    scripts = "script-src 'self'; " if runs_our_script else ""
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; {scripts}style-src 'self'; img-src 'self'; "
        f"form-action {action}; frame-ancestors 'none'; base-uri 'none'"
    )
    response.headers["Cache-Control"] = "no-store"
    response.headers["Vary"] = "Accept-Language"
    for name, value in _PLAIN.items():
        response.headers[name] = value
    if hsts:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    return response
