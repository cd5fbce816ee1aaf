"""A folder for the files of one run, which is gone when the run is over, however it ended.

A run holds a lock beside its folder. Who dies gives the lock back without a word, so whoever
makes the next folder can tell which ones nobody needs any more, and removes them.
"""

import contextlib
import fcntl
import os
import secrets
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from sekisho.errors import FileUnwritable

__all__ = ["scratch_folder", "sweep"]

_LOCK = ".lock"
_PRIVATE = 0o700


@contextlib.contextmanager
def scratch_folder(within: Path) -> Iterator[Path]:
    """Make a folder of mode 0700 in `within`, and remove it with all it holds at the end.

    `within` is made where it is missing; it has to be the user's own and closed to others. What
    runs that were killed have left in it is removed first. Raises `FileUnwritable`.
    """
    name = secrets.token_hex(8)
    folder, lock = within / name, within / f"{name}{_LOCK}"
    try:
        _make_private(within)
        sweep(within)
        held = _locked_anew(lock)
        folder.mkdir(mode=_PRIVATE)
    except OSError as error:
        raise FileUnwritable(folder, error.strerror or str(error)) from error
    try:
        yield folder
    finally:
        _remove(folder, lock)
        os.close(held)


def sweep(within: Path) -> None:
    """Remove the folders in `within` whose runs have ended without doing so. Raises nothing."""
    with contextlib.suppress(OSError):
        for lock in list(within.glob(f"*{_LOCK}")):
            _sweep_one(lock)


def _sweep_one(lock: Path) -> None:
    with contextlib.suppress(OSError):  # it is held, or somebody else has removed it just now
        descriptor = os.open(lock, os.O_RDWR | os.O_NOFOLLOW)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _remove(lock.with_suffix(""), lock)
        finally:
            os.close(descriptor)


def _remove(folder: Path, lock: Path) -> None:
    """The folder first: a lock that is left over says that there is something to do."""
    shutil.rmtree(folder, ignore_errors=True)
    with contextlib.suppress(OSError):
        lock.unlink()


def _locked_anew(lock: Path) -> int:
    """Make the lock and hold it; a sweep may take it away before it is held, so look again."""
    while True:
        descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            if _is_still(lock, descriptor):
                return descriptor
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)


def _is_still(lock: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(lock.lstat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def _make_private(folder: Path) -> None:
    """Make `folder`, and what is missing above it, closed to others."""
    for missing in reversed([folder, *folder.parents]):
        if not missing.exists():
            missing.mkdir(mode=_PRIVATE, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode):
        raise OSError(f"{folder} is a symbolic link")
    if found.st_uid != os.getuid():
        raise OSError(f"{folder} belongs to somebody else")
    if found.st_mode & 0o077:
        folder.chmod(_PRIVATE)
