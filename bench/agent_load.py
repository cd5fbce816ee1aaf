"""The load on an agent: one process, some connections, as fast as they go or so many a second."""

import json
import selectors
import socket
import statistics
import sys
import time
from collections import deque
from pathlib import Path

_WARM_UP = 1.0
_SECONDS = 6.0


def main() -> None:
    """Ask for releases of `dev`; print releases a second, and latencies in milliseconds."""
    path, config, clients, per_second = sys.argv[1:]
    ask = json.dumps({"ask": "release", "profile": "dev", "config": config, "version": 1})
    load = _Load(Path(path), ask.encode() + b"\n", int(clients))
    warm = load.run(int(per_second), _WARM_UP)
    latencies = load.run(int(per_second), _SECONDS)
    print(
        json.dumps(
            {
                "answers": len(warm) + len(latencies),
                "per_second": len(latencies) / _SECONDS,
                "median": statistics.median(latencies) * 1000,
                "p99": statistics.quantiles(latencies, n=100)[98] * 1000,
            }
        )
    )


class _Load:
    def __init__(self, path: Path, ask: bytes, clients: int) -> None:
        self._ask = ask
        self._free: deque[socket.socket] = deque()
        self._due: dict[socket.socket, float] = {}
        self._selector = selectors.DefaultSelector()
        for _ in range(clients):
            connection = socket.socket(socket.AF_UNIX)
            connection.connect(str(path))
            self._selector.register(connection, selectors.EVENT_READ, connection)
            self._free.append(connection)

    def run(self, per_second: int, seconds: float) -> list[float]:
        """Load for `seconds`; return how long each answer took, from when it was due."""
        taken: list[float] = []
        began = time.perf_counter()
        end, next_due = began + seconds, began
        waiting: deque[float] = deque()
        while (now := time.perf_counter()) < end or self._due:
            while per_second and next_due <= now < end:
                waiting.append(next_due)
                next_due += 1 / per_second
            while self._free and now < end and (waiting or not per_second):
                self._send(waiting.popleft() if per_second else now)
            timeout = max(0.0, min(next_due, end) - now) if per_second and now < end else None
            for key, _ in self._selector.select(timeout):
                taken.append(self._receive(key.data))
        return taken

    def _send(self, due: float) -> None:
        connection = self._free.popleft()
        self._due[connection] = due
        connection.sendall(self._ask)

    def _receive(self, connection: socket.socket) -> float:
        answer = connection.recv(65536)
        if not answer.startswith(b'{"answer":"credentials"'):
            raise SystemExit(f"refused: {answer[:200]!r}")
        self._free.append(connection)
        return time.perf_counter() - self._due.pop(connection)


if __name__ == "__main__":
    main()
