"""How an error looks: what happened, what to do, where to read on. All of it on stderr."""

import sys
from collections.abc import Callable

import click

from sekisho.cli.show.ink import Ink
from sekisho.cli.show.printable import printable_lines
from sekisho.cli.show.prose import advice, wrapped
from sekisho.errors import SekishoError

__all__ = ["show_bug", "show_error", "warner"]

_INDENT = len("  do:  ")


def show_error(error: SekishoError, *, color: str) -> None:
    """Write `error` to stderr: what, `do:`, `see:`."""
    ink = Ink(color, stderr=True)
    said = printable_lines(error.what).rstrip("\n")
    first, *more = [wrapped(line, sys.stderr) for line in said.split("\n")]
    lines = [ink.bad(first), *more]
    if error.do:
        do = advice(printable_lines(error.do), _INDENT, sys.stderr)
        lines += ["", f"  {ink.dim('do:')}  {ink.strong(do)}"]
        lines += [f"  {ink.dim('see:')} {error.page()}"]
    click.echo("\n".join(lines), err=True, color=True)


def warner(color: str) -> Callable[[str], None]:
    """Return what writes a warning, a sentence without its stop, to stderr."""
    ink = Ink(color, stderr=True)

    def warn(sentence: str) -> None:
        text = wrapped(f"warning: {printable_lines(sentence)}.", sys.stderr)
        click.echo(ink.warn(text), err=True, color=True)

    return warn


def show_bug(error: Exception, *, color: str) -> None:
    """Say that `error` is our fault. Its text may hold anything, so only its kind is shown."""
    ink = Ink(color, stderr=True)
    frame = error.__traceback__
    while frame and frame.tb_next:
        frame = frame.tb_next
    place = f" at {frame.tb_frame.f_code.co_qualname}, line {frame.tb_lineno}" if frame else ""
    click.echo(
        f"{ink.bad('this is a fault of sekisho, not yours')}: {type(error).__name__}{place}\n\n"
        f"  {ink.dim('do:')}  run it again with --debug, and report what it prints",
        err=True,
        color=True,
    )
