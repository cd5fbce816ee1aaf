"""Laws of the audit log: nothing of its own makes a fault, and whatever somebody does to it is one."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.adapters.audit_file import AuditFile
from sekisho.guard.audit import Event, Kind
from sekisho.guard.audit_check import Checked, check
from sekisho.guard.audit_files import LIVE, NOTE, log_files, read_note
from sekisho.testing.clock import FakeClock

SMALL = 1500
"""Bytes of a file: three lines or four."""
EVENTS = st.builds(
    Event,
    st.sampled_from([Kind.RELEASE, Kind.REFUSAL, Kind.OPENING]),
    st.none() | st.text(max_size=9),
)
STEPS = st.lists(EVENTS | st.sampled_from(["restart", "torn"]), min_size=1, max_size=12)


@contextmanager
def _folder() -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="sekisho-audit-"))
    yield path / "audit"
    shutil.rmtree(path)


def _write(folder: Path, steps: list[Event | str]) -> None:
    """Write events; in between a process ends, or is killed within a line."""
    log = AuditFile(folder, FakeClock(), most_bytes=SMALL)
    for step in steps:
        if isinstance(step, Event):
            log.write(step)
            continue
        log.close()
        if step == "torn" and (folder / LIVE).exists():
            with (folder / LIVE).open("ab") as stream:
                stream.write(b'{"seq":')
    log.write(Event(Kind.AGENT_STOP))
    log.close()


def _checked(folder: Path) -> Checked:
    log = [(path, path.read_bytes()) for path in log_files(folder)]
    return check(log, read_note((folder / NOTE).read_bytes()), folder / LIVE)


@settings(max_examples=50)  # each waits for the disk
@given(STEPS)
def test_however_processes_end_the_log_is_whole(steps: list[Event | str]) -> None:
    with _folder() as folder:
        _write(folder, steps)
        found = _checked(folder)

    assert found.faults == ()
    assert found.lines >= sum(isinstance(step, Event) for step in steps)


@settings(max_examples=50)
@given(st.lists(EVENTS, min_size=3, max_size=12), st.data())
def test_whatever_is_done_to_one_line_is_found(events: list[Event], data: st.DataObject) -> None:
    with _folder() as folder:
        _write(folder, [*events])
        path = data.draw(st.sampled_from(log_files(folder)))
        lines = path.read_bytes().splitlines(keepends=True)
        which = data.draw(st.integers(0, len(lines) - 1))
        changed = data.draw(st.sampled_from([_flipped, _removed, _twice, _swapped, _cut]))
        path.write_bytes(b"".join(changed(lines, which)))
        found = _checked(folder)

    assert found.faults


def _flipped(lines: list[bytes], which: int) -> list[bytes]:
    """Change one digit of a time."""
    line = lines[which]
    return [*lines[:which], line.replace(b'"time":"2', b'"time":"1'), *lines[which + 1 :]]


def _removed(lines: list[bytes], which: int) -> list[bytes]:
    return [*lines[:which], *lines[which + 1 :]]


def _twice(lines: list[bytes], which: int) -> list[bytes]:
    return [*lines[: which + 1], *lines[which:]]


def _swapped(lines: list[bytes], which: int) -> list[bytes]:
    if len(lines) == 1:
        return []
    other = which - 1
    swapped = [*lines]
    swapped[which], swapped[other] = lines[other], lines[which]
    return swapped


def _cut(lines: list[bytes], which: int) -> list[bytes]:
    """Cut the file off in the middle of a line."""
    return [*lines[:which], lines[which][:20]]
