"""Repairs of a config file's lines: pure, and without losing a byte of a setting.

Edits (`awsconfig.edit`) are made of what a file means; a file that botocore refuses means nothing.
A repair takes the stretch that is in the way out of the way: it becomes a comment. And comments,
which mean nothing either, are worded anew by one.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sekisho.awsconfig.document import Document, Fault, FaultKind, is_blank_or_comment, parse

__all__ = ["CommentOut", "DropMark", "Repair", "Reword", "repair", "stretch_of"]

_BOM = "\ufeff"


@dataclass(frozen=True, slots=True)
class DropMark:
    """Take the byte order mark off the start of the file."""


@dataclass(frozen=True, slots=True)
class CommentOut:
    """Make comments of the lines from `first` to `last`, counted from 1."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Reword:
    """Give the comment on `line`, counted from 1, another text; `None` takes the line out."""

    line: int
    text: str | None


Repair = DropMark | CommentOut | Reword


def repair(document: Document, repairs: Iterable[Repair]) -> Document:
    """Return `document` with all `repairs` made; their numbers are those of `document`."""
    lines = list(document.lines)
    for one in repairs:
        match one:
            case DropMark():
                lines[0] = lines[0].removeprefix(_BOM)
            case CommentOut(first, last):
                for index in range(first - 1, last):
                    if not is_blank_or_comment(lines[index]):
                        lines[index] = f"# {lines[index]}"
            case Reword(line, text):
                held = lines[line - 1]
                if is_blank_or_comment(held):
                    lines[line - 1] = (
                        "" if text is None else text + held[len(held.rstrip("\r\n")) :]
                    )
    return parse("".join(lines).encode("utf-8", "surrogateescape"))


def stretch_of(document: Document, fault: Fault) -> range:
    """Return the numbers of the lines that `fault` is about: a section, a whole value, or a line.

    Of a section or key that is there twice it is the later one.
    """
    section = document.section_above(fault.line)
    if fault.kind is FaultKind.BEFORE_HEADER:
        first = document.sections[0].line if document.sections else len(document.lines) + 1
        return range(fault.line, first)
    if section is not None and fault.kind is FaultKind.DUPLICATE_SECTION:
        return range(section.line, section.last + 1)
    if section is not None and fault.kind is FaultKind.DUPLICATE_KEY:
        last = next(entry.last for entry in section.entries if entry.first == fault.line)
        return range(fault.line, last + 1)
    return range(fault.line, fault.line + 1)
