"""Sentences, broken between words where a terminal would break them anywhere.

Only where somebody looks: what a program reads keeps its lines, and so do URLs and commands.
"""

import os
import shutil
import textwrap
from typing import TextIO

__all__ = ["wrapped"]

_MOST = 100
"""Longer lines tire the eye, however wide the terminal is."""


def wrapped(text: str, stream: TextIO) -> str:
    """Break each line of `text` at the width of the terminal behind `stream`.

    A broken line goes on below its own indent. Without a terminal, and without the variable
    COLUMNS, which stands for one, nothing is broken.
    """
    if not (stream.isatty() or "COLUMNS" in os.environ):
        return text
    width = min(shutil.get_terminal_size().columns, _MOST)
    return "\n".join(_broken(line, width) for line in text.split("\n"))


def _broken(line: str, width: int) -> str:
    indent = line[: len(line) - len(line.lstrip())]
    return textwrap.fill(
        line,
        width,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
        drop_whitespace=True,
    )
