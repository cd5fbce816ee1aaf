"""Colour for lint's report: its room says what each piece is, this one how it looks."""

import sys
from collections.abc import Sequence

from sekisho.cli.show.ink import Ink
from sekisho.cli.show.prose import advice, width_of, wrapped
from sekisho.lint.report import Part, PartKind, parts
from sekisho.lint.rule import Finding

__all__ = ["painted"]

_HEAD = len("  do: ")


def painted(findings: Sequence[Finding], *, mend: str | None, color: str) -> str:
    """Return the report for people, in colour where stdout wants it; `mend` is as for `parts`."""
    ink = Ink(color)
    width = width_of(sys.stdout)
    return "".join(_paint(part, ink) for part in parts(findings, mend=mend, width=width))


def _paint(part: Part, ink: Ink) -> str:
    match part.kind:
        case PartKind.ERROR | PartKind.MARK:
            return ink.bad(part.text)
        case PartKind.WARNING:
            return ink.warn(part.text)
        case PartKind.INFO | PartKind.SOURCE:
            return ink.link(part.text)
        case PartKind.PLACE:
            return ink.strong(part.text)
        case PartKind.DO:
            return ink.strong("".join(map(_advised, part.text.splitlines(keepends=True))))
        case PartKind.MESSAGE:
            return ink.strong(wrapped(part.text, sys.stdout))
        case PartKind.EFFECT:
            return wrapped(part.text, sys.stdout)
        case PartKind.SEE:
            return ink.dim(part.text)
        case _:
            return part.text


def _advised(line: str) -> str:
    """A line that begins with `do:` or `or:`, broken below what it says."""
    head, text = line[:_HEAD], line[_HEAD:]
    return f"{head}{advice(text, _HEAD, sys.stdout)}"
