"""What is said when a sign-in ends: on stderr, and with what lives on."""

import sys
from datetime import datetime

import click

from sekisho.cli.show.ink import Ink
from sekisho.cli.show.prose import wrapped
from sekisho.login.sign_out import AtService, SignedOut
from sekisho.login.sign_out_all import AllSignedOut

__all__ = ["say_all_signed_out", "say_signed_out"]


def say_signed_out(label: str, outcome: SignedOut, *, color: str) -> None:
    """Say what became of the sign-in that `label` names, and what lives on."""
    ink = Ink(color, stderr=True)
    if not outcome.had_token:
        _say(f"Nobody was signed in to {label}.")
        return
    if outcome.left_alone:
        _say(ink.warn(f"Left alone, since it is torn: {outcome.left_alone.splitlines()[-1]}"))
    else:
        _say(f"Signed out of {ink.strong(label)}: its token is removed from this machine.")
    match outcome.service:
        case AtService.ENDED:
            _say(ink.dim("The service ended the session, and others of the same browser with it."))
        case AtService.NOT_REACHED:
            _say(ink.warn(f"The session may live on at the service: {outcome.reason}"))
        case AtService.GONE | AtService.NOT_ASKED:
            pass
    if outcome.credentials_until is not None:
        _say_what_lives_on(outcome.credentials_until, ink)


def say_all_signed_out(outcome: AllSignedOut, *, color: str) -> None:
    """Say what became of all sign-ins."""
    ink = Ink(color, stderr=True)
    for left in outcome.left_alone:
        _say(ink.warn(f"Left alone: {left.path}: {left.reason}"))
    if outcome.gave_up:
        _say("The sealed store is removed from this machine, and its key with it.")
    if not outcome.tokens and not outcome.gave_up:
        _say("Nobody was signed in.")
        return
    if outcome.tokens:
        noun = "sign-in" if outcome.tokens == 1 else "sign-ins"
        everything = "" if outcome.left_alone else " of everything"
        _say(f"Signed out{everything}: {outcome.tokens} {noun} removed from this machine.")
    for reason in outcome.left_open:
        _say(ink.warn(f"A session may live on at the service: {reason}"))
    if outcome.credentials_until is not None:
        _say_what_lives_on(outcome.credentials_until, ink)
    else:
        _say(ink.dim("Role credentials that were already handed out live until they expire."))


def _say_what_lives_on(until: datetime, ink: Ink) -> None:
    _say(ink.warn(f"Role credentials that were already handed out live until {_spelt(until)}."))


def _spelt(at: datetime) -> str:
    return at.astimezone().strftime("%Y-%m-%d %H:%M:%S %Z").strip()


def _say(text: str) -> None:
    click.echo(wrapped(text, sys.stderr), err=True, color=True)
