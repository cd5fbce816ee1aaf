"""`sekisho agent`: the process that holds the tokens of guarded profiles."""

import json
import sys
from pathlib import Path

import click

from sekisho import files
from sekisho.adapters.agent_line import connect
from sekisho.adapters.agent_process import agent_command
from sekisho.cli.agent_running import as_agent, run_agent
from sekisho.cli.assembly import Machine, machine
from sekisho.cli.options import common, common_options, json_option
from sekisho.cli.show.agent_text import agent_json, agent_text
from sekisho.cli.show.agent_unit import agent_unit
from sekisho.cli.show.ink import Ink
from sekisho.errors import AgentMissing, UsageError, login_command
from sekisho.guard.client import AgentClient
from sekisho.guard.place import socket_path
from sekisho.guard.sign_ins import MemoryOnly, Persistence

__all__ = ["agent", "install", "run", "status", "stop"]

_UNIT = "sekisho-agent.service"
_NONE = "No agent runs, so every gate is closed."


_persist_option = click.option(
    "--persist",
    type=click.Choice(("memory", "sealed")),
    default="memory",
    show_default=True,
    help="Where sign-ins and their gates are kept: sealed, they outlive the agent, encrypted.",
)


@click.group()
@common_options
@json_option
def agent() -> None:
    """Run the agent, which holds the tokens of guarded profiles in its memory.

    `sekisho login` starts it when it is needed.
    """


@agent.command()
@common_options
@_persist_option
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


@agent.command()
@common_options
@json_option
@click.pass_context
def status(context: click.Context) -> None:
    """Show which gates are open, for whom, and until when."""
    here = machine(common(context))
    try:
        found = _client(here).status()
    except AgentMissing:
        found = None
    if here.common.json:
        click.echo(json.dumps(agent_json(found), ensure_ascii=False))
    elif found is None:
        click.echo(_NONE)
    else:
        shown = agent_text(found, now=here.clock.now(), ink=Ink(here.common.color))
        click.echo(shown, nl=False, color=True)


@agent.command()
@common_options
@click.pass_context
def stop(context: click.Context) -> None:
    """Close every gate, and end the agent.

    The service is not told: its sessions end by themselves. `sekisho logout --all` ends them first.
    """
    try:
        _client(machine(common(context))).stop()
    except AgentMissing:
        click.echo(_NONE)
    else:
        click.echo("The agent has ended, and every gate is closed.")


@agent.command()
@common_options
@_persist_option
@click.option("--print", "only_print", is_flag=True, help="Print the unit, and write nothing.")
@click.pass_context
def install(context: click.Context, persist: str, only_print: bool) -> None:
    """Write a systemd user unit that runs the agent while you are logged in.

    It is Linux's; on macOS nothing of the kind is built, and `sekisho login` starts the agent.
    With --persist sealed it starts once the keyring is unlocked, or with a passphrase from the file
    that SEKISHO_SEAL_PASSPHRASE_FILE names in the unit's own environment.
    """
    here = machine(common(context))
    unit = agent_unit(agent_command("--persist", persist))
    if only_print:
        click.echo(unit, nl=False)
        return
    if sys.platform != "linux":
        raise UsageError(
            "there is no systemd here, and nothing else that could run the agent is built",
            do="sign in, which starts the agent: sekisho login --profile NAME",
        )
    path = _unit_folder(here) / _UNIT
    before = files.read(path)
    if before is not None and before != unit.encode():
        kept = files.backup(path, before, here.backup_folder)
        click.echo(f"What was there is kept as {kept}")
    files.replace(path, unit.encode(), expected=before)
    click.echo(f"Wrote {path}")
    click.echo("To run the agent now and at every login:")
    click.echo(f"  systemctl --user enable --now {_UNIT.removesuffix('.service')}")


def _client(here: Machine) -> AgentClient:
    path = socket_path(here.environ, str(here.state))
    login = login_command(profile=here.common.profile)
    return AgentClient(lambda: connect(path, login=login))


def _unit_folder(here: Machine) -> Path:
    configured = here.environ.get("XDG_CONFIG_HOME", "")
    folder = Path(configured) if configured.startswith("/") else here.home / ".config"
    return folder / "systemd" / "user"


def _persistence(here: Machine, persist: str) -> Persistence:
    if persist == "memory":
        return MemoryOnly()
    from sekisho.adapters.clock import boot_name
    from sekisho.cli.sealing import machines_vault
    from sekisho.guard.sealed_sign_ins import SealedSignIns

    vault = machines_vault(here, asks=True)
    vault.keeper.key_to_write()  # whoever starts the agent may be asked; nobody is later
    return SealedSignIns(vault, here.clock, boot_name())
