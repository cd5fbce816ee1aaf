"""What came of asking the portals, for people: on stderr, one sentence a sign-in."""

import sys
from collections.abc import Iterator, Sequence

import click

from sekisho.cli.show.ink import Ink
from sekisho.cli.show.printable import printable
from sekisho.cli.show.prose import wrapped
from sekisho.errors import SekishoError, SignInNeeded
from sekisho.reach.live import Asked, Found
from sekisho.reach.wording import counted, listed

__all__ = ["say_live"]

_MOST_NAMES = 6
"""Of more sign-ins that nobody is signed in to than this, the rest is counted."""


def say_live(asked: Sequence[Asked], *, color: str) -> None:
    """Say whose tokens were asked with, which could not be, and what to do about that."""
    ink = Ink(color, stderr=True)
    for each in asked:
        if isinstance(each.answer, Found):
            _say(ink.dim(wrapped(printable(_answered(each, each.answer)), sys.stderr)))
        for name in each.answer.not_assigned if isinstance(each.answer, Found) else ():
            said = f"The profile {name} names a role that the portal did not list for this token."
            _say(ink.warn(wrapped(printable(said), sys.stderr)))
    for sentence, do in _troubles(asked):
        _say(ink.warn(wrapped(printable(sentence), sys.stderr)))
        if do:
            _say(f"  do: {printable(do)}")


def _answered(asked: Asked, found: Found) -> str:
    who = found.person or "Who signed in"
    roles = counted(len(found.roles), "role")
    unnamed = f"; {len(found.unnamed):,} of them no profile names" if found.unnamed else ""
    return f"{asked.key.value}: {who} has {roles}{unnamed}."


def _troubles(asked: Sequence[Asked]) -> Iterator[tuple[str, str]]:
    """Yield sentence and advice: all that is not signed in at once, each other trouble once."""
    troubled = [(each, each.answer) for each in asked if isinstance(each.answer, SekishoError)]
    absent = [(each, error) for each, error in troubled if isinstance(error, SignInNeeded)]
    if absent:
        labels = listed([each.key.value for each, _ in absent], _MOST_NAMES)
        yield (
            f"Not signed in to {labels}: what is shown of it is assumed, not asked.",
            absent[0][1].do,
        )
    told: set[int] = set()
    for each, error in troubled:
        if isinstance(error, SignInNeeded) or id(error) in told:
            continue
        told.add(id(error))
        reason = error.what.replace("\n", " ")
        yield f"{each.key.value} could not be asked about, and is assumed: {reason}", error.do


def _say(text: str) -> None:
    click.echo(text, err=True, color=True)
