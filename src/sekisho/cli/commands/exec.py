"""`sekisho exec`: a command with one profile, and no other."""

from collections.abc import Mapping

import click

from sekisho.cli.assembly import machine
from sekisho.cli.options import common, common_options
from sekisho.cli.running import OneProfile, chosen, run_served
from sekisho.launch.environment import for_command
from sekisho.launch.exec import fixed, keep_settings, refuse_nesting

__all__ = ["exec_"]


@click.command(
    "exec", context_settings={"allow_interspersed_args": False}, options_metavar="[OPTIONS] --"
)
@common_options
@click.option(
    "--endpoint", is_flag=True, help="Serve credentials that are renewed, instead of fixed keys."
)
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED, metavar="CMD...")
@click.pass_context
def exec_(context: click.Context, endpoint: bool, command: tuple[str, ...]) -> int:
    """Run a command with the credentials of one profile, and no other.

    \b
    sekisho exec --profile dev -- terraform plan
    sekisho exec --profile dev --endpoint -- ./all-day.sh

    Variables that carry or choose credentials are removed, and the command's AWS config has this
    profile alone, without where its credentials come from; proxies, CA and endpoints stay. It gets
    keys in its environment until they expire. With --endpoint its SDK asks sekisho whenever it
    needs credentials, for as long as you are signed in.

    Signals, the terminal and the exit status are the command's own.
    """  # noqa: D301  # click's mark for lines that it must not join
    from sekisho.adapters.child import become, end_by, find_program

    here = machine(common(context))
    refuse_nesting(here.environ, wanted=here.common.profile)
    find_program(command[0], here.environ)
    one = chosen(here)

    if not endpoint:
        become(command, _with_fixed_keys(one))
    status = run_served(one, lambda served: (command, served.environ))
    if status < 0:
        end_by(-status)
    return status


def _with_fixed_keys(one: OneProfile) -> Mapping[str, str]:
    credentials = one.source(True).fetch()
    files = keep_settings(one.here.state, one.settings)
    return for_command(one.here.environ, one.surroundings(files), fixed(credentials))
