"""What to call a session that belongs to one profile."""

import re

from sekisho.model import ProfileName, SessionName, StartUrl
from sekisho.reach.portal import portal_label

__all__ = ["session_name"]

_NOT_IN_A_NAME = re.compile(r"[^\w.-]+")
_AT_THE_ENDS = "-."


def session_name(start_url: StartUrl, profile: ProfileName) -> SessionName:
    """Name a session `<portal>-<profile>`: `hoge-dev` for profile dev of `hoge.awsapps.com`.

    A profile that starts with the portal's name already keeps its own (`hoge-dev` stays
    `hoge-dev`), and so does one whose portal has no name. What would need quotes in a header
    becomes a hyphen.
    """
    label, slug = _slug(portal_label(start_url)), _slug(profile) or "profile"
    has_it = slug == label or slug.startswith((f"{label}-", f"{label}_", f"{label}."))
    return SessionName(slug if has_it or not label else f"{label}-{slug}")


def _slug(text: str) -> str:
    return _NOT_IN_A_NAME.sub("-", text).strip(_AT_THE_ENDS)
