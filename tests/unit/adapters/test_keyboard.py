"""Lines typed at a terminal, which here is a pseudo-terminal."""

import os
import queue
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TextIO

import pytest

from sekisho.adapters.keyboard import TerminalKeyboard


@dataclass
class Terminal:
    """A terminal, and the hand that types at it."""

    keyboard: TextIO
    hand: int

    def type(self, text: bytes) -> None:
        os.write(self.hand, text)


def _nobody(line: str) -> None:
    raise AssertionError(line)


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    hand, side = os.openpty()
    with os.fdopen(side, "r") as keyboard:
        yield Terminal(keyboard, hand)
    os.close(hand)


def test_each_line_is_handed_on_while_the_block_runs(terminal: Terminal) -> None:
    heard = queue.Queue[str]()
    with TerminalKeyboard(keyboard=terminal.keyboard).listen(heard.put) as somebody:
        terminal.type(b"http://127.0.0.1:8400/oauth/callback?code=a\n")
        terminal.type("関所\n".encode())

        assert heard.get(timeout=10) == "http://127.0.0.1:8400/oauth/callback?code=a"
        assert heard.get(timeout=10) == "関所"
    assert somebody


def test_what_is_typed_afterwards_is_somebody_elses(terminal: Terminal) -> None:
    heard = queue.Queue[str]()
    with TerminalKeyboard(keyboard=terminal.keyboard).listen(heard.put):
        pass
    terminal.type(b"the next command\n")

    assert terminal.keyboard.readline() == "the next command\n"
    assert heard.empty()


def test_a_terminal_that_goes_away_breaks_nothing() -> None:
    hand, side = os.openpty()
    with (
        os.fdopen(side, "r") as keyboard,
        TerminalKeyboard(keyboard=keyboard).listen(_nobody) as somebody,
    ):
        os.close(hand)

    assert somebody


def test_with_no_input_nothing_is_read(terminal: Terminal) -> None:
    with TerminalKeyboard(no_input=True, keyboard=terminal.keyboard).listen(_nobody) as somebody:
        assert not somebody


def test_without_a_terminal_nothing_is_read() -> None:
    with (
        open(os.devnull) as nothing,  # noqa: PTH123  # a device, not a path of ours
        TerminalKeyboard(keyboard=nothing).listen(_nobody) as somebody,
    ):
        assert not somebody
