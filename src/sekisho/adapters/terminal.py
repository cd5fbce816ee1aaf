"""The person at the terminal: talk goes to stderr, answers come from stdin."""

import contextlib
import sys
import termios
from collections.abc import Iterator
from typing import TextIO

from sekisho.errors import InputNeeded
from sekisho.secret import Secret

__all__ = ["StderrTerminal"]

_BOLD, _PLAIN = "\x1b[1m", "\x1b[0m"


class StderrTerminal:
    """The real `Terminal`."""

    def __init__(
        self,
        *,
        no_input: bool = False,
        yes: bool = False,
        color: bool = False,
        keyboard: TextIO | None = None,
        screen: TextIO | None = None,
    ) -> None:
        """`no_input` and `yes` are the options; with `color`, questions are bold.

        `keyboard` and `screen` are stdin and stderr when they are not given.
        """
        self._no_input = no_input
        self._yes = yes
        self._color = color
        self._keyboard: TextIO | None = sys.stdin if keyboard is None else keyboard
        self._screen = sys.stderr if screen is None else screen

    def say(self, text: str = "") -> None:
        """Write one line, or several. Nobody listening is no reason to stop. Raises nothing."""
        self._write(f"{text}\n")

    def ask(self, question: str) -> str:
        """Ask, and block for one line of answer, which is returned without its end.

        Raises `InputNeeded` with --no-input, without a terminal, and at the end of the input.
        """
        return self._ask(question, option="the option for it; --help lists them")

    def ask_secret(self, question: str, *, option: str) -> Secret:
        """Ask for one line with the terminal's echo off; only the line's end is taken away.

        Raises `InputNeeded`, with `option` as what would have answered it.
        """
        if not self._somebody_is_there():
            raise InputNeeded(question, option=option)
        with _without_echo(self._keyboard):
            line = self._line(question, option=option)
        self._write("\n")  # the Enter was not shown either
        return Secret(line.removesuffix("\n").removesuffix("\r"))

    def confirm(self, question: str, *, option: str) -> bool:
        """Ask a yes-or-no question, until it is answered; --yes is a yes, Enter alone a no.

        Raises `InputNeeded`, with `option` as what would have answered it.
        """
        if self._yes:
            return True
        while True:
            answer = self._ask(f"{question} [y/N]", option=option).lower()
            if answer in ("y", "yes"):
                return True
            if answer in ("", "n", "no"):
                return False

    def _ask(self, question: str, *, option: str) -> str:
        if not self._somebody_is_there():
            raise InputNeeded(question, option=option)
        return self._line(question, option=option).strip()

    def _somebody_is_there(self) -> bool:
        return not self._no_input and self._keyboard is not None and self._keyboard.isatty()

    def _line(self, question: str, *, option: str) -> str:
        self._write(f"{_BOLD}{question}{_PLAIN} " if self._color else f"{question} ")
        line = "" if self._keyboard is None else self._keyboard.readline()
        if not line:
            raise InputNeeded(question, option=option)
        return line

    def _write(self, text: str) -> None:
        with contextlib.suppress(OSError):  # a closed pipe
            self._screen.write(text)
            self._screen.flush()


@contextlib.contextmanager
def _without_echo(keyboard: TextIO | None) -> Iterator[None]:
    """Keep the terminal behind `keyboard` from showing what is typed, while the block runs.

    What was typed ahead is thrown away, since it has been shown.
    """
    if keyboard is None:
        yield
        return
    descriptor = keyboard.fileno()
    before = termios.tcgetattr(descriptor)
    hidden = [*before[:3], before[3] & ~termios.ECHO, *before[4:]]
    termios.tcsetattr(descriptor, termios.TCSAFLUSH, hidden)
    try:
        yield
    finally:
        termios.tcsetattr(descriptor, termios.TCSAFLUSH, before)
