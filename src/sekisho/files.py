"""Files that are never lost: atomic writes, locks between processes, backups, modes.

Everything here touches the disk and nothing else. Foreign `OSError`s become `errors.FileError`s
at this border.
"""

import contextlib
import errno
import hashlib
import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from sekisho.errors import FileChanged, FileLocked, FileUnreadable, FileUnwritable

__all__ = ["backup", "lock", "read", "remove", "replace", "write_private"]

_PRIVATE = 0o600
_PRIVATE_FOLDER = 0o700
_CANNOT_BE_RENAMED_ONTO = (errno.EBUSY, errno.EXDEV)
"""What rename(2) answers for a file that is itself a mount point."""


def read(path: Path) -> bytes | None:
    """Return the bytes of `path`, or `None` when there is no such file.

    Raises `FileUnreadable` for any other reason (permissions, a folder, an I/O error).
    """
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise FileUnreadable(path, error.strerror or str(error)) from error


def write_private(path: Path, data: bytes) -> None:
    """Write `data` to `path` with mode 0600, whole or not at all.

    Missing folders are made with mode 0700. A symlink is followed, so that the link stays.
    Raises `FileUnwritable`; the old contents are then still in place.
    """
    target = _real(path)
    try:
        target.parent.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
        _write_aside_and_rename(target, data, _PRIVATE)
    except OSError as error:
        raise FileUnwritable(path, error.strerror or str(error)) from error


def replace(path: Path, data: bytes, *, expected: bytes | None) -> bool:
    """Replace what `path` holds by `data`, if it still holds `expected`.

    `expected` is what was read before (`None`: there was no file). Mode and symlink are kept; a
    new file gets 0600. Returns `True` when the file was renamed into place, and `False` when it
    could not be renamed onto (a bind mount) and was written in place instead, after a backup
    beside it was synced.

    Raises `FileChanged` when it holds something else by now, and `FileUnwritable`.
    """
    if read(path) != expected:
        raise FileChanged(path)
    target = _real(path)
    try:
        target.parent.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
        mode = _PRIVATE if expected is None else stat.S_IMODE(target.stat().st_mode)
        try:
            _write_aside_and_rename(target, data, mode)
        except OSError as error:
            if error.errno not in _CANNOT_BE_RENAMED_ONTO:
                raise
            _write_in_place(target, data)
            return False
    except OSError as error:
        raise FileUnwritable(path, error.strerror or str(error)) from error
    return True


def remove(path: Path) -> bool:
    """Remove the file `path`; return whether there was one. Raises `FileUnwritable`."""
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise FileUnwritable(path, error.strerror or str(error)) from error
    return True


def backup(path: Path, data: bytes, folder: Path) -> Path:
    """Keep `data`, read from `path`, in `folder` under a name that is never overwritten.

    The name carries a digest of the contents, so keeping the same bytes twice makes one file.
    Returns the backup's path. Raises `FileUnwritable`.
    """
    digest = hashlib.sha256(os.fsencode(_real(path)) + b"\0" + data).hexdigest()[:16]
    kept = folder / f"{path.name}.{digest}.bak"
    if read(kept) != data:
        write_private(kept, data)
    return kept


@contextlib.contextmanager
def lock(path: Path, *, seconds: float = 10.0) -> Iterator[None]:
    """Hold the lock file `path` against every other process, for as long as the block runs.

    It is an OS lock: a killed holder gives it back. Blocks for at most `seconds`, then raises
    `FileLocked`, which names the holder's process id. Raises `FileUnwritable` when the lock file
    cannot be made. The file stays behind; an empty lock file means nothing.
    """
    try:
        path.parent.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
        held = FileLock(path, timeout=seconds, mode=_PRIVATE)
        with held:
            _note_holder(path)
            yield
    except Timeout:
        holder = (read(_holder(path)) or b"").decode(errors="replace").strip()
        raise FileLocked(path, seconds=seconds, holder=holder) from None


def _note_holder(path: Path) -> None:
    with contextlib.suppress(OSError):  # a courtesy to whoever waits; never worth failing for
        _holder(path).write_text(str(os.getpid()))


def _holder(path: Path) -> Path:
    return path.with_name(f"{path.name}.pid")


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path))


def _write_aside_and_rename(target: Path, data: bytes, mode: int) -> None:
    """Temporary file beside the target, fsync, rename, fsync of the folder."""
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fchmod(stream.fileno(), mode)
            os.fsync(stream.fileno())
        os.replace(name, target)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise
    _sync_folder(target.parent)


def _write_in_place(target: Path, data: bytes) -> None:
    aside = target.with_name(f"{target.name}.sekisho-before")
    _write_aside_and_rename(aside, target.read_bytes(), _PRIVATE)
    with target.open("r+b") as stream:
        stream.write(data)
        stream.truncate()
        stream.flush()
        os.fsync(stream.fileno())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
