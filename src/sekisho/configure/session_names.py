"""What to call a session that belongs to one profile, account or environment."""

import re

from sekisho.model import SessionName, StartUrl
from sekisho.reach.portal import portal_label

__all__ = ["session_name"]

_NOT_IN_A_NAME = re.compile(r"[^\w.-]+")
_AT_THE_ENDS = "-."


def session_name(start_url: StartUrl, group: str) -> SessionName:
    """Name a session `<portal>-<group>`: `hoge-dev` for what is called dev, of `hoge.awsapps.com`.

    A name that starts with the portal's name already keeps its own (`hoge-dev` stays
    `hoge-dev`), and so does one whose portal has none. What would need quotes in a header
    becomes a hyphen.
    """
    label, slug = _slug(portal_label(start_url)), _slug(group) or "profile"
    has_it = slug == label or slug.startswith((f"{label}-", f"{label}_", f"{label}."))
    return SessionName(slug if has_it or not label else f"{label}-{slug}")


def _slug(text: str) -> str:
    return _NOT_IN_A_NAME.sub("-", text).strip(_AT_THE_ENDS)
