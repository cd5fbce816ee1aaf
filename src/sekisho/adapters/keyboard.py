"""Lines typed at the terminal while sekisho waits for something else."""

import contextlib
import os
import select
import sys
import threading
from collections.abc import Callable, Iterator
from typing import TextIO

__all__ = ["TerminalKeyboard"]

_FAREWELL = 1.0  # seconds that are given to a line which is being dealt with at the end
_MOST = 64 * 1024


class TerminalKeyboard:
    """The real `Keyboard`."""

    def __init__(self, *, no_input: bool = False, keyboard: TextIO | None = None) -> None:
        """`no_input` is the option; `keyboard` is stdin when it is not given."""
        self._no_input = no_input
        self._keyboard: TextIO | None = sys.stdin if keyboard is None else keyboard

    @contextlib.contextmanager
    def listen(self, hear: Callable[[str], None]) -> Iterator[bool]:
        """Hand each line to `hear` while the block runs; see `ports.Keyboard`.

        Gives `False` with --no-input, without a terminal, and in the background, where reading
        from the terminal would stop the process. The terminal's own limit for a line holds (4095
        bytes on Linux, 1023 on macOS).
        """
        keyboard = self._keyboard
        if self._no_input or keyboard is None or not keyboard.isatty():
            yield False
            return
        descriptor = keyboard.fileno()
        if not _in_foreground(descriptor):
            yield False
            return
        over, end = os.pipe()
        reader = threading.Thread(target=_read, args=(descriptor, over, hear), daemon=True)
        reader.start()
        try:
            yield True
        finally:
            os.close(end)
            reader.join(_FAREWELL)


def _read(descriptor: int, over: int, hear: Callable[[str], None]) -> None:
    """Hand on lines until the other end of the pipe `over` is closed, or nobody types any more."""
    pending = b""
    with contextlib.suppress(OSError), os.fdopen(over, "rb", buffering=0):  # the terminal is gone
        while True:
            ready, _, _ = select.select([descriptor, over], [], [])
            if over in ready or not _in_foreground(descriptor):
                return
            typed = os.read(descriptor, _MOST)
            if not typed:
                return
            *lines, pending = (pending + typed).split(b"\n")
            for line in lines:
                hear(line.decode(errors="replace"))


def _in_foreground(descriptor: int) -> bool:
    try:
        return os.tcgetpgrp(descriptor) == os.getpgrp()
    except OSError:  # it is not the terminal that this process belongs to, so nothing stops us
        return True
