"""The filter of system calls that a sandboxed command gets (seccomp, BPF).

It lets all through but what reaches out of a sandbox whatever it sees of the machine: typing into
the terminal that it shares (`ioctl` with TIOCSTI and TIOCLINUX), the kernel's keyrings, and other
ways to call the kernel, in which the same calls have other numbers.
"""

import struct

__all__ = ["call_filter"]

_ARCHITECTURES = {
    # AUDIT_ARCH_*, then ioctl, add_key, request_key, keyctl
    "x86_64": (0xC000003E, 16, 248, 249, 250),
    "aarch64": (0xC00000B7, 29, 217, 218, 219),
}
_X32 = 0x40000000
"""From here on the numbers of x86_64 are those of its 32-bit way."""
_TERMINAL = (0x5412, 0x541C)
"""TIOCSTI types a character; TIOCLINUX pastes a selection."""

_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_NUMBER, _ARCHITECTURE, _SECOND_ARGUMENT = 0, 4, 24
_LET_THROUGH, _REFUSE = 0x7FFF0000, 0x00050001  # EPERM


def call_filter(machine: str) -> bytes | None:
    """Return the filter for a `machine` (`uname -m`), as bubblewrap reads it; `None`: there is none."""
    known = _ARCHITECTURES.get(machine)
    if known is None:
        return None
    architecture, ioctl, *keys = known
    refused = [(_AT_LEAST, _X32), *((_EQUAL, number) for number in keys)]
    refuse = 3 + len(refused) + 2 + len(_TERMINAL) + 1
    """The index of the last instruction; jumps count from the next one."""
    code = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 0, refuse - 2, architecture),
        (_LOAD, 0, 0, _NUMBER),
    ]
    for how, number in refused:
        code.append((how, refuse - len(code) - 1, 0, number))
    code += [
        (_EQUAL, 0, 1 + len(_TERMINAL), ioctl),
        (_LOAD, 0, 0, _SECOND_ARGUMENT),
    ]
    for request in _TERMINAL:
        code.append((_EQUAL, refuse - len(code) - 1, 0, request))
    code += [(_RETURN, 0, 0, _LET_THROUGH), (_RETURN, 0, 0, _REFUSE)]
    return b"".join(struct.pack("<HBBI", *each) for each in code)
