"""Sentences, broken between words where a terminal would break them anywhere.

Only where somebody looks: what a program reads keeps its lines, and so do URLs and commands.
"""

import os
import re
import shutil
from typing import TextIO

__all__ = ["advice", "columns", "counted", "padded", "width_of", "wrapped"]

_MOST = 100
"""Longer lines tire the eye, however wide the terminal is."""
_COMMANDS = ("sekisho ", "aws ", "chmod ", "curl ", "export ", "ls ", "rm ", "unset ")
"""What an advice begins with that is a command, and not a sentence."""
_PAINT = re.compile(r"\x1b\[[0-9;]*m")
_WORD = re.compile(r"( *)([^ ]+)")


def wrapped(text: str, stream: TextIO) -> str:
    """Break each line of `text` at the width of the terminal behind `stream`.

    A broken line goes on below its own indent. Without a terminal, and without the variable
    COLUMNS, which stands for one, nothing is broken.
    """
    width = width_of(stream)
    if width is None:
        return text
    return "\n".join(_broken(line, min(width, _MOST)) for line in text.split("\n"))


def width_of(stream: TextIO) -> int | None:
    """Return how many columns the terminal behind `stream` has; `None`: there is none."""
    if not (stream.isatty() or "COLUMNS" in os.environ):
        return None
    return shutil.get_terminal_size().columns


def advice(text: str, indent: int, stream: TextIO) -> str:
    """Break what is to be done, which stands `indent` columns from the left, below its beginning.

    A command stays on its line, to be copied.
    """
    if text.startswith(_COMMANDS):
        return text
    return wrapped(f"{'':{indent}}{text}", stream).lstrip()


def counted(number: int, noun: str) -> str:
    """Return `1 role`, or `2,000 roles`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def columns(text: str) -> int:
    """Return how many columns `text` takes: a wide character takes two, paint takes none."""
    plain = _PAINT.sub("", text)
    if plain.isascii():
        return len(plain)
    from rich.cells import cell_len  # with its tables, for the texts that need them

    return cell_len(plain)


def padded(text: str, width: int) -> str:
    """Return `text` with blanks behind it, so that it takes `width` columns."""
    return text + " " * (width - columns(text))


def _broken(line: str, width: int) -> str:
    indent = line[: len(line) - len(line.lstrip(" "))]
    rows = [""]
    for blanks, word in _WORD.findall(line):
        longer = f"{rows[-1]}{blanks}{word}"
        if rows[-1].strip() and columns(longer) > width:
            rows.append(indent + word)
        else:
            rows[-1] = longer
    return "\n".join(rows)
