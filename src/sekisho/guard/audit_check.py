"""Whether the audit log is whole: each line against the digest that the next one holds of it.

What a chain cannot show: that somebody has written all of it anew, with every digest right. Whoever
may write the files can do that.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sekisho.guard.audit import BEGINNING, Kind, Line, read_line
from sekisho.guard.audit_files import NOTHING, Left, Tail, number_of, split

__all__ = ["Checked", "Fault", "check"]


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is not as it should be."""

    path: Path
    line: int
    """The line of the file, from 1."""
    what: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What became of a look at the whole log."""

    lines: int
    """How many lines there are that could be read."""
    faults: tuple[Fault, ...]
    remarks: tuple[Fault, ...]
    """What is as it should be, and may be asked about: torn ends that were repaired, a removed file."""


@dataclass(slots=True)
class _Walk:
    """How far the check has come."""

    faults: list[Fault] = field(default_factory=list)
    remarks: list[Fault] = field(default_factory=list)
    unreadable: list[tuple[Path, int]] = field(default_factory=list)
    """Places since the last line that could be read."""
    last: tuple[Path, int] | None = None
    """Where that one stands."""
    tail: Tail = NOTHING
    first: tuple[Line, Path, int] | None = None
    """The oldest line, and its place."""
    begins: int = 1
    """The oldest line that was kept, by the newest `rotated` line."""
    lines: int = 0


def check(log: Iterable[tuple[Path, bytes]], left: Left | None, live: Path) -> Checked:
    """Check the files of a log, the oldest first.

    `left` is what `audit.tail` says of its end, and `live` the file that is written to.
    """
    walk = _Walk()
    previous: int | None = None
    for path, data in log:
        number = number_of(path)
        if previous is not None and number not in {None, previous + 1}:
            walk.faults.append(Fault(path, 1, f"files between {previous} and {number} are missing"))
        previous = number or previous
        for count, (raw, whole) in enumerate(split(data), 1):
            line = read_line(raw) if whole else None
            if line is None:
                walk.unreadable.append((path, count))
            else:
                _step(walk, line, raw, (path, count))
    for path, count in walk.unreadable:
        walk.faults.append(Fault(path, count, "is torn, or is no line of the log"))
    _ends(walk, left, live)
    return Checked(walk.lines, tuple(walk.faults), tuple(walk.remarks))


def _step(walk: _Walk, line: Line, raw: bytes, place: tuple[Path, int]) -> None:
    gap = _unreadable(walk, line)
    if walk.first is None:
        _begins(walk, line, place)
    else:
        walk.faults += _misplaced(walk, line, place, gap)
    if line.kind == Kind.ALTERED:
        what = f"sekisho found, when it wrote this line: {line.detail}"
        walk.faults.append(Fault(*place, what))
    walk.begins = line.begins or walk.begins
    if line.seq > walk.tail.seq:
        walk.last, walk.tail = place, Tail.of(line, raw)
    walk.lines += 1


def _unreadable(walk: _Walk, line: Line) -> int:
    """Say what to make of lines that are none, now that one has come; return how many stand for one."""
    places, walk.unreadable = walk.unreadable, []
    goes_on = (line.seq, line.prev) == (walk.tail.seq + 1, walk.tail.digest)
    if goes_on and line.kind == Kind.REPAIRED:
        walk.remarks += [
            Fault(*place, "was torn, and the log went on after it") for place in places
        ]
        return 0
    walk.faults += [Fault(*place, "is no line of the log any more") for place in places]
    return len(places)


def _begins(walk: _Walk, line: Line, place: tuple[Path, int]) -> None:
    walk.first = (line, *place)
    if line.seq == 1 and line.prev != BEGINNING:
        walk.faults.append(Fault(*place, "was changed: it is the first, and names one before it"))


def _misplaced(walk: _Walk, line: Line, place: tuple[Path, int], gap: int) -> Iterator[Fault]:
    """Hold a line to the one before it, with `gap` lines that cannot be read between them."""
    expected = walk.tail.seq + 1
    if line.seq < expected:
        yield Fault(
            *place, f"is out of order: line {line.seq:,} of the log after {walk.tail.seq:,}"
        )
    elif line.seq > expected + gap:
        missing = line.seq - expected - gap
        before = f"{missing:,} line{'s are' if missing > 1 else ' is'} missing before this one"
        yield Fault(*place, f"{before}: of {expected:,} to {line.seq - 1:,}")
    elif line.seq == expected and line.prev != walk.tail.digest and walk.last is not None:
        yield Fault(*walk.last, "was changed: the next line holds another digest of it")


def _ends(walk: _Walk, left: Left | None, live: Path) -> None:
    """Hold both ends to what was written down of them elsewhere."""
    if walk.first is not None:
        first, path, count = walk.first
        if first.seq > walk.begins:
            what = f"lines {walk.begins:,} to {first.seq - 1:,} are missing before this one"
            walk.faults.append(Fault(path, count, what))
        elif first.seq > 1:
            what = f"is the oldest that is kept; it was line {first.seq:,} of the whole log"
            walk.remarks.append(Fault(path, count, what))
    if left is None:
        return
    last = walk.last or (live, 1)
    if walk.tail.seq < left.tail.seq:
        what = f"lines {walk.tail.seq + 1:,} to {left.tail.seq:,} are missing after this one"
        walk.faults.append(Fault(*last, what))
    elif walk.tail.seq == left.tail.seq and walk.tail.digest != left.tail.digest:
        walk.faults.append(Fault(*last, "was changed: it is not as sekisho wrote it"))
