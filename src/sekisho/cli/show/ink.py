"""Colour, where the person wants it and the stream can show it (https://no-color.org)."""

import os
import sys
from collections.abc import Mapping
from typing import TextIO

import click

__all__ = ["Ink", "wants_color"]


def wants_color(color: str, stream: TextIO, environ: Mapping[str, str]) -> bool:
    """Whether `stream` gets colour: `always`, `never`, or `auto` (a terminal, no NO_COLOR)."""
    if color != "auto":
        return color == "always"
    return stream.isatty() and not environ.get("NO_COLOR") and environ.get("TERM") != "dumb"


class Ink:
    """Paints pieces of text for one stream, or leaves them plain."""

    def __init__(self, color: str, *, stderr: bool = False) -> None:
        """`color` is the option's value: auto, always or never."""
        self.on = wants_color(color, sys.stderr if stderr else sys.stdout, os.environ)

    def _paint(self, text: str, **style: object) -> str:
        return click.style(text, **style) if self.on and text else text  # type: ignore[arg-type]

    def bad(self, text: str) -> str:
        """Paint what went wrong."""
        return self._paint(text, fg="red", bold=True)

    def warn(self, text: str) -> str:
        """Paint what deserves a second look."""
        return self._paint(text, fg="yellow")

    def good(self, text: str) -> str:
        """Paint what went well."""
        return self._paint(text, fg="green")

    def strong(self, text: str) -> str:
        """Paint what the eye should find first."""
        return self._paint(text, bold=True)

    def dim(self, text: str) -> str:
        """Paint what is only there for whoever looks for it."""
        return self._paint(text, dim=True)

    def link(self, text: str) -> str:
        """Paint an address or a code to be copied."""
        return self._paint(text, fg="cyan", bold=True)
