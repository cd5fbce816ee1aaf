"""The agent's place: its folder, the lock that says whose it is, and the sockets in it.

A socket that an agent left behind is replaced by its successor only, which holds the lock.
"""

import contextlib
import errno
import fcntl
import os
import secrets
import socket
import stat
import time
from collections.abc import Iterator
from pathlib import Path

from sekisho.errors import AgentNotStarted, AgentRunning
from sekisho.guard.place import MOST_BYTES

__all__ = ["BACKLOG", "is_answered", "listening", "private_folder", "scope_socket", "taken"]

_PRIVATE_FOLDER = 0o700
_OTHERS = 0o077
BACKLOG = 512
"""Connections that wait to be accepted; beyond them, whoever connects is turned away."""
_LOOK_AGAIN_SECONDS = 0.05


@contextlib.contextmanager
def taken(path: Path) -> Iterator[None]:
    """Hold the place of the socket `path` against every other agent, for as long as the block runs.

    Raises `AgentRunning` while another one holds it, and `AgentNotStarted` for a folder or a lock
    file that cannot be had, or is not this user's alone.
    """
    try:
        private_folder(path.parent)
        lock = path.with_suffix(".lock")
        descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise AgentNotStarted(f"{error.filename or path}: {error.strerror or error}") from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(descriptor, 32, 0).decode(errors="replace").strip()
            raise AgentRunning(path, holder=holder if holder.isdigit() else "") from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(descriptor)  # which gives the lock back


def private_folder(folder: Path) -> None:
    """Make `folder`, for this user alone, or make sure that it is. Raises `OSError`."""
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=_PRIVATE_FOLDER, parents=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise PermissionError(errno.EPERM, "it is a link, or somebody else's", str(folder))
    if found.st_mode & _OTHERS:
        folder.chmod(_PRIVATE_FOLDER)


@contextlib.contextmanager
def listening(path: Path) -> Iterator[socket.socket]:
    """Listen on the socket `path`, which is this user's alone, while the block runs.

    What lies there is replaced: whoever calls this holds the place. At the end the socket is
    removed, if it is still this one. Raises `AgentNotStarted`.
    """
    if len(os.fsencode(path)) > MOST_BYTES:
        raise AgentNotStarted(f"{path} is longer than the {MOST_BYTES} bytes of a socket's path")
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        with contextlib.suppress(FileNotFoundError):
            path.unlink()
        listener.bind(os.fspath(path))
        path.chmod(0o600)
        listener.listen(BACKLOG)
        listener.setblocking(False)
        mine = path.lstat()
    except OSError as error:
        listener.close()
        raise AgentNotStarted(f"{path}: {error.strerror or error}") from error
    try:
        yield listener
    finally:
        listener.close()
        with contextlib.suppress(OSError):
            if os.path.samestat(path.lstat(), mine):
                path.unlink()


def scope_socket(folder: Path) -> Path:
    """Return a path in `folder` for a socket that knows some gates only; nobody can guess it."""
    return folder / f"only-{secrets.token_hex(4)}.sock"


def is_answered(path: Path, seconds: float) -> bool:
    """Whether somebody takes connections at `path`; block for at most `seconds` until they do."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with socket.socket(socket.AF_UNIX) as asked, contextlib.suppress(OSError):
            asked.connect(os.fspath(path))
            return True
        time.sleep(_LOOK_AGAIN_SECONDS)
    return False
