"""A copy of the audit log in systemd's journal, where this machine has one.

The native protocol (systemd, `JOURNAL_NATIVE_PROTOCOL`): a datagram of `NAME=value` lines; a value
with a line's end in it comes after its length instead.
"""

import contextlib
import os
import socket

from sekisho.guard.audit import Kind, Line, digest

__all__ = ["Journal"]

_SOCKET = "/run/systemd/journal/socket"
_PRIORITIES: dict[str, int] = {
    Kind.ALTERED: 3,
    Kind.REFUSAL: 4,
    Kind.REPAIRED: 4,
    Kind.OPENING: 5,
    Kind.SIGN_IN: 5,
}
"""As syslog has them: 3 is an error, 4 a warning, 5 notable."""
_INFORMATION = 6


class Journal:
    """Sends lines to the journal. What it does not take at once is let go of: the log has it."""

    def __init__(self, path: str = _SOCKET) -> None:
        """Send to the socket at `path`, whether or not there is one."""
        self._path = path
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.setblocking(False)

    def send(self, line: Line, raw: bytes) -> None:
        """Send `line`, which the log has as `raw`. Does not block, and raises nothing."""
        if not os.path.exists(self._path):  # noqa: PTH110  # spelling what nobody reads costs more
            return
        with contextlib.suppress(OSError):
            self._socket.sendto(_datagram(_fields(line, raw)), self._path)

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()


def _fields(line: Line, raw: bytes) -> dict[str, str]:
    """Return what a search may ask for, and the line itself, to hold the file to."""
    told = {
        "MESSAGE": _message(line),
        "PRIORITY": str(_PRIORITIES.get(line.kind, _INFORMATION)),
        "SYSLOG_IDENTIFIER": "sekisho",
        "SEKISHO_SEQ": str(line.seq),
        "SEKISHO_KIND": line.kind,
        "SEKISHO_PROFILE": line.profile,
        "SEKISHO_ACCOUNT_ID": line.account_id,
        "SEKISHO_ROLE": line.role_name,
        "SEKISHO_PERSON": line.person,
        "SEKISHO_ENVIRONMENT": line.environment,
        "SEKISHO_START_URL": line.start_url,
        "SEKISHO_DETAIL": line.detail,
        "SEKISHO_DIGEST": digest(raw),
        "SEKISHO_LINE": raw.decode(),
    }
    if line.asker is not None:
        told["SEKISHO_PROGRAM"] = line.asker.program
        told["SEKISHO_PID"] = str(line.asker.pid)
    return {name: value for name, value in told.items() if value}


def _message(line: Line) -> str:
    of = f" of {line.profile}" if line.profile else ""
    by = f" by {' ← '.join([line.asker.program, *line.asker.parents])}" if line.asker else ""
    why = f": {line.detail}" if line.detail else ""
    return f"{line.kind}{of}{by}{why}"


def _datagram(fields: dict[str, str]) -> bytes:
    parts = []
    for name, text in fields.items():
        value = text.encode()
        if b"\n" in value:
            length = len(value).to_bytes(8, "little")
            parts.append(name.encode() + b"\n" + length + value + b"\n")
        else:
            parts.append(name.encode() + b"=" + value + b"\n")
    return b"".join(parts)
