"""Where the agent's socket lies, and whether it is ours.

In `$XDG_RUNTIME_DIR/sekisho`, else in `run` of the state folder: a folder that nobody else may
enter, and in it the socket `agent.sock`. `SEKISHO_AGENT_SOCKET` names another one, as
`sekisho exec --only` does.

`credential-process` goes through here for every program that asks: nothing is imported that
Python has not loaded by itself.
"""

import os
import stat
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:  # `typing` is one of the modules that would cost too much
    import _socket
    from collections.abc import Mapping

__all__ = [
    "MOST_BYTES",
    "SOCKET_VARIABLE",
    "fault",
    "peer_uid",
    "runtime_folder",
    "socket_path",
]

SOCKET_VARIABLE = "SEKISHO_AGENT_SOCKET"
"""The environment variable that names a socket other than the agent's own."""
MOST_BYTES = 103
"""How long a socket's path may be on every system (macOS has the least room)."""


def socket_path(environ: "Mapping[str, str]", state: str) -> str:
    """Return the socket to ask; `state` is the user's state folder for sekisho.

    `XDG_RUNTIME_DIR` counts where it is an absolute path (XDG Base Directory Specification). Whether
    anything is there, and whose it is, is `fault`'s business.
    """
    return environ.get(SOCKET_VARIABLE) or f"{runtime_folder(environ, state)}/agent.sock"


def runtime_folder(environ: "Mapping[str, str]", state: str) -> str:
    """Return the folder of what lives no longer than the processes that made it."""
    runtime = environ.get("XDG_RUNTIME_DIR", "")
    return f"{runtime.rstrip('/')}/sekisho" if runtime.startswith("/") else f"{state}/run"


def fault(path: str, uid: int) -> str | None:
    """Say what is wrong with the socket at `path` for the user `uid`; `None`: it is safe to ask.

    The folder has to be a real one of the user's own that nobody else may enter, and so has the
    socket. Raises `FileNotFoundError` when folder or socket are not there.
    """
    if len(os.fsencode(path)) > MOST_BYTES:
        return f"its path is longer than {MOST_BYTES} bytes"
    folder = os.lstat(os.path.dirname(path) or ".")  # noqa: PTH120  # pathlib costs too much
    if not stat.S_ISDIR(folder.st_mode):
        return "its folder is a symbolic link, or no folder"
    if folder.st_uid != uid:
        return "its folder belongs to somebody else"
    if folder.st_mode & 0o077:
        return "its folder can be entered by others"
    socket = os.lstat(path)
    if not stat.S_ISSOCK(socket.st_mode):
        return "it is no socket"
    if socket.st_uid != uid:
        return "it belongs to somebody else"
    return None


def peer_uid(connection: "_socket.socket") -> int:
    """Return the user at the other end of a connected unix socket, by the kernel's word.

    Raises `OSError` where it says nothing.
    """
    import _socket

    if sys.platform == "darwin":  # unix(4), LOCAL_PEERCRED: `struct xucred`
        told = connection.getsockopt(0, _socket.LOCAL_PEERCRED, 76)
    else:  # unix(7), SO_PEERCRED: `struct ucred`
        told = connection.getsockopt(_socket.SOL_SOCKET, _socket.SO_PEERCRED, 12)
    return int.from_bytes(told[4:8], sys.byteorder)
