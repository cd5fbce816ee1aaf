"""Who is at the other end of a unix socket, as the kernel says."""

import socket
import sys
from typing import NamedTuple

from sekisho.guard.place import peer_uid

__all__ = ["Peer", "peer_of"]

_UCRED_BYTES = 12
"""Linux, unix(7): pid, uid, gid."""
_SOL_LOCAL = 0
_LOCAL_PEERPID = 0x002
_UNKNOWN_PID = 0


class Peer(NamedTuple):
    """The process that connected; by now it may have ended."""

    pid: int
    """0 where the kernel does not tell."""
    uid: int


def peer_of(connection: socket.socket, platform: str = sys.platform) -> Peer:
    """Return who is at the other end of `connection`. Raises `OSError` where that is not known."""
    return Peer(_pid(connection, platform), peer_uid(connection))


def _pid(connection: socket.socket, platform: str) -> int:
    if platform == "linux":
        told = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _UCRED_BYTES)
        return int.from_bytes(told[:4], sys.byteorder)
    try:
        return connection.getsockopt(_SOL_LOCAL, _LOCAL_PEERPID)
    except OSError:
        return _UNKNOWN_PID
