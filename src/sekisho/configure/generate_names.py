"""Templates for the names of generated profiles: `{account_name|slug}-{role_name}`.

A field in braces, and filters behind it that take its value one after the other:

    lower, upper     in small letters, in capitals
    trim             without blanks at the ends
    trim:TEXT        without TEXT at the start and at the end: `hoge-dev` becomes `dev` by trim:hoge-
    slug             what would need quotes on a command line becomes a hyphen
    map:OLD=NEW,…    a value that is OLD becomes NEW; any other stays
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sekisho.errors import UsageError

__all__ = ["DEFAULT_TEMPLATE", "FIELDS", "FILTERS", "Template", "parse_template"]

DEFAULT_TEMPLATE = "{account_name|slug}-{role_name}"
FIELDS = ("account_name", "account_id", "account_email", "role_name", "session")
FILTERS = ("lower", "upper", "trim", "trim:TEXT", "slug", "map:OLD=NEW,...")

_PIECE = re.compile(r"\{([^{}]*)\}|([^{}]+)")
_NOT_IN_A_SLUG = re.compile(r"[^\w.@+=,-]+")
_AT_THE_ENDS = "-."

_Filter = Callable[[str], str]
_EXAMPLE = "sekisho generate --template '{account_name|slug}-{role_name|lower}' --dry-run"


@dataclass(frozen=True, slots=True)
class _Field:
    name: str
    filters: tuple[_Filter, ...]

    def value(self, values: Mapping[str, str]) -> str:
        value = values[self.name]
        for one in self.filters:
            value = one(value)
        return value


@dataclass(frozen=True, slots=True)
class Template:
    """A template that has been read."""

    pieces: tuple[str | _Field, ...]

    def name(self, values: Mapping[str, str]) -> str:
        """Return the name that the `values`, one for each of `FIELDS`, make."""
        return "".join(p if isinstance(p, str) else p.value(values) for p in self.pieces)


def parse_template(text: str, option: str = "--template") -> Template:
    """Read a template, which `option` gave. Raises `UsageError` that says what is wrong in it."""
    try:
        return _template(text)
    except _NoTemplateError as error:
        raise UsageError(f'{option} "{text}": {error}', do=_EXAMPLE) from None


class _NoTemplateError(ValueError):
    """Says why a text is no template."""


def _template(text: str) -> Template:
    pieces: list[str | _Field] = []
    at = 0
    while at < len(text):
        piece = _PIECE.match(text, at)
        if piece is None:
            raise _NoTemplateError(f'the brace "{text[at]}" has no partner')
        at = piece.end()
        pieces.append(_field(piece[1]) if piece[2] is None else piece[2])
    if not any(isinstance(piece, _Field) for piece in pieces):
        raise _NoTemplateError("it has no field in it, so all names would be one")
    return Template(tuple(pieces))


def _field(inside: str) -> _Field:
    name, *filters = inside.split("|")
    if name not in FIELDS:
        raise _NoTemplateError(f'there is no field "{name}"; there are {", ".join(FIELDS)}')
    return _Field(name, tuple(_filter(one) for one in filters))


def _filter(spelt: str) -> _Filter:
    name, colon, argument = spelt.partition(":")
    if not colon and name in _PLAIN:
        return _PLAIN[name]
    if name == "trim" and argument:
        return lambda value: value.removeprefix(argument).removesuffix(argument)
    if name == "map" and argument:
        return _map(argument)
    raise _NoTemplateError(f'there is no filter "{spelt}"; there are {", ".join(FILTERS)}')


def _map(argument: str) -> _Filter:
    pairs = dict[str, str]()
    for pair in argument.split(","):
        old, equals, new = pair.partition("=")
        if not equals:
            raise _NoTemplateError(f'"{pair}" in its map is not OLD=NEW')
        pairs[old] = new
    return lambda value: pairs.get(value, value)


def _slug(value: str) -> str:
    return _NOT_IN_A_SLUG.sub("-", value).strip(_AT_THE_ENDS)


_PLAIN: Mapping[str, _Filter] = {
    "lower": str.lower,
    "upper": str.upper,
    "trim": str.strip,
    "slug": _slug,
}
