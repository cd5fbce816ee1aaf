"""The cookies: who is signed in, whose sign-in is half done, and which browser asks before that.

All are out of reach of scripts and stay with same-site navigation. Cookies do not tell ports
apart, so the name has the port in it, lest two centers on one machine sign each other out.
"""

import secrets
from typing import Literal
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from sekisho.center.pages.origin import is_https, own_origin

__all__ = [
    "drop_half",
    "drop_session",
    "half",
    "new_visitor",
    "put_half",
    "put_session",
    "put_visitor",
    "session",
    "visitor",
]

_Kind = Literal["session", "half", "visitor"]


def _name(request: Request, kind: _Kind) -> str:
    """Spell a cookie's name; `__Host-` keeps sibling hosts from planting one (RFC 6265bis)."""
    prefix = "__Host-" if is_https(request) else ""
    _, _, port = urlsplit(own_origin(request)).netloc.rpartition(":")
    return f"{prefix}sekisho-{kind}-{port}" if port.isdecimal() else f"{prefix}sekisho-{kind}"


def session(request: Request) -> str | None:
    """Return the value that says who is signed in."""
    return request.cookies.get(_name(request, "session"))


def half(request: Request) -> str | None:
    """Return the value that says whose sign-in waits for its second factor."""
    return request.cookies.get(_name(request, "half"))


def visitor(request: Request) -> str | None:
    """Return the value that tells this browser from others before anybody has signed in."""
    return request.cookies.get(_name(request, "visitor"))


def new_visitor() -> str:
    """Return a fresh value for a browser that brought none (256 random bits)."""
    return secrets.token_urlsafe(32)


def put_session(request: Request, response: Response, value: str) -> None:
    """Sign the browser in; it forgets the cookie when it is closed."""
    _put(request, response, "session", value)


def put_half(request: Request, response: Response, value: str) -> None:
    """Let the browser go on with a sign-in; that opens nothing else."""
    _put(request, response, "half", value)


def put_visitor(request: Request, response: Response, value: str) -> None:
    """Remember this browser until it is closed."""
    _put(request, response, "visitor", value)


def drop_session(request: Request, response: Response) -> None:
    """Make the browser forget who was signed in."""
    _drop(request, response, "session")


def drop_half(request: Request, response: Response) -> None:
    """Make the browser forget a sign-in that is whole now."""
    _drop(request, response, "half")


def _drop(request: Request, response: Response, kind: _Kind) -> None:
    response.delete_cookie(
        _name(request, kind),
        path="/",
        secure=is_https(request),
        httponly=True,
        samesite="lax",
    )


def _put(request: Request, response: Response, kind: _Kind, value: str) -> None:
    response.set_cookie(
        _name(request, kind),
        value,
        path="/",
        secure=is_https(request),
        httponly=True,
        samesite="lax",
    )
