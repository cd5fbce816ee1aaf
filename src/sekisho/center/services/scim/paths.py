"""The paths of PATCH (RFC 7644 §3.5.2): which attribute, of which list's item, and what below it.

`displayName`, `name.familyName`, `emails[type eq "work"].value`, an attribute behind its schema's URN,
and the URN of an extension alone.
"""

import re
from dataclasses import dataclass

from sekisho.center.services.scim.faults import invalid, mutability
from sekisho.center.services.scim.filters import Comparison, parse_filter
from sekisho.center.services.scim.schemas import EXTERNAL_ID, Attribute, Schema, as_shown

__all__ = ["Path", "parse_path"]

_READ_ONLY = frozenset({"id", "meta", "schemas", "groups"})
_PATH = re.compile(
    r"(?P<name>[A-Za-z$][\w$-]*)(?:\[(?P<filter>[^\]]*)\])?(?:\.(?P<below>[A-Za-z$][\w$-]*))?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Path:
    """What a PATCH is about."""

    text: str
    """As it was sent."""
    extension: Schema | None
    """The extension that it lies in; `None`: the resource's own schema."""
    attribute: Attribute | None
    """`None`: the whole extension."""
    where: tuple[Comparison, ...] = ()
    """What the item of a list has to be like."""
    below: Attribute | None = None


def parse_path(text: object, schema: Schema, *extensions: Schema) -> Path:
    """Read a path into a resource of that `schema`. Raises `Fault` for one that leads nowhere."""
    if not isinstance(text, str):
        raise invalid("path has to be text", "invalidPath")
    for extension in extensions:
        rest = _behind(extension, text)
        if rest == "":
            return Path(text, extension, None)
        if rest is not None:
            return _in(extension, extension, text, rest)
    rest = _behind(schema, text)
    return _in(schema, None, text, text if rest is None else rest)


def _behind(schema: Schema, text: str) -> str | None:
    """What follows the URN of `schema`; `None` when that does not stand there."""
    urn, rest = text[: len(schema.id)], text[len(schema.id) :]
    if urn.lower() != schema.id.lower() or (rest and rest[0] != ":"):
        return None
    return rest[1:]


def _in(schema: Schema, extension: Schema | None, text: str, rest: str) -> Path:
    matched = _PATH.fullmatch(rest)
    if matched is None:
        raise _nowhere(text)
    name = matched["name"]
    attribute = schema.attribute(name)
    if extension is None and name.lower() == EXTERNAL_ID.name.lower():
        attribute = EXTERNAL_ID
    if attribute is None:
        if name.lower() in _READ_ONLY:
            raise mutability(f"{name} cannot be changed")
        raise _nowhere(text)
    below = None if matched["below"] is None else attribute.sub(matched["below"])
    if matched["below"] is not None and below is None:
        raise _nowhere(text)
    if matched["filter"] is None:
        return Path(text, extension, attribute, below=below)
    if not attribute.many:
        raise _nowhere(text)
    where = parse_filter(matched["filter"])
    if any(attribute.sub(comparison.path) is None for comparison in where):
        raise _nowhere(text)
    return Path(text, extension, attribute, where, below)


def _nowhere(text: str) -> Exception:
    return invalid(f"The path {as_shown(text)} leads to no attribute here", "invalidPath")
