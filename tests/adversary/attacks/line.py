"""A connection to the agent, without sekisho's client: what anybody can write."""

import json
import socket
from typing import Any

__all__ = ["Line"]

_LONGEST = 2_000_000


class Line:
    """Sends what it is told to, be it a message or not."""

    def __init__(self, path: str, *, seconds: float = 20.0) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(seconds)
        self._socket.connect(path)
        self._held = b""

    def send(self, message: dict[str, Any] | bytes) -> None:
        """Send a message, or raw bytes."""
        raw = message if isinstance(message, bytes) else json.dumps(message).encode() + b"\n"
        self._socket.sendall(raw)

    def receive(self) -> dict[str, Any] | None:
        """Return the next answer; `None`: the agent has hung up."""
        while b"\n" not in self._held:
            try:
                came = self._socket.recv(65536)
            except ConnectionError:
                return None
            if not came or len(self._held) > _LONGEST:
                return None
            self._held += came
        raw, _, self._held = self._held.partition(b"\n")
        answer: dict[str, Any] = json.loads(raw)
        return answer

    def ask(self, message: dict[str, Any] | bytes) -> dict[str, Any] | None:
        """Send, and return the next answer; `None`: the agent hung up, before or after."""
        try:
            self.send(message)
        except ConnectionError:
            return None
        return self.receive()

    def close(self) -> None:
        """Hang up."""
        self._socket.close()
