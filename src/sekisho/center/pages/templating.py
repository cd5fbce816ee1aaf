"""From a template and its values to a page. All texts stand in the catalogues (`texts`)."""

import hashlib
from datetime import datetime
from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined

from sekisho.center.pages.languages import Language
from sekisho.center.pages.texts import Texts

__all__ = ["STATIC_FILES", "fill"]

_MEDIA_TYPES = {
    "sekisho.css": "text/css; charset=utf-8",
    "administration.css": "text/css; charset=utf-8",
    "mark.svg": "image/svg+xml",
    "deep-link.js": "text/javascript; charset=utf-8",
    "security-key.js": "text/javascript; charset=utf-8",
}

STATIC_FILES = {
    name: (resources.files(__package__).joinpath("static", name).read_bytes(), media_type)
    for name, media_type in _MEDIA_TYPES.items()
}
"""What is served under `/static/`: name → content and media type. An explicit list."""


def _static(name: str) -> str:
    """Return the address of a static file; it changes with the content, so it can be cached."""
    content, _ = STATIC_FILES[name]
    return f"/static/{name}?v={hashlib.sha256(content).hexdigest()[:12]}"


def _utc(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"


_environment = Environment(
    loader=PackageLoader(__package__ or "", "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_environment.globals["static"] = _static
_environment.filters["utc"] = _utc


def fill(template: str, language: Language, values: dict[str, object]) -> str:
    """Return the page that `template` makes of `values`; every value is escaped for HTML.

    Templates say their texts by `t`, in `language`.
    """
    shared = {
        "t": Texts(language),
        "lang": language.value,
        "template": template,
        "uses_keys": False,
    }
    return _environment.get_template(template).render({**shared, **values})
