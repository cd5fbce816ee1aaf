"""Where a person goes after signing in: one of our own pages, and never anywhere else.

A destination is taken apart and put together again from what this list allows, so no spelling
of an address can lead off this origin (RFC 9700 §4.11: no open redirector).
"""

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode, urlsplit

__all__ = ["START", "destination", "local_destination"]

START = "/start"
"""The access portal, where a person goes who came for nothing else."""

_MAY_CARRY = {
    START: {},
    "/device": {"user_code": re.compile(r"[\w\- ]{1,40}")},
    "/consent": {"handle": re.compile(r"[A-Za-z0-9_-]{1,200}")},
    "/console": {
        "account_id": re.compile(r"[0-9]{1,20}"),
        "role_name": re.compile(r"[\w+=,.@-]{1,64}", re.ASCII),
        "destination": re.compile(r"https://\S{1,2000}"),
    },
    "/sessions": {},
    "/signin": {"next": re.compile(r"/\S{0,3000}")},
    "/profile": {},
    "/profile/password": {},
    "/profile/authenticator-app": {},
    "/profile/security-key": {},
    "/profile/recovery-codes": {},
    "/signin/again": {"next": re.compile(r"/\S{0,3000}")},
    "/signin/second": {"with": re.compile(r"[a-z-]{1,40}")},
    "/signout": {},
}
_ADMINISTRATION = re.compile(r"/administration(/[A-Za-z0-9_.@+=,-]{1,64}){0,4}")
_LISTS_MAY_CARRY = {
    "q": re.compile(r".{1,200}"),
    "principal": re.compile(r"(user|group):[A-Za-z0-9-]{1,64}"),
}


def destination(path: str, parameters: Mapping[str, str]) -> str:
    """Return the address of our page at `path` with those `parameters` that belong to it.

    A path that is no destination becomes the access portal.
    """
    allowed = _LISTS_MAY_CARRY if _ADMINISTRATION.fullmatch(path) else _MAY_CARRY.get(path)
    if allowed is None:
        return START
    kept = {
        name: parameters[name]
        for name, shape in allowed.items()
        if name in parameters and shape.fullmatch(parameters[name])
    }
    return f"{path}?{urlencode(kept)}" if kept else path


def local_destination(text: str) -> str:
    """Read `text`, which anybody may have written, as a destination on this origin."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return START
    if parts.scheme or parts.netloc:
        return START
    return destination(parts.path, dict(parse_qsl(parts.query)))
