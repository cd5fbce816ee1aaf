"""Who is at the other end of a unix socket, as the kernel says."""

import socket
import struct
import sys
from typing import NamedTuple

__all__ = ["Peer", "peer_of"]

_UCRED = struct.Struct("3i")
"""Linux, unix(7): pid, uid, gid."""
_XUCRED = struct.Struct("2I")
"""macOS, sys/ucred.h: version, uid, and more that does not matter here."""
_SOL_LOCAL = 0
_LOCAL_PEERCRED = 0x001
_LOCAL_PEERPID = 0x002
_XUCRED_BYTES = 76
_UNKNOWN_PID = 0


class Peer(NamedTuple):
    """The process that connected, or that listens; by now it may have ended."""

    pid: int
    """0 where the kernel does not tell."""
    uid: int


def peer_of(connection: socket.socket, platform: str = sys.platform) -> Peer:
    """Return who is at the other end of `connection`. Raises `OSError` where that is not known."""
    if platform == "linux":
        told = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _UCRED.size)
        pid, uid, _ = _UCRED.unpack(told)
        return Peer(pid, uid)
    told = connection.getsockopt(_SOL_LOCAL, _LOCAL_PEERCRED, _XUCRED_BYTES)
    _, uid = _XUCRED.unpack_from(told)
    return Peer(_peer_pid(connection), uid)


def _peer_pid(connection: socket.socket) -> int:
    try:
        return connection.getsockopt(_SOL_LOCAL, _LOCAL_PEERPID)
    except OSError:
        return _UNKNOWN_PID
