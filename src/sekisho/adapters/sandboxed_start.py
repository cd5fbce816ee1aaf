"""The first program in a sandbox; it becomes the command.

It is run as a file, by `python -I -S`, and needs nothing of sekisho. bubblewrap around it is deaf to
signals that are meant for the command, and what it starts would be, too: that ends here. So do the
open files of whoever started sekisho, since a folder among them leads out; pipes stay. And where
the kernel can (Landlock, since Linux 6.12), it cuts what namespaces leave open while the network
is shared: abstract unix sockets, such as the X server's.

Landlock could cut signals, too. Other processes have no number in the sandbox, so what is left is
the command's own process group, which programs stop as a whole when the person presses Ctrl-Z.
"""

import contextlib
import ctypes
import os
import signal
import stat
import struct
import sys

__all__ = ["FIRST_WITH_SCOPES", "cut_abstract_sockets", "main", "version_of_landlock"]

FIRST_WITH_SCOPES = 6
"""Landlock's version that knows scopes."""
_CREATE_RULESET, _RESTRICT_SELF = 444, 446
_WANT_VERSION = 1
_STANDARD = 3
"""Descriptors below are stdin, stdout and stderr."""
_ABSTRACT_SOCKETS = 1


def version_of_landlock() -> int:
    """Return which Landlock the kernel has; less than 1: none."""
    return int(_kernel().syscall(_CREATE_RULESET, None, 0, _WANT_VERSION))


def cut_abstract_sockets() -> None:
    """Keep this process and its descendants from abstract sockets that are not their own.

    To be called with `no_new_privs`, which bubblewrap sets. Raises `OSError`.
    """
    kernel = _kernel()
    rules = struct.pack("<QQQ", 0, 0, _ABSTRACT_SOCKETS)
    descriptor = int(kernel.syscall(_CREATE_RULESET, rules, len(rules), 0))
    if descriptor < 0 or kernel.syscall(_RESTRICT_SELF, descriptor, 0) != 0:
        raise OSError(ctypes.get_errno(), "landlock")
    os.close(descriptor)


def _close_doors() -> None:
    """Close what is open beside stdin, stdout and stderr, but for pipes: a shell's `<(…)` is one."""
    for name in os.listdir("/proc/self/fd"):  # noqa: PTH208  # pathlib costs too much
        descriptor = int(name)
        with contextlib.suppress(OSError):  # the listing's own, which is closed by now
            if descriptor >= _STANDARD and not stat.S_ISFIFO(os.fstat(descriptor).st_mode):
                os.close(descriptor)


def main(command: list[str]) -> int:
    """Become `command`; return a shell's status where that cannot be."""
    _close_doors()
    if version_of_landlock() >= FIRST_WITH_SCOPES:
        cut_abstract_sockets()
    for number in signal.valid_signals():
        with contextlib.suppress(OSError):  # those that nobody can change
            signal.signal(number, signal.SIG_DFL)
    try:
        os.execvp(command[0], command)  # noqa: S606 (no shell)
    except OSError as error:
        sys.stderr.write(f"cannot run {command[0]} in the sandbox: {error.strerror}\n")
    return 127


def _kernel() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
