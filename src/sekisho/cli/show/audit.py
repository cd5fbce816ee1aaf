"""The audit log, for people: day by day, a row for what one program did. For programs: JSON."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import TypedDict

from sekisho.cli.show.ink import Ink
from sekisho.cli.show.printable import printable
from sekisho.cli.show.prose import columns, counted, padded, wrapped
from sekisho.guard.audit import Kind, Line
from sekisho.guard.audit_check import Checked, Fault
from sekisho.guard.audit_rows import Row

__all__ = ["audit_json", "day_text", "verify_json"]

_MOST_PROGRAMS = 4
_TIMES = len("09:00 to 09:30")
_WIDEST = 24
_NOTHING = "–"
_WORDS: dict[str, str] = {
    Kind.AGENT_START: "agent started",
    Kind.AGENT_STOP: "agent stopped",
    Kind.SIGN_IN: "signed in",
    Kind.OPENING: "opened",
    Kind.CLOSING: "closed",
    Kind.SCOPE: "scope made",
    Kind.POLICY_APPROVED: "policy approved",
    Kind.REPAIRED: "log repaired",
    Kind.ALTERED: "log altered",
    Kind.ROTATED: "new file",
}
_COUNTED: dict[str, str] = {Kind.RELEASE: "release", Kind.REFUSAL: "refusal"}
_LOUD = (Kind.REFUSAL, Kind.REPAIRED)
_QUIET = (Kind.AGENT_START, Kind.AGENT_STOP, Kind.ROTATED)
_GOOD = (Kind.SIGN_IN, Kind.OPENING)


def day_text(day: date, rows: Sequence[Row], ink: Ink) -> Iterator[str]:
    """Draw a day, line by line. Times are those on the wall."""
    yield ink.strong(f"{day:%A}, {day.day} {day:%B %Y}")
    names = [printable(row.line.profile or _NOTHING) for row in rows]
    people = [printable(row.line.person or _NOTHING) for row in rows]
    what = [_what(row) for row in rows]
    name_width, what_width, people_width = (_width(cells) for cells in (names, what, people))
    for row, name, said, person in zip(rows, names, what, people, strict=True):
        begin, end = f"{row.line.at.astimezone():%H:%M}", f"{row.last:%H:%M}"
        time = begin if begin == end else f"{begin} to {end}"
        head = f"  {time:{_TIMES}}  {padded(ink.strong(name), name_width)}  "
        cells = [padded(_painted(row.line, said, ink), what_width), padded(person, people_width)]
        yield from _row(head, "  ".join(cells), [*_by(row.programs)], [*_details(row.line)])


def _row(head: str, text: str, by: Sequence[str], more: Sequence[str]) -> Iterator[str]:
    """One line, and what there is no room for below it."""
    whole = _beside(head, "  ".join([text, *by]).rstrip())
    if "\n" in whole:
        whole, more = _beside(head, text.rstrip()), [*more, *by]
    yield whole
    yield from (_beside(" " * columns(head), f"  {each}") for each in more)


def _width(cells: Sequence[str]) -> int:
    return min(max(columns(cell) for cell in cells), _WIDEST)


def _beside(head: str, text: str) -> str:
    """A head and a text, which is broken beside it where the terminal is narrow."""
    indent = columns(head)
    return head + wrapped(f"{'':{indent}}{text}", sys.stdout)[indent:]


def _what(row: Row) -> str:
    """A kind that a later version has added goes by its own name."""
    kind = row.line.kind
    noun = _COUNTED.get(kind)
    return counted(row.count, noun) if noun else printable(_WORDS.get(kind, kind))


def _painted(line: Line, text: str, ink: Ink) -> str:
    if line.kind == Kind.ALTERED:
        return ink.bad(text)
    for paint, kinds in ((ink.warn, _LOUD), (ink.dim, _QUIET), (ink.good, _GOOD)):
        if line.kind in kinds:
            return paint(text)
    return text


def _by(programs: Sequence[str]) -> Iterator[str]:
    if programs:
        shown = printable(" ← ".join(programs[:_MOST_PROGRAMS]))
        yield f"by {shown} ← …" if len(programs) > _MOST_PROGRAMS else f"by {shown}"


def _details(line: Line) -> Iterator[str]:
    if line.kind == Kind.OPENING and line.role_name and line.account_id:
        yield printable(f"{line.role_name} in {line.account_id}")
    if line.detail:
        yield printable(line.detail)


# --- for programs ----------------------------------------------------------------------------------


class _AskerRow(TypedDict):
    pid: int
    uid: int
    program: str
    path: str
    parents: list[str]


class _EventRow(TypedDict):
    seq: int
    time: str
    kind: str
    profile: str | None
    account_id: str | None
    role_name: str | None
    person: str | None
    environment: str | None
    start_url: str | None
    asker: _AskerRow | None
    detail: str


class _AuditJson(TypedDict):
    version: int
    events: list[_EventRow]


def audit_json(lines: Iterable[Line]) -> _AuditJson:
    """Return `audit show --json`, version 1: every line, none of them put together."""
    return {"version": 1, "events": [_event(line) for line in lines]}


def _event(line: Line) -> _EventRow:
    asker = line.asker
    return {
        "seq": line.seq,
        "time": line.time,
        "kind": line.kind,
        "profile": line.profile,
        "account_id": line.account_id,
        "role_name": line.role_name,
        "person": line.person,
        "environment": line.environment,
        "start_url": line.start_url,
        "asker": None
        if asker is None
        else {
            "pid": asker.pid,
            "uid": asker.uid,
            "program": asker.program,
            "path": asker.path,
            "parents": [*asker.parents],
        },
        "detail": line.detail,
    }


class _FaultRow(TypedDict):
    file: str
    line: int
    what: str


class _VerifyJson(TypedDict):
    version: int
    whole: bool
    lines: int
    faults: list[_FaultRow]
    remarks: list[_FaultRow]


def verify_json(found: Checked) -> _VerifyJson:
    """Return `audit verify --json`, version 1."""
    return {
        "version": 1,
        "whole": not found.faults,
        "lines": found.lines,
        "faults": [_fault(fault) for fault in found.faults],
        "remarks": [_fault(remark) for remark in found.remarks],
    }


def _fault(fault: Fault) -> _FaultRow:
    return {"file": str(fault.path), "line": fault.line, "what": fault.what}
