"""From a template and its values to a page. All texts stand in the templates."""

import hashlib
from datetime import datetime, timedelta
from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined

__all__ = ["STATIC_FILES", "fill"]

_MEDIA_TYPES = {"sekisho.css": "text/css; charset=utf-8", "mark.svg": "image/svg+xml"}

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


def _minutes(length: timedelta) -> int:
    """Return whole minutes: the least that a person cares for."""
    return max(0, int(length.total_seconds() // 60))


_environment = Environment(
    loader=PackageLoader(__package__ or "", "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_environment.globals["static"] = _static
_environment.filters.update(utc=_utc, minutes=_minutes)


def fill(template: str, values: dict[str, object]) -> str:
    """Return the page that `template` makes of `values`; every value is escaped for HTML."""
    return _environment.get_template(template).render(values)
