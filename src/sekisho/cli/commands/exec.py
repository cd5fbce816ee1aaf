"""`sekisho exec`: a command with one profile, and no other."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from sekisho.cli.assembly import machine
from sekisho.cli.options import common, common_options
from sekisho.cli.running import OneProfile, Served, Start, chosen, ended, run_served
from sekisho.cli.sandboxing import BELOW_BUBBLEWRAP, Shown, sandboxed
from sekisho.errors import ExitStatus, UsageError
from sekisho.launch.environment import for_command
from sekisho.launch.exec import fixed, keep_settings, refuse_nesting

__all__ = ["exec_"]

_PATH = click.Path(exists=True, path_type=Path)


@click.command(
    "exec", context_settings={"allow_interspersed_args": False}, options_metavar="[OPTIONS] --"
)
@common_options
@click.option(
    "--endpoint", is_flag=True, help="Serve credentials that are renewed, instead of fixed keys."
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
    sandbox: bool,
    allow: tuple[Path, ...],
    write: tuple[Path, ...],
    command: tuple[str, ...],
) -> int:
    """Run a command with the credentials of one profile, and no other.

    \b
    sekisho exec --profile dev -- terraform plan
    sekisho exec --profile dev --endpoint -- ./all-day.sh
    sekisho exec --profile dev --sandbox -- ./agent

    Variables that carry or choose credentials are removed, and the command's AWS config has this
    profile alone, without where its credentials come from; proxies, CA and endpoints stay. It gets
    keys in its environment until they expire. With --endpoint its SDK asks sekisho whenever it
    needs credentials, for as long as you are signed in.

    With --sandbox, which includes --endpoint, it sees the folder that it runs in, programs, and the
    network: no home, no other process, no agent, no browser's folder.

    Signals, the terminal and the exit status are the command's own.
    """  # noqa: D301  # click's mark for lines that it must not join
    from sekisho.adapters.child import become, find_program

    here = machine(common(context))
    refuse_nesting(here.environ, wanted=here.common.profile)
    if (allow or write) and not sandbox:
        raise UsageError("--allow and --write are for a sandbox", do="add --sandbox")
    if not sandbox:
        find_program(command[0], here.environ)
    one = chosen(here)

    if sandbox:
        return ended(_run_sandboxed(one, command, Shown(allow, write)))
    if endpoint:
        return ended(run_served(one, lambda served: Start(command, served.environ)))
    become(command, _with_fixed_keys(one))
    return ExitStatus.DONE


def _with_fixed_keys(one: OneProfile) -> Mapping[str, str]:
    credentials = one.source(True).fetch()
    files = keep_settings(one.here.state, one.settings)
    return for_command(one.here.environ, one.surroundings(files), fixed(credentials))


def _run_sandboxed(one: OneProfile, command: Sequence[str], shown: Shown) -> int:
    def start(served: Served) -> Start:
        placed = {served.folder: served.folder}
        return Start(
            *sandboxed(one.here, command, served.environ, shown, placed), below=BELOW_BUBBLEWRAP
        )

    return run_served(one, start, sees_own=False)
