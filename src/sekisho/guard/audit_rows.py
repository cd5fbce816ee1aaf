"""What people ask of the audit log: some of its lines, and what a program did in one row."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sekisho import files
from sekisho.guard.audit import Kind, Line, read_line
from sekisho.guard.audit_files import log_files, split

__all__ = ["Found", "Question", "Row", "find", "rows"]

_MANY = (Kind.RELEASE, Kind.REFUSAL)
_OWN = (Kind.ROTATED,)
"""What the log says of itself, and nobody asks about."""
_ID = re.compile(r" \([0-9]+\)$")


@dataclass(frozen=True, slots=True)
class Question:
    """Which lines are asked for. `None`, or none, is no condition."""

    since: datetime | None = None
    until: datetime | None = None
    profile: str | None = None
    environment: str | None = None
    kinds: Sequence[str] = ()

    def takes(self, line: Line) -> bool:
        """Whether `line` is asked for, whenever it was."""
        return (
            self.profile in {None, line.profile}
            and self.environment in {None, line.environment}
            and (line.kind in self.kinds if self.kinds else line.kind not in _OWN)
        )


@dataclass(frozen=True, slots=True)
class Found:
    """An answer."""

    lines: tuple[Line, ...]
    unreadable: int
    """How many lines could not be read, among all that were looked at."""


def find(folder: Path, question: Question) -> Found:
    """Read the log from its end back to the time that is asked about. Raises `FileUnreadable`."""
    found: list[list[Line]] = []
    unreadable = 0
    for path in reversed(log_files(folder)):
        lines = [read_line(raw) for raw, whole in split(files.read(path) or b"") if whole]
        unreadable += lines.count(None)
        known = [line for line in lines if line is not None]
        found.append([line for line in known if _in_time(line, question) and question.takes(line)])
        if question.since is not None and known and known[0].at < question.since:
            break
    return Found(tuple(line for part in reversed(found) for line in part), unreadable)


def _in_time(line: Line, question: Question) -> bool:
    after = question.since is None or line.at >= question.since
    return after and (question.until is None or line.at < question.until)


@dataclass(slots=True)
class Row:
    """One line; or several of one program, for one role, on one day."""

    line: Line
    """The first of them."""
    last: datetime
    count: int = 1

    @property
    def programs(self) -> tuple[str, ...]:
        """The program that asked, and its parents, without their ids; none where nobody asked."""
        asker = self.line.asker
        if asker is None:
            return ()
        return (asker.program, *(_ID.sub("", parent) for parent in asker.parents))


def rows(lines: Iterable[Line]) -> Iterator[tuple[date, list[Row]]]:
    """Give the rows of each day, by the clock on the wall, in order.

    Releases and refusals to one program stand at the first of them, until the gate is opened or
    closed; what a program calls itself, and what started it, makes it one.
    """
    day: date | None = None
    of_day: list[Row] = []
    open_rows: dict[object, Row] = {}
    for line in lines:
        at = line.at.astimezone()
        if at.date() != day:
            if day is not None:
                yield day, of_day
            day, of_day, open_rows = at.date(), [], {}
        row = Row(line, at)
        if line.kind not in _MANY:
            open_rows = {
                key: kept for key, kept in open_rows.items() if not _parts(line, kept.line)
            }
            of_day.append(row)
            continue
        key = (line.kind, line.profile, line.account_id, line.role_name, line.person)
        kept = open_rows.setdefault((*key, line.detail, row.programs), row)
        if kept is row:
            of_day.append(row)
        else:
            kept.last, kept.count = at, kept.count + 1
    if day is not None:
        yield day, of_day


def _parts(line: Line, other: Line) -> bool:
    """Whether what came before `line` and what comes after are told apart, for the gate of `other`."""
    return line.profile in {None, other.profile}
