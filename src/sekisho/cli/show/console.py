"""rich's console on stdout, for what plain lines cannot show. Imported only when a table is."""

import os
import sys

from rich.console import Console, RenderableType

from sekisho.cli.show.ink import wants_color

__all__ = ["print_to_stdout"]

_WIDTH_IN_A_FILE = 120
"""Columns where no terminal says how many there are."""


def print_to_stdout(renderable: RenderableType, *, color: str) -> None:
    """Draw `renderable` on stdout, as wide as the terminal, in colour where that is wanted."""
    colored = wants_color(color, sys.stdout, os.environ)
    terminal = sys.stdout.isatty()
    Console(
        file=sys.stdout,
        force_terminal=colored,
        no_color=not colored,
        width=None if terminal or "COLUMNS" in os.environ else _WIDTH_IN_A_FILE,
        highlight=False,
        legacy_windows=False,
    ).print(renderable)
