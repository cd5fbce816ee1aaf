"""Who a process is: from `/proc` on Linux, from `ps` elsewhere."""

import os
import subprocess
import sys
from collections import OrderedDict
from typing import NamedTuple

from sekisho.ports import Asker, Processes

__all__ = ["LinuxProcesses", "ListedProcesses", "system_processes"]

_UNKNOWN = "unknown"
_MOST_PARENTS = 8
_MOST_KEPT = 512
_LONGEST_STAT = 1024


def system_processes(platform: str = sys.platform) -> Processes:
    """Return the processes of this machine."""
    return LinuxProcesses() if platform == "linux" else ListedProcesses()


class _Seen(NamedTuple):
    """A process at one look: an id alone may be another process's by now, or run another program."""

    pid: int
    name: str
    parent: int
    started: bytes
    """Clock ticks since the machine started."""


class LinuxProcesses:
    """`Processes` by `/proc`.

    What was learnt of a process is kept, until many others came, and served while its id, its start,
    its name and its parent are the same: one small read instead of some ten. Not for threads.
    """

    def __init__(self, proc: str = "/proc") -> None:
        """Read below the folder `proc`."""
        self._proc = proc
        self._kept: OrderedDict[_Seen, tuple[str, tuple[str, ...]]] = OrderedDict()

    def asker(self, pid: int, uid: int) -> Asker:
        """Say who the process `pid` is; see `ports.Processes`."""
        seen = self._look(pid)
        if seen is None:
            return Asker(pid, uid, _UNKNOWN, _UNKNOWN, ())
        kept = self._kept.get(seen)
        if kept is None:
            kept = (self._path(pid), self._parents(seen))
            self._kept[seen] = kept
            if len(self._kept) > _MOST_KEPT:
                self._kept.popitem(last=False)
        return Asker(pid, uid, seen.name, *kept)

    def _parents(self, seen: _Seen) -> tuple[str, ...]:
        parents: list[str] = []
        parent: _Seen | None = seen
        while parent is not None and parent.parent > 0 and len(parents) < _MOST_PARENTS:
            pid = parent.parent
            parent = self._look(pid)
            parents.append(f"{_UNKNOWN if parent is None else parent.name} ({pid})")
        return tuple(parents)

    def _look(self, pid: int) -> _Seen | None:
        """proc(5), `/proc/pid/stat`: the name stands in parentheses, and may hold some itself."""
        try:
            descriptor = os.open(f"{self._proc}/{pid}/stat", os.O_RDONLY | os.O_CLOEXEC)
            try:
                told = os.read(descriptor, _LONGEST_STAT)
            finally:
                os.close(descriptor)
            head, _, tail = told.rpartition(b") ")
            fields = tail.split(b" ", 20)
            name = _spelt(head.partition(b" (")[2]) or _UNKNOWN
            return _Seen(pid, name, int(fields[1]), fields[19])
        except (OSError, ValueError, IndexError):
            return None

    def _path(self, pid: int) -> str:
        try:
            return _spelt(os.readlink(os.fsencode(f"{self._proc}/{pid}/exe")))  # noqa: PTH115
        except OSError:  # a hardened process, or another user's
            return _UNKNOWN


class ListedProcesses:
    """`Processes` by `ps`, as POSIX has it.

    Every question starts it, which takes some milliseconds: ask once for a connection.
    """

    def __init__(self, ps: str = "/bin/ps", *, seconds: float = 2.0) -> None:
        """Run the program `ps`, and wait for it so many `seconds`."""
        self._ps, self._seconds = ps, seconds

    def asker(self, pid: int, uid: int) -> Asker:
        """Say who the process `pid` is; see `ports.Processes`."""
        listed = self._list()
        if pid not in listed:
            return Asker(pid, uid, _UNKNOWN, _UNKNOWN, ())
        parent, path = listed[pid]
        parents: list[str] = []
        while parent in listed and len(parents) < _MOST_PARENTS:
            above, name = listed[parent]
            parents.append(f"{_last(name)} ({parent})")
            parent = above
        return Asker(pid, uid, _last(path), path if "/" in path else _UNKNOWN, tuple(parents))

    def _list(self) -> dict[int, tuple[int, str]]:
        """Parent and program of every process. macOS gives the program's path, Linux its name."""
        command = [self._ps, "-A", "-o", "pid=,ppid=,comm="]
        try:
            ran = subprocess.run(  # noqa: S603  # no shell, and nothing of anybody else's
                command,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=self._seconds,
                check=True,
            )
        except (OSError, subprocess.SubprocessError):
            return {}
        listed = {}
        for line in _spelt(ran.stdout).splitlines():
            pid, parent, name = line.split(None, 2)
            listed[int(pid)] = (int(parent), name.strip())
        return listed


def _spelt(name: bytes) -> str:
    """Names are bytes that anybody can choose; what is no UTF-8 could not be passed on in JSON."""
    return name.decode(errors="backslashreplace")


def _last(path: str) -> str:
    return path.rpartition("/")[2] or path
