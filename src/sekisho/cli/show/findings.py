"""Colour for lint's report: its room says what each piece is, this one how it looks."""

import sys
from collections.abc import Sequence

from sekisho.cli.show.ink import Ink
from sekisho.cli.show.prose import wrapped
from sekisho.lint.report import Part, PartKind, parts
from sekisho.lint.rule import Finding

__all__ = ["painted"]


def painted(findings: Sequence[Finding], *, color: str) -> str:
    """Return the report for people, in colour where stdout wants it."""
    ink = Ink(color)
    return "".join(_paint(part, ink) for part in parts(findings))


def _paint(part: Part, ink: Ink) -> str:
    match part.kind:
        case PartKind.ERROR | PartKind.MARK:
            return ink.bad(part.text)
        case PartKind.WARNING:
            return ink.warn(part.text)
        case PartKind.INFO | PartKind.SOURCE:
            return ink.link(part.text)
        case PartKind.PLACE | PartKind.DO:
            return ink.strong(part.text)
        case PartKind.MESSAGE:
            return ink.strong(wrapped(part.text, sys.stdout))
        case PartKind.EFFECT:
            return wrapped(part.text, sys.stdout)
        case PartKind.SEE:
            return ink.dim(part.text)
        case _:
            return part.text
