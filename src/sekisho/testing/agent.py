"""An agent that says what a test wants, over real unix sockets."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

from sekisho.adapters.agent_line import UnixAgentLine
from sekisho.guard.answers import Answer
from sekisho.guard.asks import Ask
from sekisho.guard.protocol import encode, read_ask

__all__ = ["ScriptedAgent"]

_PATH = "/run/user/1000/sekisho/agent.sock"


class ScriptedAgent:
    """The other end of `guard.client`: hears an ask, and says what comes next in its script."""

    def __init__(self, *turns: tuple[Answer | bytes, ...]) -> None:
        """Each of `turns` is what is said after one ask; bytes are sent as they are.

        After the last one it hangs up.
        """
        self._turns = iter(turns)
        self.heard: list[Ask] = []
        """Everything that was asked, on whatever connection."""
        self.hung_up = threading.Event()
        """Set when a connection has come to its end."""

    def connect(self) -> UnixAgentLine:
        """Return a client's end of a new connection; see `AgentClient.connect`."""
        ours, theirs = socket.socketpair()
        threading.Thread(target=self._converse, args=(theirs,), daemon=True).start()
        return UnixAgentLine(ours, _PATH, "sekisho login --profile dev")

    @contextlib.contextmanager
    def listening(self, path: Path) -> Iterator[None]:
        """Serve at the socket `path`, in a folder of its own, while the block runs."""
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(path))
            listener.listen()
            threading.Thread(target=self._accept, args=(listener,), daemon=True).start()
            yield
            listener.shutdown(socket.SHUT_RDWR)

    def _accept(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):  # it was shut down
            while True:
                self._converse(listener.accept()[0])

    def _converse(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as lines:
            for line in lines:
                self.heard.append(read_ask(line))
                turn = next(self._turns, None)
                if turn is None:
                    break
                for answer in turn:
                    connection.sendall(answer if isinstance(answer, bytes) else encode(answer))
        self.hung_up.set()
