"""The files of the audit log: what they are called, and where a log ends.

`audit.jsonl` is written to. When it is full it becomes `audit-000001.jsonl`, and so on; the oldest
are removed. `audit.tail` says how the log ended when sekisho wrote to it last, so that it shows when
something is cut off or added since.
"""

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from sekisho import files
from sekisho.errors import FileUnreadable
from sekisho.guard.audit import BEGINNING, Line, digest, read_line

__all__ = [
    "LIVE",
    "NOTE",
    "NOTHING",
    "End",
    "Left",
    "Tail",
    "end_of",
    "first_seq",
    "holds",
    "log_files",
    "log_folder",
    "number_of",
    "read_note",
    "rotated",
    "split",
]

LIVE = "audit.jsonl"
NOTE = "audit.tail"
_ROTATED = re.compile(r"audit-([0-9]{6,})\.jsonl")
_NOTE_BYTES = 160


def log_folder(state: Path) -> Path:
    """Return the folder of the audit log below the user's state folder for sekisho."""
    return state / "audit"


def rotated(folder: Path, number: int) -> Path:
    """Return the `number`th full file, from 1."""
    return folder / f"audit-{number:06}.jsonl"


def number_of(path: Path) -> int | None:
    """Return which full file `path` is; `None`: it is the one that is written to."""
    found = _ROTATED.fullmatch(path.name)
    return None if found is None else int(found[1])


def log_files(folder: Path) -> tuple[Path, ...]:
    """Return the log's files that are there, the oldest first. Raises `FileUnreadable`."""
    try:
        there = list(folder.iterdir())
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise FileUnreadable(folder, error.strerror or str(error)) from error
    full = sorted(number for path in there if (number := number_of(path)) is not None)
    live = [path for path in there if path.name == LIVE]
    return (*(rotated(folder, number) for number in full), *live)


def split(data: bytes) -> Iterator[tuple[bytes, bool]]:
    """Give each line of `data` without its end, and whether it has one."""
    *whole, rest = data.split(b"\n")
    yield from ((line, True) for line in whole)
    if rest:
        yield rest, False


@dataclass(frozen=True, slots=True)
class Tail:
    """The last line of a log, as far as the next one has to know it."""

    seq: int
    digest: str

    @classmethod
    def of(cls, line: Line, raw: bytes) -> "Tail":
        """Return the tail that `line`, which was read from `raw`, is."""
        return cls(line.seq, digest(raw))


NOTHING = Tail(0, BEGINNING)
"""The tail of a log that has no line yet."""


@dataclass(frozen=True, slots=True)
class Left:
    """How sekisho left the log: what `audit.tail` says."""

    tail: Tail
    device: int
    inode: int
    size: int
    changed: int
    """Nanoseconds: `st_ctime_ns`, which nobody can set."""

    @classmethod
    def of(cls, tail: Tail, now: os.stat_result) -> "Left":
        """Return how the log is left that ends with `tail`, in a file that is as `now` says."""
        return cls(tail, now.st_dev, now.st_ino, now.st_size, now.st_ctime_ns)

    def note(self) -> bytes:
        """Return what is to stand in `audit.tail`: as many bytes each time."""
        tail = self.tail
        left = (tail.seq, tail.digest, self.device, self.inode, self.size, self.changed)
        text = " ".join(map(str, left))
        return text.ljust(_NOTE_BYTES - 1).encode() + b"\n"


def read_note(data: bytes) -> Left | None:
    """Return what `audit.tail` says; `None` where it says nothing, or nothing that has a meaning."""
    try:
        seq, said, *left = data.decode("ascii").split()
        device, inode, size, changed = map(int, left)
        return Left(Tail(int(seq), said), device, inode, size, changed)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class End:
    """How a file ends."""

    tail: Tail | None
    """Its last line that is one; `None`: it has none."""
    torn: bool
    """Whether something comes after that, which is no line."""
    unended: bool
    """Whether that something has no line's end."""


def end_of(data: bytes) -> End:
    """Look at the end of a file that holds, or ends with, `data`."""
    lines = list(split(data))
    unended = bool(lines) and not lines[-1][1]
    torn = False
    for raw, whole in reversed(lines):
        line = read_line(raw) if whole else None
        if line is not None:
            return End(Tail.of(line, raw), torn, unended)
        torn = True
    return End(None, torn, unended)


def first_seq(paths: Iterable[Path]) -> int | None:
    """Return the number of the first line in the files `paths`. Raises `FileUnreadable`."""
    for path in paths:
        for raw, _ in split(files.read(path) or b""):
            if (line := read_line(raw)) is not None:
                return line.seq
    return None


def holds(folder: Path, tail: Tail) -> bool:
    """Whether the log still has the line `tail`, or has let go of it by itself.

    Reads backwards, file by file. Raises `FileUnreadable`.
    """
    if tail == NOTHING:
        return True
    for path in reversed(log_files(folder)):
        for raw, _ in split(files.read(path) or b""):
            line = read_line(raw)
            if line is None:
                continue
            if line.seq == tail.seq:
                return digest(raw) == tail.digest
            if line.begins is not None and line.begins > tail.seq:
                return True
    return False
