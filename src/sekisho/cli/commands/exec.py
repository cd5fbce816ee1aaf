"""`sekisho exec`: a command with one profile, and no other."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path

import click

from sekisho.cli.assembly import machine
from sekisho.cli.options import Common, common, common_options
from sekisho.cli.running import OneProfile, Served, Start, chosen, ended, run_served
from sekisho.cli.sandboxing import BELOW_BUBBLEWRAP, SEEN_AT, Shown, sandboxed
from sekisho.cli.scoping import run_scoped
from sekisho.errors import ExitStatus, UsageError
from sekisho.launch.environment import for_command
from sekisho.launch.exec import fixed, keep_settings, refuse_nesting
from sekisho.reach.policy import duration

__all__ = ["exec_"]

_AN_HOUR = "1h"
_LONGEST = timedelta(days=7)
_PATH = click.Path(exists=True, path_type=Path)


@click.command(
    "exec", context_settings={"allow_interspersed_args": False}, options_metavar="[OPTIONS] --"
)
@common_options
@click.option(
    "--endpoint", is_flag=True, help="Serve credentials that are renewed, instead of fixed keys."
)
@click.option(
    "--only", multiple=True, metavar="NAME", help="Give it this guarded profile; may be repeated."
)
@click.option(
    "--for", "time", metavar="TIME", help="Until when --only counts: 30m, 8h.  [default: 1h]"
)
@click.option(
    "--sandbox", is_flag=True, help="Hide the rest of this machine from it (bubblewrap, Linux)."
)
@click.option(
    "--allow", multiple=True, type=_PATH, metavar="PATH", help="Show this to the sandbox, too."
)
@click.option(
    "--write", multiple=True, type=_PATH, metavar="PATH", help="And let the sandbox write to this."
)
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED, metavar="CMD...")
@click.pass_context
def exec_(
    context: click.Context,
    endpoint: bool,
    only: tuple[str, ...],
    time: str | None,
    sandbox: bool,
    allow: tuple[Path, ...],
    write: tuple[Path, ...],
    command: tuple[str, ...],
) -> int:
    """Run a command with the credentials of one profile, and no other.

    \b
    sekisho exec --profile dev -- terraform plan
    sekisho exec --profile dev --endpoint -- ./all-day.sh
    sekisho exec --only dev --sandbox -- ./agent

    Variables that carry or choose credentials are removed, and the command's AWS config has this
    profile alone, without where its credentials come from; proxies, CA and endpoints stay. It gets
    keys in its environment until they expire. With --endpoint its SDK asks sekisho whenever it
    needs credentials, for as long as you are signed in.

    With --only it can ask the agent for one guarded profile, or several, through a socket of its
    own, for a time and no longer than it runs. That keeps honest tools to them.

    With --sandbox it is a boundary: the command sees the folder that it runs in, programs, and the
    network: no home, no other process, no agent, no browser's folder. Without --only it is served
    credentials as by --endpoint.

    Signals, the terminal and the exit status are the command's own.
    """  # noqa: D301  # click's mark for lines that it must not join
    from sekisho.adapters.child import become, find_program

    here = machine(common(context))
    refuse_nesting(here.environ, wanted=here.common.profile)
    _refuse_what_does_not_fit(here.common, endpoint, only, time, sandbox, (*allow, *write))
    if not sandbox:
        find_program(command[0], here.environ)
    shown = Shown(allow, write) if sandbox else None
    if only:
        until = _time(time or _AN_HOUR)
        return ended(run_scoped(here, only, command, time=until, shown=shown))
    one = chosen(here)

    if shown is not None:
        return ended(_run_sandboxed(one, command, shown))
    if endpoint:
        return ended(run_served(one, lambda served: Start(command, served.environ)))
    become(command, _with_fixed_keys(one))
    return ExitStatus.DONE


def _refuse_what_does_not_fit(
    given: Common,
    endpoint: bool,
    only: tuple[str, ...],
    time: str | None,
    sandbox: bool,
    shown: tuple[Path, ...],
) -> None:
    """Raise `UsageError` for options that mean nothing beside each other."""
    if shown and not sandbox:
        raise UsageError("--allow and --write are for a sandbox", do="add --sandbox")
    if time is not None and not only:
        raise UsageError("--for says how long --only counts", do="add --only NAME")
    if only and (given.profile is not None or endpoint):
        other = "--endpoint" if endpoint else "--profile"
        raise UsageError(
            f"--only and {other} are two ways to one thing", do="leave one of them out"
        )


def _time(text: str) -> timedelta:
    found = duration(text)
    if found is None or not timedelta(0) < found <= _LONGEST:
        raise UsageError(
            f"Bad value for --for: {text}", do="write a number and s, m, h or d: 8h; at most 7d"
        )
    return found


def _with_fixed_keys(one: OneProfile) -> Mapping[str, str]:
    credentials = one.source(True).fetch()
    files = keep_settings(one.here.state, one.settings)
    return for_command(one.here.environ, one.surroundings(files), fixed(credentials))


def _run_sandboxed(one: OneProfile, command: Sequence[str], shown: Shown) -> int:
    def start(served: Served) -> Start:
        placed = {SEEN_AT: served.folder}
        return Start(
            *sandboxed(one.here, command, served.environ, shown, placed), below=BELOW_BUBBLEWRAP
        )

    return run_served(one, start, seen_at=SEEN_AT)
