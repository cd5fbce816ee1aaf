"""What is said of gates: what a login opens, what the policy asks, what a logout closes."""

import difflib
import sys
from collections.abc import Sequence
from datetime import datetime

import click

from sekisho.awsconfig.profiles import SsoProfile
from sekisho.cli.show.diff import painted_diff
from sekisho.cli.show.ink import Ink
from sekisho.cli.show.printable import printable, printable_lines
from sekisho.cli.show.prose import wrapped
from sekisho.guard.answers import Approve, Confirm, Ended, GateState, Opened
from sekisho.model import ProfileName

__all__ = [
    "clock_time",
    "say_closed",
    "say_confirm",
    "say_endpoints",
    "say_kept_forgotten",
    "say_no_agent",
    "say_opened",
    "say_policy",
    "say_will_open",
]


def clock_time(spelt: str) -> str:
    """Return a time of the agent's as a clock on the wall has it, with its day if it is not today."""
    at = datetime.fromisoformat(spelt).astimezone()
    today = at.date() == datetime.now(at.tzinfo).date()
    return f"{at:%H:%M}" if today else f"{at:%Y-%m-%d %H:%M}"


def say_endpoints(endpoints: Sequence[str], *, color: str) -> None:
    """Say where the agent signs in, if that is not AWS."""
    if endpoints:
        ink = Ink(color, stderr=True)
        _say(
            ink.warn(f"The agent's endpoints are not AWS's own: {printable(', '.join(endpoints))}")
        )


def say_will_open(profile: SsoProfile, opens: Sequence[ProfileName], *, color: str) -> None:
    """Say, before anything happens, what the gate leads into, and all that `opens` with it."""
    ink = Ink(color, stderr=True)
    role = profile.role
    where = f": {role.role_name} in {role.account_id}" if role else ""
    _say(f"This login opens: {ink.strong(printable(', '.join(opens)))}")
    gate = printable(f"{profile.name}{where}")
    _say(ink.dim(f"The gate of {gate}. The token stays with the agent."))


def say_opened(opened: Opened, *, color: str) -> None:
    """Say what is open now, until when, and as whom."""
    ink = Ink(color, stderr=True)
    if opened.was_open:
        _say(f"Still open: {_until(opened.gates, ink)}")
        return
    who = f"Signed in as {ink.strong(printable(opened.person))}. " if opened.person else ""
    _say(f"{who}Open now: {_until(opened.gates, ink)}")
    if opened.note:
        _say(ink.warn(f"Who signed in is not known: {printable_lines(opened.note)}"))


def say_confirm(question: Confirm, *, color: str) -> None:
    """Say what is about to open, before the profile's name is typed."""
    ink = Ink(color, stderr=True)
    where = printable(f"{question.role_name} in account {question.account_id}")
    _say("")
    name = ink.strong(printable(question.profile))
    environment = ink.strong(printable(question.environment or "none"))
    _say(f"{ink.warn('The policy asks you to make sure.')} {name} is {where}.")
    _say(f"Its environment: {environment}")


def say_policy(question: Approve, *, color: str) -> None:
    """Show what the policy was when it was approved, and what the file holds now."""
    ink, path = Ink(color, stderr=True), printable(question.path)
    if question.before is None:
        _say(f"{path} is a policy that you have not seen here before:")
    elif question.now is None:
        _say(ink.warn(f"{path} is gone; without it the defaults hold:"))
    else:
        _say(ink.warn(f"{path} was changed since you approved it:"))
    lines = difflib.unified_diff(
        (question.before or "").splitlines(keepends=True),
        (question.now or "").splitlines(keepends=True),
        "approved",
        "now",
    )
    whole = "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)
    shown = "\n".join(printable(line) for line in whole.splitlines())
    painted = painted_diff(shown, color=color, stderr=True, masked=False)
    click.echo(f"\n{painted}\n", err=True, color=True)


def say_closed(names: Sequence[ProfileName], ended: Sequence[Ended], *, color: str) -> None:
    """Say which gates closed, and what lives on; `names` were asked for, none: all of them."""
    ink = Ink(color, stderr=True)
    closed = {name for each in ended for name in each.profiles}
    if never := [name for name in names if name not in closed]:
        gates = "The gate of" if len(never) == 1 else "The gates of"
        verb = "was" if len(never) == 1 else "were"
        _say(f"{gates} {printable(', '.join(never))} {verb} not open.")
    for each in ended:
        gates = ink.strong(printable(", ".join(each.profiles)) or "no gate")
        session = printable(each.session)
        _say(f"Closed: {gates}. The agent has let the sign-in to {session} go.")
        if each.told_service:
            _say(ink.dim("The service ended the session, and others of the same browser with it."))
        elif each.trouble:
            _say(
                ink.warn(f"The session may live on at the service: {printable_lines(each.trouble)}")
            )
    if until := [each.credentials_until for each in ended if each.credentials_until]:
        at = datetime.fromisoformat(max(until)).astimezone()
        spelt = f"{at:%Y-%m-%d %H:%M:%S %Z}".strip()
        _say(ink.warn(f"Role credentials that were already handed out live until {spelt}."))


def say_no_agent() -> None:
    """Say that nothing had to be closed."""
    _say("No agent runs, so every gate is closed.")


def say_kept_forgotten() -> None:
    """Say that a gate would have been opened again, and that its session was not ended."""
    _say(
        "What an agent had kept of it, sealed, is removed. The session may live on at the service, "
        "until it ends by itself."
    )


def _until(gates: Sequence[GateState], ink: Ink) -> str:
    """Names with the time at which they close, which is said once where it is the same."""
    times = {gate.closes_at for gate in gates}
    if len(times) == 1:
        names = printable(", ".join(gate.profile for gate in gates))
        return f"{ink.good(names)}, until {clock_time(gates[0].closes_at)}"
    return ", ".join(
        f"{ink.good(printable(gate.profile))} until {clock_time(gate.closes_at)}" for gate in gates
    )


def _say(text: str) -> None:
    click.echo(wrapped(text, sys.stderr), err=True, color=True)
