"""The connection to the agent: a unix socket, looked at before anything is said over it."""

import contextlib
import os
import select
import socket
import threading
import time

from sekisho.errors import AgentMissing, AgentNotOurs, AgentNotUnderstood, AgentSilent
from sekisho.guard import place
from sekisho.guard.protocol import MOST_ANSWER_BYTES

__all__ = ["UnixAgentLine", "connect"]

_TAKES = 10.0
"""Seconds in which the agent accepts a connection, and takes a line."""
_CHUNK = 64 * 1024


class UnixAgentLine:
    """Satisfies `guard.client.AgentLine`."""

    def __init__(self, connection: socket.socket, path: str, login: str) -> None:
        """`path` and `login` are for messages: the socket's, and the command that opens a gate."""
        self._connection = connection
        self._path = path
        self._login = login
        self._sending = threading.Lock()
        self._heard = bytearray()
        connection.settimeout(_TAKES)

    def send(self, line: bytes) -> None:
        """Send `line`; see `guard.client.AgentLine`."""
        try:
            with self._sending:
                self._connection.sendall(line)
        except TimeoutError:
            raise AgentSilent(self._path, seconds=_TAKES) from None
        except OSError:
            raise self._gone() from None

    def receive(self, seconds: float) -> bytes:
        """Return the next line; see `guard.client.AgentLine`."""
        until = time.monotonic() + seconds
        while b"\n" not in self._heard:
            if len(self._heard) > MOST_ANSWER_BYTES:
                raise AgentNotUnderstood("a message is too long")
            ready = select.select([self._connection], [], [], max(0.0, until - time.monotonic()))
            if not ready[0]:
                raise AgentSilent(self._path, seconds=seconds)
            self._heard += self._chunk()
        end = self._heard.index(b"\n") + 1
        line = bytes(self._heard[:end])
        del self._heard[:end]
        return line

    def close(self) -> None:
        """End the connection."""
        with contextlib.suppress(OSError):
            self._connection.shutdown(socket.SHUT_RDWR)
        self._connection.close()

    def _chunk(self) -> bytes:
        try:
            found = self._connection.recv(_CHUNK)
        except OSError:
            raise self._gone() from None
        if not found:
            raise self._gone()
        return found

    def _gone(self) -> AgentMissing:
        return AgentMissing(self._path, login=self._login, why="the agent has just ended")


def connect(path: str, *, login: str) -> UnixAgentLine:
    """Connect to the agent at the socket `path`; `login` is the command that opens a gate.

    Raises `AgentMissing` where nobody listens, `AgentNotOurs` where somebody else could or does,
    and `AgentSilent` where the agent takes no connection.
    """
    try:
        reason = place.fault(path, os.getuid())
        if reason is not None:
            raise AgentNotOurs(path, reason)
        connection = _connected(path)
    except (FileNotFoundError, ConnectionRefusedError):
        raise AgentMissing(path, login=login) from None
    except (TimeoutError, BlockingIOError):
        raise AgentSilent(path, seconds=_TAKES) from None
    except OSError as error:
        raise AgentNotOurs(path, error.strerror or str(error)) from error
    return UnixAgentLine(connection, path, login)


def _connected(path: str) -> socket.socket:
    """Connect, and ask the kernel who listens: the path may have become another's meanwhile."""
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.settimeout(_TAKES)
        connection.connect(path)
        if place.peer_uid(connection) != os.getuid():
            raise AgentNotOurs(path, "somebody else listens at it")
    except BaseException:
        connection.close()
        raise
    return connection
