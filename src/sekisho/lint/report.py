"""Findings, told: as text for people, as JSON for programs."""

import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, TypedDict

from sekisho.lint.rule import Finding, Severity

__all__ = ["FindingRow", "Part", "PartKind", "Report", "parts", "summary", "to_json", "to_text"]


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


def to_text(findings: Sequence[Finding]) -> str:
    """Return the report for people, without colour."""
    return "".join(part.text for part in parts(findings))


def parts(findings: Sequence[Finding]) -> Iterator[Part]:
    """Yield the report for people, piece by piece: findings first, then `summary`."""
    for finding in findings:
        yield from _finding(finding)
    yield Part(PartKind.PLAIN, f"{summary(findings)}\n")


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


def _finding(finding: Finding) -> Iterator[Part]:
    yield Part(PartKind.PLACE, f"{finding.file}:{finding.line}:{finding.column}: ")
    yield Part(PartKind(finding.severity), finding.severity)
    yield Part(PartKind.RULE, f" {finding.rule} {finding.name}\n")
    yield Part(PartKind.MESSAGE, f"  {_printable(finding.message)}\n")
    yield from _excerpt(finding)
    for line in finding.effect.splitlines():
        yield Part(PartKind.EFFECT, f"  {_printable(line)}\n")
    yield Part(PartKind.DO, f"  do: {_printable(finding.do)}\n")
    yield Part(PartKind.SEE, f"  see: {finding.page}\n\n")


def _excerpt(finding: Finding) -> Iterator[Part]:
    """Yield the line itself, and a mark under the stretch that the finding is about."""
    number = f"{finding.line:>5}"
    start = finding.column - 1
    before, marked = finding.source[:start], finding.source[start : start + finding.width]
    yield Part(PartKind.SOURCE, f"{number} | {_printable(finding.source)}\n")
    mark = "^" * max(_cells(marked), 1)
    yield Part(PartKind.MARK, f"{' ' * len(number)} | {' ' * _cells(before)}{mark}\n")


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
    wide = sum(unicodedata.east_asian_width(c) in "WF" for c in text)
    return len(text) + wide - sum(unicodedata.combining(c) > 0 for c in text)
