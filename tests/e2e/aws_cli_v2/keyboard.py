"""A person at a terminal: a program in a pseudo-terminal, read and typed to."""

import os
import pty
import re
import select
import subprocess
import termios
import threading

__all__ = ["AtTerminal"]

_CONTROL = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b[=>]|\r")
_MOST_SECONDS = 30


class AtTerminal:
    """A command on a terminal of its own; `shown` is its text without colours and cursor moves."""

    def __init__(self, command: tuple[str, ...], environ: dict[str, str]) -> None:
        self._mine, its = pty.openpty()
        termios.tcsetwinsize(its, (40, 200))
        environ = {**environ, "TERM": "xterm", "PROMPT_TOOLKIT_NO_CPR": "1"}
        self._process = subprocess.Popen(
            command, env=environ, stdin=its, stdout=its, stderr=its, start_new_session=True
        )
        os.close(its)
        self._limit = threading.Timer(_MOST_SECONDS, self._process.kill)  # rather than hang
        self._limit.start()
        self._raw = b""
        self._read_to = 0

    @property
    def shown(self) -> str:
        """All that it has shown so far."""
        return _CONTROL.sub("", self._raw.decode(errors="replace"))

    def answer(self, question: str, keys: str) -> None:
        """Block until `question` is shown after what was answered last, and type `keys`."""
        while question not in self.shown[self._read_to :]:
            if not self._read():
                raise AssertionError(f"{question!r} was not asked: {self.shown}")
        self._read_to = self.shown.index(question, self._read_to) + len(question)
        os.write(self._mine, keys.encode())

    def finish(self) -> int:
        """Block until it ends; return its exit status."""
        while self._read():
            pass
        self._limit.cancel()
        os.close(self._mine)
        return self._process.wait()

    def _read(self) -> bool:
        select.select([self._mine], [], [], _MOST_SECONDS)
        try:
            more = os.read(self._mine, 65536)
        except OSError:  # Linux: nobody has the other end open any more
            return False
        self._raw += more
        return bool(more)
