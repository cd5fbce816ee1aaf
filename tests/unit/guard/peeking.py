"""A program that keeps something to itself, and another one of the same user that looks into it.

    python peeking.py plain|hardened

It prints, as JSON, what each way in gave: `null`, or why it was refused. Started by root, both go
on as a user who is not.
"""

import ctypes
import json
import os
import resource
import sys
from collections.abc import Callable
from pathlib import Path

from sekisho.guard.hardening import harden

_SOMEBODY = 54321
_PR_SET_DUMPABLE = 4
_PTRACE_SEIZE = 0x4206
_PTRACE_DETACH = 17
_LIBC = ctypes.CDLL(None, use_errno=True)


class _Piece(ctypes.Structure):
    _fields_ = (("base", ctypes.c_void_p), ("length", ctypes.c_size_t))


def become_somebody() -> None:
    """Go on as an ordinary process of an ordinary user: leaving root has made this one special."""
    if os.getuid() == 0:
        os.setgroups([])
        os.setgid(_SOMEBODY)
        os.setuid(_SOMEBODY)
        _LIBC.prctl(_PR_SET_DUMPABLE, 1, 0, 0, 0)


def keep(*, hardened: bool) -> tuple[int, int]:
    """Start the process that is looked into; return its id, and where its memory holds something."""
    ready, told = os.pipe()
    kept = ctypes.create_string_buffer(b"fake-secret")
    child = os.fork()
    if child == 0:
        os.close(ready)
        become_somebody()
        could_not = harden() if hardened else ()
        os.write(told, json.dumps([could_not, *resource.getrlimit(resource.RLIMIT_CORE)]).encode())
        os.close(told)
        while True:
            os.read(0, 1)  # until it is killed
    os.close(told)
    with os.fdopen(ready) as stream:
        could_not, soft, hard = json.load(stream)
    if could_not or (hardened and (soft, hard) != (0, 0)):
        raise SystemExit(f"could not: {could_not}, core files of {soft}, {hard} bytes")
    return child, ctypes.addressof(kept)


def _read_memory(pid: int, address: int) -> None:
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:  # noqa: PTH123
        memory.seek(address)
        memory.read(11)


def _read_across(pid: int, address: int) -> None:
    here = ctypes.create_string_buffer(11)
    local = _Piece(ctypes.addressof(here), 11)
    remote = _Piece(address, 11)
    got = _LIBC.process_vm_readv(pid, ctypes.byref(local), 1, ctypes.byref(remote), 1, 0)
    if got != 11:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def _attach(pid: int, _address: int) -> None:
    if _LIBC.ptrace(_PTRACE_SEIZE, pid, None, None) != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    _LIBC.ptrace(_PTRACE_DETACH, pid, None, None)


def _read_file(name: str) -> Callable[[int, int], object]:
    def read(pid: int, _address: int) -> bytes:
        with open(f"/proc/{pid}/{name}", "rb") as stream:  # noqa: PTH123
            return stream.read(1)

    return read


WAYS: dict[str, Callable[[int, int], object]] = {
    "environ": _read_file("environ"),
    "maps": _read_file("maps"),
    "auxv": _read_file("auxv"),
    "fd": lambda pid, _: list(Path(f"/proc/{pid}/fd").iterdir()),
    "exe": lambda pid, _: Path(f"/proc/{pid}/exe").readlink(),
    "cwd": lambda pid, _: Path(f"/proc/{pid}/cwd").readlink(),
    "mem": _read_memory,
    "process_vm_readv": _read_across,
    "ptrace": _attach,
}


def look(pid: int, address: int) -> dict[str, str | None]:
    """Try every way into the process `pid`."""
    found: dict[str, str | None] = {}
    for name, way in WAYS.items():
        try:
            way(pid, address)
            found[name] = None
        except OSError as error:
            found[name] = type(error).__name__
    return found


if __name__ == "__main__":
    kept, address = keep(hardened=sys.argv[1] == "hardened")
    become_somebody()
    try:
        sys.stdout.write(json.dumps(look(kept, address)))
    finally:
        os.kill(kept, 9)
