"""What a process does to itself before it holds a secret, so that others cannot look into it.

Linux: it is made not dumpable (prctl(2), PR_SET_DUMPABLE). The kernel then refuses, to every
process of the same user, ptrace(2), process_vm_readv(2) and what `/proc/PID` has of its memory,
environment and open files, and writes no core file. The programs that it starts are ordinary again.
Who had its memory open before goes on reading it, so it goes on in memory of its own
(`leave_old_memory`); who traced it before goes on, too, and is found out (`tracer`).

macOS: no debugger may attach (ptrace(2), PT_DENY_ATTACH), and there is no core file.

Nothing of this holds against root.
"""

import contextlib
import ctypes
import os
import resource
import sys
from pathlib import Path

__all__ = ["harden", "leave_old_memory", "tracer"]

_PR_GET_DUMPABLE = 3
_PR_SET_DUMPABLE = 4
_PT_DENY_ATTACH = 31
_NOBODY_ELSE = 0o077
_STANDARD = 3
"""Descriptors below are stdin, stdout and stderr."""


def harden(platform: str = sys.platform) -> tuple[str, ...]:
    """Harden this process; return what could not be done, in words.

    To be called first, before there are threads: no core file, no way in for other processes, new
    files for this user alone, and no open file of whoever started it for the programs that it
    starts. Raises nothing.
    """
    os.umask(_NOBODY_ELSE)
    _keep_open_files()
    could_not = [*_no_core_file()]
    if platform == "linux":
        could_not += _not_dumpable()
    elif platform == "darwin":
        could_not += _no_debugger()
    else:
        could_not += [f"nothing is known that keeps other processes out on {platform}"]
    return tuple(could_not)


def leave_old_memory() -> bool:
    """Go on as a child of this process, in memory that nobody has opened.

    To be called after `harden`, which the child inherits, and before there are threads. Returns
    whether this is the process that was left, and has to end.
    """
    return os.fork() != 0


def tracer(status: str = "/proc/self/status") -> int:
    """Return the process that traces this one, as a debugger does; 0: none does, or none is known."""
    with contextlib.suppress(OSError, ValueError):
        for line in Path(status).read_text("ascii", "replace").splitlines():
            if line.startswith("TracerPid:"):
                return int(line.split()[1])
    return 0


def _keep_open_files() -> None:
    """What Python opens is not inherited; this is about what was inherited."""
    listed = ("/proc/self/fd", "/dev/fd")
    folder = next((each for each in listed if os.path.isdir(each)), None)  # noqa: PTH112
    for name in os.listdir(folder) if folder else ():  # noqa: PTH208
        descriptor = int(name)
        if descriptor >= _STANDARD:
            with contextlib.suppress(OSError):  # the listing's own, which is closed by now
                os.set_inheritable(descriptor, False)


def _no_core_file() -> list[str]:
    try:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (OSError, ValueError) as error:
        return [f"core files are not ruled out: {error}"]
    return []


def _not_dumpable() -> list[str]:
    library = ctypes.CDLL(None, use_errno=True)
    library.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    if library.prctl(_PR_GET_DUMPABLE, 0, 0, 0, 0) == 0:
        return []
    return [f"other processes can look into this one: {os.strerror(ctypes.get_errno())}"]


def _no_debugger() -> list[str]:
    refused = ctypes.CDLL(None, use_errno=True).ptrace(_PT_DENY_ATTACH, 0, None, 0)
    could_not = ["macOS does not hide its memory from programs that may debug others"]
    if refused:
        could_not += [f"debuggers can attach: {os.strerror(ctypes.get_errno())}"]
    return could_not
