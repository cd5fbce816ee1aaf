"""Findings, told: as text for people, as JSON for programs."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, TypedDict

from sekisho.lint.rule import Finding, Fixable, Severity

__all__ = ["FindingRow", "Part", "PartKind", "Report", "parts", "summary", "to_json", "to_text"]


_CUT = "…"
"""Stands where a line goes on, and is not shown."""
_ENOUGH = 4
"""Characters for a column, when a line is cut: most take one or two, and marks take none."""


class PartKind(StrEnum):
    """What a piece of the text is, for whoever colours it."""

    PLACE = "place"
    ERROR = "error"
    WARNING = "warning"
    INFO = "info"
    RULE = "rule"
    MESSAGE = "message"
    SOURCE = "source"
    MARK = "mark"
    EFFECT = "effect"
    DO = "do"
    SEE = "see"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of the report's text. All pieces joined are the text."""

    kind: PartKind
    text: str


class FindingRow(TypedDict):
    """One finding in `lint --json`, version 1."""

    rule: str
    name: str
    severity: Literal["error", "warning", "info"]
    file: str
    line: int
    column: int
    profile: str | None
    message: str
    do: str
    fixable: Literal["safe", "unsafe", "no"]


class Report(TypedDict):
    """What `lint --json` prints (design §3)."""

    version: Literal[1]
    findings: list[FindingRow]


def to_json(findings: Sequence[Finding]) -> Report:
    """Return the report for programs; `message` says what is wrong and what comes of it."""
    return {"version": 1, "findings": [_row(finding) for finding in findings]}


def to_text(
    findings: Sequence[Finding], *, mend: str | None = None, width: int | None = None
) -> str:
    """Return the report for people, without colour; the rest is as for `parts`."""
    return "".join(part.text for part in parts(findings, mend=mend, width=width))


def parts(
    findings: Sequence[Finding], *, mend: str | None = None, width: int | None = None
) -> Iterator[Part]:
    """Yield the report for people, piece by piece: findings first, then `summary`.

    `mend` is the command that makes the safe fixes, where there is one to point to. Lines of the
    file are cut to `width` columns of a terminal; `None`: they are whole.
    """
    for finding in findings:
        yield from _finding(finding, mend, width)
    yield Part(PartKind.PLAIN, f"{summary(findings)}\n")
    if mend is not None and (hint := _hint(findings, mend)):
        yield Part(PartKind.EFFECT, f"{hint}\n")


def summary(findings: Sequence[Finding]) -> str:
    """Count the findings by severity: `2 findings: 1 error, 1 warning`."""
    if not findings:
        return "no findings"
    counts = Counter(finding.severity for finding in findings)
    by_severity = ", ".join(
        _count(counts[severity], "information" if severity is Severity.INFO else severity)
        for severity in Severity
        if counts[severity]
    )
    return f"{_count(len(findings), 'finding')}: {by_severity}"


def _hint(findings: Sequence[Finding], mend: str) -> str:
    """What can be mended by command, and which one that is."""
    counts = Counter(finding.fixable for finding in findings)
    safe, unsafe = counts[Fixable.SAFE], counts[Fixable.UNSAFE]
    if safe and unsafe:
        return f"{mend} mends {safe:,} of them; with --unsafe, and a question, {unsafe:,} more."
    if unsafe:
        return f"{mend} --unsafe mends {unsafe:,} of them, after a question."
    return f"{mend} mends {safe:,} of them." if safe else ""


def _finding(finding: Finding, mend: str | None, width: int | None) -> Iterator[Part]:
    yield Part(PartKind.PLACE, f"{finding.file}:{finding.line}:{finding.column}: ")
    yield Part(PartKind(finding.severity), finding.severity)
    yield Part(PartKind.RULE, f" {finding.rule} {finding.name}\n")
    yield Part(PartKind.MESSAGE, f"  {_printable(finding.message)}\n")
    yield from _excerpt(finding, width)
    for line in finding.effect.splitlines():
        yield Part(PartKind.EFFECT, f"  {_printable(line)}\n")
    do = _printable(finding.do)
    if mend is not None and finding.fixable is Fixable.SAFE:
        do = f"{mend}\n  or: {do}"
    yield Part(PartKind.DO, f"  do: {do}\n")
    yield Part(PartKind.SEE, f"  see: {finding.page}\n\n")


def _excerpt(finding: Finding, width: int | None) -> Iterator[Part]:
    """Yield the line itself, and a mark under the stretch that the finding is about."""
    number = f"{finding.line:>5}"
    text, start = _printable(finding.source), finding.column - 1
    before, marked = text[:start], text[start : start + finding.width]
    after = text[start + finding.width :]
    if width is not None:
        before, marked, after = _cut(before, marked, after, width - len(f"{number} | "))
    yield Part(PartKind.SOURCE, f"{number} | {before}{marked}{after}\n")
    mark = "^" * max(_cells(marked), 1)
    yield Part(PartKind.MARK, f"{' ' * len(number)} | {' ' * _cells(before)}{mark}\n")


def _cut(before: str, marked: str, after: str, width: int) -> tuple[str, str, str]:
    """Cut the three pieces of a line to `width` columns, so that the marked one is seen."""
    if _cells(before + marked + after) <= width:
        return before, marked, after
    enough = _ENOUGH * width
    before, marked, after = before[-enough:], marked[:enough], after[:enough]
    room = max(width - min(_cells(marked), width // 2), 2)
    if _cells(before) > room:
        start = next(i for i in range(len(before) + 1) if _cells(before[i:]) < room)
        before = f"{_CUT}{before[start:]}"
    if _cells(before + marked + after) <= width:
        return before, marked, after
    whole = _headed(before + marked + after, width - 1)
    return (
        before,
        whole[len(before) : len(before + marked)],
        f"{whole[len(before + marked) :]}{_CUT}",
    )


def _headed(text: str, width: int) -> str:
    """The longest beginning of `text` that takes at most `width` columns."""
    return next(text[:end] for end in range(len(text), -1, -1) if _cells(text[:end]) <= width)


def _row(finding: Finding) -> FindingRow:
    return {
        "rule": finding.rule,
        "name": finding.name,
        "severity": finding.severity.value,
        "file": str(finding.file),
        "line": finding.line,
        "column": finding.column,
        "profile": finding.profile,
        "message": f"{finding.message}\n{finding.effect}",
        "do": finding.do,
        "fixable": finding.fixable.value,
    }


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 or noun == "information" else f"{number} {noun}s"


def _printable(text: str) -> str:
    """Return `text` without characters that move the cursor, one for one."""
    if text.isprintable():
        return text
    return "".join(" " if c == "\t" else c if c.isprintable() else "�" for c in text)


def _cells(text: str) -> int:
    """Count the columns that `text` takes on a terminal."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len  # with its tables, for the files that need them

    return cell_len(text)
