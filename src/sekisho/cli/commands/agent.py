"""`sekisho agent`: the process that holds the tokens of guarded profiles."""

import click

from sekisho.cli.agent_running import as_agent, run_agent
from sekisho.cli.assembly import machine
from sekisho.cli.options import common, common_options
from sekisho.guard.sign_ins import MemoryOnly

__all__ = ["agent", "run"]


@click.group()
@common_options
def agent() -> None:
    """Run the agent, which holds the tokens of guarded profiles in its memory.

    `sekisho login` starts it when it is needed.
    """


@agent.command("run")
@common_options
@click.option("--ready", type=int, hidden=True, help="Tell this descriptor when it serves.")
@click.pass_context
def run(context: click.Context, ready: int | None) -> None:
    """Run the agent here, until Ctrl-C, SIGTERM or `sekisho agent stop`.

    It reads the AWS config that it was started with, and keeps of the environment only endpoints,
    proxies and certificate authorities. When it ends, every gate is closed.
    """
    options = () if ready is None else ("--ready", str(ready))
    here = as_agent(machine(common(context)), options)
    run_agent(here, MemoryOnly(), ready=ready)
