"""`sekisho agent`: the process that holds the tokens of guarded profiles."""

import click

from sekisho.cli.agent_running import as_agent, run_agent
from sekisho.cli.assembly import Machine, machine
from sekisho.cli.options import common, common_options
from sekisho.guard.sign_ins import MemoryOnly, Persistence

__all__ = ["agent", "run"]


@click.group()
@common_options
def agent() -> None:
    """Run the agent, which holds the tokens of guarded profiles in its memory.

    `sekisho login` starts it when it is needed.
    """


@agent.command("run")
@common_options
@click.option(
    "--persist",
    type=click.Choice(("memory", "sealed")),
    default="memory",
    show_default=True,
    help="Where sign-ins and their gates are kept: sealed, they outlive the agent, encrypted.",
)
@click.option("--ready", type=int, hidden=True, help="Tell this descriptor when it serves.")
@click.pass_context
def run(context: click.Context, persist: str, ready: int | None) -> None:
    """Run the agent here, until Ctrl-C, SIGTERM or `sekisho agent stop`.

    It reads the AWS config that it was started with, and keeps of the environment only endpoints,
    proxies and certificate authorities. When it ends, every gate is closed; with --persist sealed,
    until the next agent opens those again that still have time, and were not logged out.
    """
    options = () if ready is None else ("--ready", str(ready))
    here = as_agent(machine(common(context)), ("--persist", persist, *options))
    run_agent(here, lambda: _persistence(here, persist), ready=ready)


def _persistence(here: Machine, persist: str) -> Persistence:
    if persist == "memory":
        return MemoryOnly()
    from sekisho.adapters.clock import boot_name
    from sekisho.cli.sealing import machines_vault
    from sekisho.guard.sealed_sign_ins import SealedSignIns

    vault = machines_vault(here, asks=True)
    vault.keeper.key_to_write()  # whoever starts the agent may be asked; nobody is later
    return SealedSignIns(vault, here.clock, boot_name())
