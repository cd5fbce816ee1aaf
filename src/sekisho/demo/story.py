"""`sekisho demo`: plays the script on the stage, and checks each step against the story."""

import re
import sys

import click

from sekisho.adapters.clock import SystemClock
from sekisho.demo.script import PASSWORD, PERSON, SCRIPT, Step
from sekisho.demo.stage import INDENT, Outcome, Stage, stage
from sekisho.errors import ExitStatus

__all__ = ["play"]

_TITLE = "関所  sekisho: you signed in to dev. What else opened?"
_END = """\
That is all sekisho wants to be sure of: what you log in to is what opens.

It has limits, and you should know them. The token belongs to you, not to dev:
whoever can read dev's token file can still fetch stg's credentials with it.
Sessions keep you from using the wrong environment by accident; they are no wall
against a program that runs as you. SECURITY.md says what they protect from, and
what not."""
_PAUSE_SECONDS = 0.4
"""Between steps, for the eye; only on a terminal."""


def play(*, interactive: bool, color: str) -> int:
    """Play the story; return 0, or 1 at the first step that differs from it."""
    terminal = sys.stdout.isatty()
    paint = _Paint(on=color == "always" or (color != "never" and terminal))
    clock = SystemClock()
    click.echo(paint.title(_TITLE), color=True)
    with stage(interactive=interactive) as scene:
        click.echo(paint.note(f"(the center is at {scene.url}, for this demo only)"), color=True)
        chapter = 0
        for step in SCRIPT:
            chapter += bool(step.say)
            if interactive and step.command[0] == "login":
                note = f"\n(sign in as {PERSON}, password: {PASSWORD})"
                click.echo(paint.note(note), color=True)
            fault = _play_step(scene, step, chapter, paint)
            if fault:
                click.echo(paint.bad(f"\nThis differs from the story: {fault}"), color=True)
                return ExitStatus.FINDINGS
            if terminal:
                clock.sleep(_PAUSE_SECONDS)
    click.echo(f"\n{paint.good('Every step went as the story says.')}\n\n{_END}", color=True)
    return ExitStatus.DONE


def _play_step(scene: Stage, step: Step, chapter: int, paint: "_Paint") -> str:
    """Run one step and show it; return what differs from the story, or nothing."""
    if step.say:
        click.echo(f"\n{paint.say(f'{chapter:>2}  {step.say}')}", color=True)
    program = () if step.command[0] == "cat" else ("sekisho",)
    shown = " ".join((*program, *step.command)).replace(" .aws", " ~/.aws")
    margin = " " * INDENT
    click.echo(f"\n{margin}{paint.command('$ ' + shown)}", color=True)
    outcome = Outcome(-1, "")
    for piece in scene.run(step.command, color=paint.on):
        if isinstance(piece, Outcome):
            outcome = piece
        else:
            click.echo(f"{margin}{piece}".rstrip(), color=True)
    if outcome.status != step.status:
        return f"it exits with {outcome.status}, not {step.status}"
    unbroken = " ".join(outcome.text.split())  # a narrow terminal breaks sentences
    missing = [want for want in step.shows if not re.search(want, unbroken)]
    return f"it does not show {missing[0]}" if missing else ""


class _Paint:
    """The demo's few colours."""

    def __init__(self, *, on: bool) -> None:
        self.on = on

    def _style(self, text: str, **style: object) -> str:
        return click.style(text, **style) if self.on else text  # type: ignore[arg-type]

    def title(self, text: str) -> str:
        return self._style(text, bold=True)

    def say(self, text: str) -> str:
        return self._style(text, fg="bright_magenta", bold=True)

    def command(self, text: str) -> str:
        return self._style(text, fg="cyan", bold=True)

    def note(self, text: str) -> str:
        return self._style(text, dim=True)

    def good(self, text: str) -> str:
        return self._style(text, fg="green", bold=True)

    def bad(self, text: str) -> str:
        return self._style(text, fg="red", bold=True)
