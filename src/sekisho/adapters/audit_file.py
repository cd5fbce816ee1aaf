"""The audit log on the disk: lines are added and never changed.

Several processes may write: the agent, and every command that hands out credentials of sealed
delivery. Each append holds an OS lock (flock(2) on `audit.tail`), and that file says how the last one
left the log. One log for each writer would need neither, and could not say in which order things
happened.
"""

import contextlib
import errno
import fcntl
import os
import stat
import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from sekisho.errors import AuditNotWritten, FileUnreadable
from sekisho.files import private_folder
from sekisho.guard.audit import Event, Kind, Line, encode, line_of
from sekisho.guard.audit_files import (
    LIVE,
    NOTE,
    NOTHING,
    Left,
    Tail,
    end_of,
    first_seq,
    holds,
    log_files,
    number_of,
    read_note,
    rotated,
)
from sekisho.ports import Clock

__all__ = ["AuditFile"]

_FLAGS = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
_PRIVATE = 0o600
_PRIVATE_FOLDER = 0o700
_OTHERS = 0o077
_CLOSED = -1
_LONGEST_NOTE = 1024
_END = 256 * 1024
"""Bytes from the end of a file in which its last line is looked for first."""
_LOOK_AGAIN_SECONDS = 0.002
_PATIENCE_SECONDS = 1.0
_BETWEEN_SYNCS_SECONDS = 1.0

_Written = tuple[Line, bytes]
_Forward = Callable[[Line, bytes], None]


def _nowhere(_line: Line, _raw: bytes) -> None:
    """_Forward to nobody."""


class AuditFile:
    """The real `AuditLog`, in files of a folder. Threads may share one."""

    def __init__(
        self,
        folder: Path,
        clock: Clock,
        *,
        forward: _Forward = _nowhere,
        most_bytes: int = 10_000_000,
        keep: int = 20,
    ) -> None:
        """Write to `audit.jsonl` in `folder`; nothing is touched before the first event.

        A file has at most `most_bytes`, and `keep` full ones are kept. `forward` is handed each line,
        and its bytes, once it is written; it must not block, or raise.
        """
        self._folder, self._path = folder, folder / LIVE
        self._spelt = (
            str(folder / LIVE),
            str(folder / NOTE),
        )  # a path object costs as much as a write
        self._clock, self._forward = clock, forward
        self._most_bytes, self._keep = most_bytes, keep
        self._threads = threading.Lock()
        self._note = self._file = _CLOSED
        self._inode = (0, 0)
        """Device and number of the open file's."""
        self._tail = NOTHING
        self._size = 0
        self._left: tuple[bytes, Left] | None = None
        """What our last note says."""
        self._synced = -_BETWEEN_SYNCS_SECONDS

    def write(self, event: Event) -> None:
        """Write `event`, and wait for the disk unless it is a release.

        Releases are many; a crash of the machine may lose those of its last seconds. Of refusals, of
        which anybody can make as many as they like, one a second is waited for. Raises
        `AuditNotWritten`, also when another process keeps the log locked for a second.
        """
        with self._threads:
            try:
                with self._locked():
                    written = self._written(event, self._clock.now())
                self._sync(event.kind)
            except FileUnreadable as error:
                self.close()
                raise AuditNotWritten(self._path, error.what) from error
            except OSError as error:
                self.close()
                raise AuditNotWritten(self._path, error.strerror or str(error)) from error
        for line, raw in written:
            self._forward(line, raw)

    def close(self) -> None:
        """Close the files. The next event opens them again."""
        for descriptor in (self._file, self._note):
            if descriptor != _CLOSED:
                os.close(descriptor)
        self._file = self._note = _CLOSED

    # --- one at a time ---------------------------------------------------------------------------

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        if not self._lock():
            deadline = self._clock.monotonic() + _PATIENCE_SECONDS
            while not self._lock():
                if self._clock.monotonic() >= deadline:
                    raise TimeoutError(errno.ETIMEDOUT, "another process keeps it locked")
                self._clock.sleep(_LOOK_AGAIN_SECONDS)
        try:
            yield
        finally:
            fcntl.flock(self._note, fcntl.LOCK_UN)

    def _lock(self) -> bool:
        """Lock the note; `False`: another has it, or it is no longer the one that lies there."""
        _, note = self._spelt
        if self._note == _CLOSED:
            self._enter_folder()
            self._note = _open(note)
        try:
            fcntl.flock(self._note, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        with contextlib.suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(self._note), os.lstat(note)):
                return True
        os.close(self._note)
        self._note = _CLOSED
        return False

    def _enter_folder(self) -> None:
        private_folder(self._folder)
        found = self._folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
            raise PermissionError(errno.EPERM, "its folder is a link, or somebody else's")
        if found.st_mode & _OTHERS:
            self._folder.chmod(_PRIVATE_FOLDER)

    # --- adding lines ----------------------------------------------------------------------------

    def _written(self, event: Event, at: datetime) -> list[_Written]:
        """Add `event`, after what there is to say of the file itself; return all that was added."""
        added = [each for remark in self._find() for each in self._add(remark, at)]
        added += self._add(event, at)
        left = Left.of(self._tail, os.fstat(self._file))
        note = left.note()
        os.pwrite(self._note, note, 0)
        self._left = (note, left)
        return added

    def _add(self, event: Event, at: datetime) -> list[_Written]:
        written = self._next(event, at)
        fits = self._size + len(written[1]) < self._most_bytes
        if fits or not self._size or event.kind is Kind.REPAIRED:  # that stands where the tear is
            return [self._put(*written)]
        first = self._rotate(at)
        return [first, self._put(*self._next(event, at))]

    def _next(self, event: Event, at: datetime, begins: int | None = None) -> _Written:
        tail = self._tail
        line = line_of(event, seq=tail.seq + 1, at=at, prev=tail.digest, begins=begins)
        return line, encode(line)

    def _put(self, line: Line, raw: bytes) -> _Written:
        """One write for a line. What there was room for only in part is taken back."""
        if os.write(self._file, raw + b"\n") != len(raw) + 1:
            os.ftruncate(self._file, self._size)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self._tail = Tail.of(line, raw)
        self._size += len(raw) + 1
        return line, raw

    def _sync(self, kind: Kind) -> None:
        if kind is Kind.RELEASE:
            return
        now = self._clock.monotonic()
        if kind is not Kind.REFUSAL or now - self._synced >= _BETWEEN_SYNCS_SECONDS:
            os.fsync(self._file)
            self._synced = now

    def _rotate(self, at: datetime) -> _Written:
        """Begin a new file, and let go of the oldest one once its first line has said so."""
        os.fsync(self._file)
        full = [number for path in log_files(self._folder) if (number := number_of(path))]
        full.append(max(full, default=0) + 1)
        self._path.rename(rotated(self._folder, full[-1]))
        self._open_file()
        kept = [rotated(self._folder, number) for number in full[-self._keep :]]
        begins = first_seq(kept) or self._tail.seq + 1
        written = self._put(*self._next(Event(Kind.ROTATED), at, begins=begins))
        for number in full[: -self._keep]:
            rotated(self._folder, number).unlink()
        descriptor = os.open(self._folder, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        return written

    # --- is it as sekisho left it? ----------------------------------------------------------------

    def _find(self) -> list[Event]:
        """Make the file ready to go on from its last line, and say what is otherwise than left."""
        note = os.pread(self._note, _LONGEST_NOTE, 0)
        left = self._left[1] if self._left and self._left[0] == note else read_note(note)
        if left is not None:
            with contextlib.suppress(FileNotFoundError):
                now = os.lstat(self._spelt[0])
                if Left.of(left.tail, now) == left:
                    if self._file == _CLOSED or self._inode != (left.device, left.inode):
                        self._open_file()
                    self._tail, self._size = left.tail, left.size
                    return []
        return list(self._look_closely(left))

    def _look_closely(self, left: Left | None) -> Iterator[Event]:
        """Find where the chain goes on, and what is not as it was `left`."""
        if self._open_file() & _OTHERS:
            yield _altered("others could read it, or write to it")
        tail, torn = self._last()
        if torn:
            yield Event(Kind.REPAIRED, detail="its end was torn; what is left of it is kept")
        if left is not None:
            if not holds(self._folder, left.tail):
                yield _altered(f"line {left.tail.seq} is not there as it was written")
                tail = max(tail, left.tail, key=lambda each: each.seq)
            elif tail.seq > left.tail.seq + 1:  # one may be a killed process's
                yield _altered(f"lines were added after line {left.tail.seq}")
        self._tail, self._size = tail, os.fstat(self._file).st_size

    def _open_file(self) -> int:
        """Open the file for this user alone; return the mode that it had."""
        if self._file != _CLOSED:
            os.close(self._file)
            self._file = _CLOSED
        self._file = _open(self._spelt[0], os.O_APPEND)
        found = os.fstat(self._file)
        if found.st_mode & _OTHERS:
            os.fchmod(self._file, _PRIVATE)
        self._inode, self._size = (found.st_dev, found.st_ino), found.st_size
        return found.st_mode

    def _last(self) -> tuple[Tail, bool]:
        """Return the last line, of this file or an older one, and whether it is torn after that."""
        size = self._size
        end = end_of(os.pread(self._file, _END, max(0, size - _END)))
        if end.tail is None and size > _END:
            end = end_of(os.pread(self._file, size, 0))
        if end.unended:
            os.write(self._file, b"\n")
        if end.tail is not None:
            return end.tail, end.torn
        for path in reversed(log_files(self._folder)[:-1]):
            if (older := end_of(path.read_bytes())).tail is not None:
                return older.tail, end.torn or older.torn
        return NOTHING, end.torn


def _open(path: str, flags: int = 0) -> int:
    """Open a file of this user's own, and make it if it is not there."""
    try:
        descriptor = os.open(path, _FLAGS | flags, _PRIVATE)
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise PermissionError(errno.EPERM, f"{Path(path).name} is a symbolic link") from error
        raise
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode) or found.st_uid != os.geteuid():
        os.close(descriptor)
        raise PermissionError(
            errno.EPERM, f"{Path(path).name} is no regular file, or somebody else's"
        )
    return descriptor


def _altered(detail: str) -> Event:
    return Event(Kind.ALTERED, detail=detail)
