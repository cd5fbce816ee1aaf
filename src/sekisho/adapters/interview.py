"""Questions in a row: drawn where the terminal can draw, else line by line.

Prompts and menus go to stderr; answers come from stdin, which need not be a terminal.
"""

import contextlib
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import TextIO

from sekisho.errors import InputNeeded
from sekisho.model import Environ

__all__ = ["TerminalInterview"]

_ROWS = 10
"""Of a longer list only as many are shown at first where they are numbered."""


class TerminalInterview:
    """The real `Interview`."""

    def __init__(
        self,
        environ: Environ,
        *,
        no_input: bool = False,
        yes: bool = False,
        paint: Callable[[str], str] = str,
        keyboard: TextIO | None = None,
        screen: TextIO | None = None,
    ) -> None:
        """`no_input` and `yes` are the options; `paint` makes a warning stand out.

        `keyboard` and `screen` are stdin and stderr when they are not given.
        """
        self._no_input = no_input
        self._yes = yes
        self._paint = paint
        self._keyboard: TextIO | None = sys.stdin if keyboard is None else keyboard
        self._screen = sys.stderr if screen is None else screen
        self._draws = (
            self._keyboard is sys.stdin
            and self._keyboard is not None
            and self._keyboard.isatty()
            and self._screen.isatty()
            and environ.get("TERM", "dumb") != "dumb"
        )

    def say(self, text: str = "") -> None:
        """Write one line, or several. Nobody listening is no reason to stop."""
        self._write(f"{text}\n")

    def warn(self, text: str) -> None:
        """The same, painted."""
        self._write(f"{self._paint(text)}\n")

    def ask(
        self,
        question: str,
        *,
        option: str,
        check: Callable[[str], str | None],
        known: Sequence[str] = (),
    ) -> str:
        """Ask for a line until it passes `check`. Raises `InputNeeded`."""
        if self._draws and not self._no_input:
            with _somebody(question, option):
                return self._drawn_line(question, check, known)
        while True:
            answer = self._line(question, option)
            wrong = check(answer)
            if wrong is None:
                return answer
            self.warn(wrong)

    def pick(self, question: str, choices: Sequence[str], *, option: str) -> int:
        """Let the person pick; typing narrows the choice. Raises `InputNeeded`."""
        if self._draws and not self._no_input:
            with _somebody(question, option):
                return self._drawn_menu(question, choices)
        self.say(question)
        left = list(range(len(choices)))
        while True:
            self._show(choices, left)
            typed = self._line(question, option, prompt="Number, or part of a name:")
            left = _narrowed(choices, typed)
            if len(left) == 1:
                return left[0]
            if not left:
                self.warn(f"Nothing in the list is like {typed}.")
                left = list(range(len(choices)))

    def confirm(self, question: str, *, option: str) -> bool:
        """Ask until it is answered; --yes is a yes, Enter alone a no. Raises `InputNeeded`."""
        if self._yes:
            return True
        while True:
            answer = self._line(question, option, prompt=f"{question} [y/N]").lower()
            if answer in {"y", "yes"}:
                return True
            if answer in {"", "n", "no"}:
                return False

    def _line(self, question: str, option: str, *, prompt: str | None = None) -> str:
        if self._no_input or self._keyboard is None:
            raise InputNeeded(question, option=option)
        self._write(f"{prompt or question} ")
        line = self._keyboard.readline()
        if not line:
            self._write("\n")
            raise InputNeeded(question, option=option)
        if not self._keyboard.isatty():
            self._write("\n")  # nobody's Enter has ended the line on the screen
        return line.strip()

    def _show(self, choices: Sequence[str], left: Sequence[int]) -> None:
        width = len(str(left[-1] + 1))
        for index in left[:_ROWS]:
            self.say(f"  {index + 1:>{width}}) {choices[index]}")
        if (more := len(left) - _ROWS) > 0:
            self.say(f"  … and {more} more: type a part of the name")

    def _drawn_line(
        self, question: str, check: Callable[[str], str | None], known: Sequence[str]
    ) -> str:
        import questionary
        from prompt_toolkit.completion import WordCompleter

        def judge(text: str) -> bool | str:
            return check(text.strip()) or True

        asked = questionary.text(
            question,
            validate=judge,
            completer=WordCompleter(list(known), sentence=True),
            validate_while_typing=False,
            reserve_space_for_menu=min(len(known), _ROWS),
            output=_on_stderr(),
        )
        return str(asked.unsafe_ask()).strip()

    def _drawn_menu(self, question: str, choices: Sequence[str]) -> int:
        import questionary

        asked = questionary.select(
            question,
            [questionary.Choice(choice, index) for index, choice in enumerate(choices)],
            use_search_filter=True,
            use_jk_keys=False,
            instruction="(arrows, or type to filter)",
            output=_on_stderr(),
        )
        return int(asked.unsafe_ask())

    def _write(self, text: str) -> None:
        with contextlib.suppress(OSError):  # a closed pipe
            self._screen.write(text)
            self._screen.flush()


def _narrowed(choices: Sequence[str], typed: str) -> list[int]:
    """The choices that `typed` may mean: one number, one whole text, or all it is a part of."""
    if typed.isdecimal() and 1 <= int(typed) <= len(choices):
        return [int(typed) - 1]
    folded = [choice.casefold() for choice in choices]
    if typed.casefold() in folded:
        return [folded.index(typed.casefold())]
    return [index for index, choice in enumerate(folded) if typed.casefold() in choice]


@contextlib.contextmanager
def _somebody(question: str, option: str) -> Iterator[None]:
    """Make the end of the input (Ctrl-D) what it is line by line."""
    try:
        yield
    except EOFError:
        raise InputNeeded(question, option=option) from None


def _on_stderr() -> object:
    from prompt_toolkit.output import create_output

    return create_output(stdout=sys.stderr)
