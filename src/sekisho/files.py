"""Files that are never lost: atomic writes, locks between processes, backups, modes.

Everything here touches the disk and nothing else. Foreign `OSError`s become `errors.FileError`s
at this border.
"""

import contextlib
import errno
import fcntl
import hashlib
import itertools
import os
import stat
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from sekisho.errors import FileChanged, FileLocked, FileUnreadable, FileUnwritable

__all__ = [
    "backup",
    "lock",
    "mode",
    "move",
    "private_folder",
    "read",
    "remove",
    "replace",
    "write_private",
]

_PRIVATE = 0o600
_PRIVATE_FOLDER = 0o700
_CANNOT_BE_RENAMED_ONTO = (errno.EBUSY, errno.EXDEV)
"""What rename(2) answers for a file that is itself a mount point."""
_LOOK_AGAIN_SECONDS = 0.02


def read(path: Path) -> bytes | None:
    """Return the bytes of `path`, or `None` when there is no such file.

    Raises `FileUnreadable` for any other reason (permissions, a folder, an I/O error).
    """
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise FileUnreadable(path, _reason(error)) from error


def mode(path: Path) -> int | None:
    """Return who may do what with the file at `path`, such as 0o600; `None`: there is none.

    Raises `FileUnreadable`.
    """
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise FileUnreadable(path, _reason(error)) from error


def write_private(path: Path, data: bytes) -> None:
    """Write `data` to `path` with mode 0600, whole or not at all.

    Missing folders are made with mode 0700. A symlink is followed, so that the link stays.
    Raises `FileUnwritable`; the old contents are then still in place.
    """
    try:
        target = _target(path)
        private_folder(target.parent)
        _write_aside_and_rename(target, data, _PRIVATE)
    except OSError as error:
        raise FileUnwritable(path, _reason(error)) from error


def replace(path: Path, data: bytes, *, expected: bytes | None) -> bool:
    """Replace what `path` holds by `data`, if it still holds `expected`.

    `expected` is what was read before (`None`: there was no file). Mode and symlink are kept, and
    the owner where the system lets us; a new file gets 0600. Returns `True` when the file was
    renamed into place, and `False` when it could not be renamed onto (a bind mount) and was
    written in place instead, after a backup beside it was synced.

    Raises `FileChanged` when it holds something else by now, and `FileUnwritable`. Whoever may
    race with another sekisho holds a `lock` from reading to writing; other programs know no such
    lock, so what `path` holds is looked at once more right before the rename.
    """

    def compare() -> None:
        if read(path) != expected:
            raise FileChanged(path)

    compare()
    try:
        target = _target(path)
        private_folder(target.parent)
        mode = _PRIVATE if expected is None else stat.S_IMODE(target.stat().st_mode)
        try:
            _write_aside_and_rename(target, data, mode, compare)
        except OSError as error:
            if error.errno not in _CANNOT_BE_RENAMED_ONTO:
                raise
            compare()
            _write_in_place(target, data)
            return False
    except OSError as error:
        raise FileUnwritable(path, _reason(error)) from error
    return True


def remove(path: Path) -> bool:
    """Remove the file `path`; return whether there was one. Raises `FileUnwritable`."""
    try:
        path.unlink()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        raise FileUnwritable(path, _reason(error)) from error
    return True


def move(path: Path, to: Path) -> bool:
    """Move the file `path` to `to`, in a private folder; return whether there was one.

    Both are on one file system, and nothing lies at `to`. Raises `FileUnwritable`.
    """
    try:
        private_folder(to.parent)
        path.rename(to)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise FileUnwritable(path, _reason(error)) from error
    return True


def backup(path: Path, data: bytes, folder: Path) -> Path:
    """Keep `data`, read from `path`, in `folder` under a name that is never overwritten.

    The name carries a digest of the contents, so keeping the same bytes twice makes one file; a
    backup that somebody has changed since is left alone, and gets a neighbour.
    Returns the backup's path. Raises `FileUnwritable`.
    """
    digest = hashlib.sha256(os.fsencode(_real(path)) + b"\0" + data).hexdigest()[:16]
    for again in itertools.count():
        kept = folder / f"{path.name}.{digest}{f'.{again}' if again else ''}.bak"
        held = read(kept)
        if held is None:
            write_private(kept, data)
        if held in {None, data}:
            break
    return kept


def private_folder(folder: Path) -> None:
    """Make `folder` and what is missing above it, all with mode 0700. Raises `OSError`."""
    if folder.is_dir():
        return
    private_folder(folder.parent)
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=_PRIVATE_FOLDER)


@contextlib.contextmanager
def lock(path: Path, *, seconds: float = 10.0) -> Iterator[None]:
    """Hold the lock file `path` against every other process, for as long as the block runs.

    It is an OS lock: a killed holder gives it back. Blocks for at most `seconds`, then raises
    `FileLocked`, which names the holder's process id. Raises `FileUnwritable` when the lock file
    cannot be made. The file stays behind; a lock file that nobody holds means nothing.
    """
    try:
        private_folder(path.parent)
        # Python's files are not inherited by the programs that we start: the lock stays ours.
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, _PRIVATE)
    except OSError as error:
        raise FileUnwritable(path, _reason(error)) from error
    try:
        _acquire(descriptor, path, seconds)
        _note_holder(path)
        yield
    finally:
        os.close(descriptor)  # which gives the lock back


def _acquire(descriptor: int, path: Path, seconds: float) -> None:
    """Lock `descriptor` with flock(2), as filelock does, and without the cost of importing it."""
    deadline = time.monotonic() + seconds  # noqa: TID251  # a wait for the disk, as an fsync is
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() >= deadline:  # noqa: TID251
                holder = (read(_holder(path)) or b"").decode(errors="replace").strip()
                raise FileLocked(path, seconds=seconds, holder=holder) from None
        except OSError as error:
            raise FileUnwritable(path, _reason(error)) from error
        time.sleep(_LOOK_AGAIN_SECONDS)  # noqa: TID251


def _note_holder(path: Path) -> None:
    with contextlib.suppress(OSError):  # a courtesy to whoever waits; never worth failing for
        _holder(path).write_text(str(os.getpid()))


def _holder(path: Path) -> Path:
    return path.with_name(f"{path.name}.pid")


def _reason(error: OSError) -> str:
    return error.strerror or str(error)


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path))


def _target(path: Path) -> Path:
    """The file that `path` leads to, or will. A device or a pipe is no file to be renamed onto."""
    target = _real(path)
    if target.exists() and not target.is_file():
        raise OSError(errno.EINVAL, "it is not a regular file")
    return target


def _write_aside_and_rename(
    target: Path, data: bytes, mode: int, compare: Callable[[], None] = lambda: None
) -> None:
    """Temporary file beside the target, fsync, `compare`, rename, fsync of the folder."""
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    aside = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
            stream.flush()
            _keep_owner(stream.fileno(), target)
            os.fchmod(stream.fileno(), mode)
            os.fsync(stream.fileno())
        compare()
        aside.replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            aside.unlink()
        raise
    _sync_folder(target.parent)


def _keep_owner(descriptor: int, target: Path) -> None:
    """Give the new file the old one's owner: `sudo sekisho …` must not take it away."""
    with contextlib.suppress(OSError):  # no old file; or not ours to give away
        before, now = target.stat(), os.fstat(descriptor)
        if (before.st_uid, before.st_gid) != (now.st_uid, now.st_gid):
            os.fchown(descriptor, before.st_uid, before.st_gid)


def _write_in_place(target: Path, data: bytes) -> None:
    before = target.read_bytes()
    kept = backup(target, before, target.parent)
    try:
        _overwrite(target, data)
    except OSError as error:
        try:
            _overwrite(target, before)
        except OSError:
            raise FileUnwritable(target, _reason(error), kept=kept) from error
        raise


def _overwrite(target: Path, data: bytes) -> None:
    with target.open("r+b") as stream:
        stream.write(data)
        stream.truncate()
        stream.flush()
        os.fsync(stream.fileno())


def _sync_folder(folder: Path) -> None:
    """Make a rename in `folder` outlive a power cut, where the file system can do that."""
    with contextlib.suppress(OSError):  # the rename itself has been done
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
