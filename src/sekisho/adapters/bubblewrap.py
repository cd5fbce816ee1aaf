"""What the sandbox needs of this machine: bubblewrap, namespaces, and no open door beside them."""

import contextlib
import os
import platform
import re
import socket
import sys
from pathlib import Path

from sekisho.adapters.programs import SystemPrograms
from sekisho.adapters.sandboxed_start import FIRST_WITH_SCOPES, version_of_landlock
from sekisho.errors import SandboxRefused
from sekisho.launch.system_calls import call_filter
from sekisho.model import Environ

__all__ = ["Bubblewrap", "find_bubblewrap"]

_INSTALL = "install bubblewrap (apt-get install bubblewrap, dnf install bubblewrap)"
_NAMESPACES = (
    "let users make namespaces: sysctl kernel.unprivileged_userns_clone=1, or an AppArmor profile "
    "for /usr/bin/bwrap"
)
_SECONDS = 10.0
_CLOSES_USERS = (0, 8)
_ABSTRACT_DISPLAY = re.compile(r"@(/tmp/\.X11-unix/X\d+)$", re.MULTILINE)
_KNOCK = b"l\0\x0b\0\0\0\0\0\0\0\0\0"
"""An X client's first words: little-endian, protocol 11, no authorisation at all."""
_COME_IN = b"\x01"


class Bubblewrap:
    """bubblewrap, as it is on this machine."""

    def __init__(self, path: Path, version: tuple[int, ...]) -> None:
        """Stand for the program at `path`."""
        self.path = path
        self.closes_users = version >= _CLOSES_USERS
        """Whether it can forbid further user namespaces."""

    def call_filter(self) -> int | None:
        """Return a descriptor, for bubblewrap to inherit, of the filter of system calls.

        `None`: there is none for this kind of machine.
        """
        code = call_filter(platform.machine())
        if code is None:
            return None
        descriptor = os.memfd_create("sekisho")
        os.write(descriptor, code)
        os.lseek(descriptor, 0, os.SEEK_SET)
        os.set_inheritable(descriptor, True)
        return descriptor


def find_bubblewrap(environ: Environ) -> Bubblewrap:
    """Return bubblewrap, once it has made an empty sandbox.

    Raises `SandboxRefused`: it is not there, it cannot make namespaces, or the X server would let
    the sandbox in.
    """
    if sys.platform != "linux":
        raise SandboxRefused("--sandbox is made of Linux's namespaces", do="leave it out")
    programs = SystemPrograms(environ)
    found = programs.find("bwrap")
    if not found:
        raise SandboxRefused("there is no bubblewrap on this machine", do=_INSTALL)
    said = programs.run([str(found[0]), "--version"], seconds=_SECONDS)
    numbers = re.findall(r"\d+", said.output if said else "")
    tried = programs.run(
        [
            *(str(found[0]), "--unshare-user", "--unshare-pid", "--ro-bind", "/", "/"),
            *("--proc", "/proc", "true"),
        ],
        seconds=_SECONDS,
    )
    if tried is None or tried.status != 0:
        why = tried.output.strip() if tried else "it does not answer"
        raise SandboxRefused(f"bubblewrap cannot make a sandbox here: {why}", do=_NAMESPACES)
    if version_of_landlock() < FIRST_WITH_SCOPES:
        _refuse_open_displays()
    return Bubblewrap(found[0], tuple(map(int, numbers)))


def _refuse_open_displays() -> None:
    """An X server that lets everybody of this user in is reached by its abstract socket.

    Without Landlock's scopes nothing keeps the sandbox from it, and whoever is in can type into
    other windows. One that asks for a cookie does not open: the cookie is hidden.
    """
    with contextlib.suppress(OSError):
        sockets = Path("/proc/net/unix").read_text(encoding="utf-8", errors="replace")
        for name in _ABSTRACT_DISPLAY.findall(sockets):
            if _lets_anybody_in(f"\0{name}"):
                raise SandboxRefused(
                    f"the X server at {name} lets every program of yours in, and this kernel cannot "
                    "keep a sandbox from it",
                    do="xhost -si:localuser:$USER   (or take Linux 6.12 or newer)",
                )


def _lets_anybody_in(address: str) -> bool:
    try:
        with socket.socket(socket.AF_UNIX) as display:
            display.settimeout(_SECONDS)
            display.connect(address)
            display.sendall(_KNOCK)
            return display.recv(1) == _COME_IN
    except OSError:
        return False
