"""`sekisho audit`: who was handed what, and whether the log of it is whole."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from sekisho import files
from sekisho.cli.assembly import Machine, machine
from sekisho.cli.options import common, common_options, json_option
from sekisho.cli.show.audit import audit_json, day_text, verify_json
from sekisho.cli.show.ink import Ink
from sekisho.cli.show.printable import printable
from sekisho.cli.show.prose import counted, wrapped
from sekisho.cli.show.trouble import warner
from sekisho.cli.when import moment
from sekisho.errors import ExitStatus
from sekisho.guard.audit import Kind
from sekisho.guard.audit_check import Checked, Fault, check
from sekisho.guard.audit_files import LIVE, NOTE, log_files, read_note
from sekisho.guard.audit_rows import Found, Question, find, rows

__all__ = ["audit", "show", "verify"]

_LOOKS = 5
"""How often a log is looked at that becomes another one meanwhile."""
_LIMITS = (
    "The chain shows damage, careless edits and lost lines. It cannot show that somebody who may "
    "write these files has written all of them anew: where this machine has a journal, it has a "
    "copy that needs root to be changed (journalctl -t sekisho)."
)


@click.group(invoke_without_command=True)
@common_options
@click.pass_context
def audit(context: click.Context) -> None:
    """Show who was handed what, and check the log of it. Alone, it is `audit show`."""
    if context.invoked_subcommand is None:
        context.invoke(show)


@audit.command()
@common_options
@json_option
@click.option(
    "--since", default="yesterday", show_default=True, metavar="WHEN",
    help="today, yesterday, 30m, 2h, 3d, 1w, 09:30, 2026-11-28, 2026-11-28T09:30, or always.",
)  # fmt: skip
@click.option("--until", metavar="WHEN", help="As --since; that moment is left out.")
@click.option("--environment", metavar="NAME", help="Only what was for this environment.")
@click.option(
    "--kind", "kinds", multiple=True, type=click.Choice([kind.value for kind in Kind]),
    metavar="KIND", help=f"Only these; may be given again: {', '.join(Kind)}.",
)  # fmt: skip
@click.pass_context
def show(
    context: click.Context,
    since: str = "yesterday",
    until: str | None = None,
    environment: str | None = None,
    kinds: tuple[str, ...] = (),
) -> None:
    """Show sign-ins, openings, releases, refusals and closings, and which program asked.

    "Who used prod yesterday?" is `sekisho audit show --environment prod --until today`. With
    --profile, only what was for that profile is shown. What one program was handed on a day is one
    row, with a count; --json has every line. The program is what it called itself: a hint, no proof.
    """
    here = machine(common(context))
    now = here.clock.now()
    question = Question(
        since=None if since == "always" else moment(since, now),
        until=None if until is None else moment(until, now),
        profile=here.common.profile,
        environment=environment,
        kinds=kinds,
    )

    found = find(here.audit_folder, question)

    if here.common.json:
        click.echo(json.dumps(audit_json(found.lines), ensure_ascii=False))
    elif found.lines:
        _show_days(found, Ink(here.common.color))
    else:
        _say(here, f"Nothing of that is in the audit log since {since} ({here.audit_folder}).")
    if found.unreadable:
        cannot = f"{counted(found.unreadable, 'line')} cannot be read"
        warner(here.common.color)(f"{cannot}; `sekisho audit verify` says which")


def _show_days(found: Found, ink: Ink) -> None:
    for number, (day, of_day) in enumerate(rows(found.lines)):
        if number:
            click.echo()
        for line in day_text(day, of_day, ink):
            click.echo(line, color=True)


@audit.command()
@common_options
@json_option
@click.pass_context
def verify(context: click.Context) -> int:
    """Check that no line of the log was changed, cut off, left out or put elsewhere.

    It names file and line of what is wrong, and exits 1 for that. It cannot show that somebody who
    may write the files has written all of them anew, with every digest right; a copy in the journal
    does, where this machine has one.
    """
    here = machine(common(context))

    found = _check(here.audit_folder)

    if here.common.json:
        click.echo(json.dumps(verify_json(found), ensure_ascii=False))
    else:
        _show_check(here, found)
    return ExitStatus.FINDINGS if found.faults else ExitStatus.DONE


def _check(folder: Path) -> Checked:
    """Check the log; begin again where a new file was begun meanwhile."""
    for _ in range(_LOOKS):
        before = log_files(folder)
        left = read_note(files.read(folder / NOTE) or b"")
        found = check(_settled(before), left, folder / LIVE)
        if log_files(folder) == before:
            break
    return found


def _settled(paths: tuple[Path, ...]) -> Iterator[tuple[Path, bytes]]:
    """Read each file; a line that is being written right now is given the time to end."""
    for path in paths:
        data = files.read(path) or b""
        for _ in range(_LOOKS):
            if not data or data.endswith(b"\n"):
                break
            before, data = data, files.read(path) or b""
            if data == before:
                break
        yield path, data


def _show_check(here: Machine, found: Checked) -> None:
    ink = Ink(here.common.color)
    for fault in found.faults:
        _show_fault(fault, ink.bad("fault"), ink)
    for remark in found.remarks:
        _show_fault(remark, ink.dim("note"), ink)
    lines = counted(found.lines, "line")
    if found.faults:
        click.echo(f"{counted(len(found.faults), 'fault')} in {lines}", color=True)
    elif found.lines:
        click.echo(f"{ink.good('whole')}: {lines} in {here.audit_folder}", color=True)
    else:
        _say(here, f"There is no audit log yet: {here.audit_folder} has no line.")
        return
    _say(here, _LIMITS)


def _show_fault(fault: Fault, label: str, ink: Ink) -> None:
    place = ink.strong(printable(f"{fault.path}:{fault.line}"))
    click.echo(f"{label} {place}", color=True)
    click.echo(wrapped(f"  {printable(fault.what)}", sys.stdout))


def _say(here: Machine, text: str) -> None:
    ink = Ink(here.common.color, stderr=True)
    click.echo(ink.dim(wrapped(text, sys.stderr)), err=True, color=True)
