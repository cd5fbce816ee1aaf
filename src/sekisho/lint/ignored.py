"""Findings that the file itself asks not to hear: `# sekisho: ignore SK101 -- why`.

AWS config has no comments after a value, so the comment has a line of its own. It speaks of the
next line that is no comment; above a section's header it speaks of the whole section. Other
comments may stand between, and it speaks of them and of itself, too. What it names is as in
`lint.selection`: ids, starts of ids, or names, with commas or blanks between them. What follows
`--` is for people.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sekisho.awsconfig.document import Document, is_blank_or_comment

__all__ = ["Remark", "Verdict", "remarks"]

_REMARK = re.compile(
    r"(?!.*[\udc80-\udcff])(\s*[#;]\s*sekisho\s*:\s*ignore\b[\s:]*)(.*?)\s*(--.*)?",
    re.IGNORECASE | re.DOTALL,
)
"""A line with a byte in it that is no text is none: nobody could word it anew."""
_BETWEEN = re.compile(r"[\s,]+")


@dataclass(frozen=True, slots=True)
class Remark:
    """One such comment."""

    line: int
    """Where it stands, from 1."""
    before: str
    """What stands before its words: `# sekisho: ignore `."""
    words: tuple[str, ...]
    """The rules that it names; empty where it names none, and then it ignores nothing."""
    reason: str
    """What stands behind its words, from `--` on."""
    last: int
    """The last line that it speaks of; the first is its own."""

    @property
    def lines(self) -> range:
        """The lines that it speaks of."""
        return range(self.line, self.last + 1)

    def reworded(self, words: Sequence[str]) -> str:
        """Return its line, without the ending, with other words in it."""
        return f"{self.before}{', '.join(words)}{self.reason and f' {self.reason}'}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a remark is good for, once the rules that it names have run."""

    remark: Remark
    unknown: tuple[tuple[str, str | None], ...]
    """Its words that no rule answers to, each with the rule that was meant, where one is near."""
    unused: tuple[str, ...]
    """Its words whose rules find nothing where it stands, on whichever machine."""


def remarks(document: Document) -> tuple[Remark, ...]:
    """Return the remarks of a file, in the order of its lines."""
    return tuple(_remarks(document))


def _remarks(document: Document) -> Iterator[Remark]:
    ends = {section.line: section.last for section in document.sections}
    for number, line in enumerate(document.lines, 1):
        said = _REMARK.fullmatch(line.rstrip("\r\n"))
        if said is not None:
            words = tuple(word for word in _BETWEEN.split(said[2]) if word)
            next_line = _next_line(document, number)
            last = ends.get(next_line, next_line)
            yield Remark(number, said[1], words, said[3] or "", last)


def _next_line(document: Document, number: int) -> int:
    """The number of the line after `number` that is no comment; blank lines end the search."""
    for index in range(number, len(document.lines)):
        line = document.lines[index]
        if not line.strip():
            break
        if not is_blank_or_comment(line):
            return index + 1
    return number
