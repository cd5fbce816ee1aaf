"""Filters: `userName eq "hoge@hoge.com" and id eq "…"`, and no more of RFC 7644 §3.4.2.2 than that.

AWS has `eq` and `and`, too (`spec/identity-center.md` §4.6). A filter in the brackets of a path is one
of the same kind.
"""

import json
import re
from dataclasses import dataclass

from sekisho.center.protocol.values import as_text
from sekisho.center.services.scim.faults import INVALID, invalid

__all__ = ["Comparison", "parse_filter"]

_LONGEST = 2048
_COMPARISON = re.compile(
    r'\s*(?P<path>[A-Za-z$][^\s"()\[\]]*)\s+(?P<operator>[A-Za-z]{2})\s+'
    r'(?P<value>"(?:[^"\\]|\\.)*"|true|false)(?=\s|$)',
    re.IGNORECASE | re.DOTALL,
)
_AND = re.compile(r"\s+and(?=\s)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Comparison:
    """`path eq value`."""

    path: str
    """Lower-case: names compare without regard to case."""
    value: str | bool


def parse_filter(text: str) -> tuple[Comparison, ...]:
    """Read a filter; all of its comparisons have to hold. Raises `Fault` for any other filter."""
    if len(text) > _LONGEST:
        raise _wrong(f"A filter has at most {_LONGEST} characters")
    found, at = [], 0
    while True:
        matched = _COMPARISON.match(text, at)
        if matched is None:
            raise _wrong('A filter is attribute eq "value", or several of them joined by and')
        if matched["operator"].lower() != "eq":
            raise _wrong(f"The operator {matched['operator']} is not served; eq is")
        found.append(Comparison(matched["path"].lower(), _value(matched["value"])))
        at = matched.end()
        if not text[at:].strip():
            return tuple(found)
        joined = _AND.match(text, at)
        if joined is None:
            raise _wrong("Comparisons are joined by and; or, not and parentheses are not served")
        at = joined.end()


def _value(text: str) -> str | bool:
    if not text.startswith('"'):
        return text.lower() == "true"
    try:
        value: str = json.loads(text)
    except ValueError:
        raise _wrong("The value of a filter is text as JSON has it") from None
    return as_text(value, "The value of a filter", fault=INVALID)


def _wrong(detail: str) -> Exception:
    return invalid(detail, "invalidFilter")
