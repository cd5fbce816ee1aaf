"""Findings that the file itself asks not to hear: `# sekisho: ignore SK101`.

AWS config has no comments after a value, so the comment has a line of its own. It speaks of the
next line that is no comment; above a section's header it speaks of the whole section. Other
comments may stand between. What it names is as in `lint.selection`: ids, starts of ids, or names,
with commas or blanks between them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sekisho.awsconfig.document import Document, is_blank_or_comment

__all__ = ["Remark", "remarks"]

_REMARK = re.compile(r"\s*[#;]\s*sekisho\s*:\s*ignore\b[\s:]*(.*?)\s*", re.IGNORECASE)
_BETWEEN = re.compile(r"[\s,]+")


@dataclass(frozen=True, slots=True)
class Remark:
    """One such comment."""

    line: int
    """Where it stands, from 1."""
    words: tuple[str, ...]
    """The rules that it names; empty where it names none, and then it ignores nothing."""
    first: int
    """The first line that it speaks of."""
    last: int
    """The last one."""

    @property
    def lines(self) -> range:
        """The lines that it speaks of."""
        return range(self.first, self.last + 1)


def remarks(document: Document) -> tuple[Remark, ...]:
    """Return the remarks of a file, in the order of its lines."""
    return tuple(_remarks(document))


def _remarks(document: Document) -> Iterator[Remark]:
    ends = {section.line: section.last for section in document.sections}
    for number, line in enumerate(document.lines, 1):
        said = _REMARK.fullmatch(line.rstrip("\r\n"))
        if said is not None:
            words = tuple(word for word in _BETWEEN.split(said[1]) if word)
            first = _next_line(document, number)
            yield Remark(number, words, first, ends.get(first, first))


def _next_line(document: Document, number: int) -> int:
    """The number of the line after `number` that is no comment; blank lines end the search."""
    for index in range(number, len(document.lines)):
        line = document.lines[index]
        if not line.strip():
            break
        if not is_blank_or_comment(line):
            return index + 1
    return number
