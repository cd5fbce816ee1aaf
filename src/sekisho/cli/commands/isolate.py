"""`sekisho isolate`: rewrite the config so that one login opens one environment."""

import sys

import click

from sekisho import files as disk
from sekisho.awsconfig.profiles import interpret
from sekisho.cli.assembly import Machine, machine
from sekisho.cli.config_writing import write_config
from sekisho.cli.options import common, common_options
from sekisho.cli.show.diff import painted_diff
from sekisho.cli.show.ink import Ink
from sekisho.cli.show.prose import wrapped
from sekisho.configure.isolate import LIMITS, By, Isolation
from sekisho.configure.isolate import isolate as isolated
from sekisho.errors import UsageError, login_command
from sekisho.login.sign_out import AtService, sign_out

__all__ = ["isolate"]


@click.command()
@common_options
@click.option(
    "--by", type=click.Choice([by.value for by in By]), default=By.PROFILE.value, show_default=True,
    help="What gets an sso-session of its own.",
)  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Show the diff; change nothing.")
@click.pass_context
def isolate(context: click.Context, by: str, dry_run: bool) -> None:
    """Give each profile an sso-session of its own, so that one login opens one profile.

    Shows the diff and asks; keeps a backup; ends the sign-ins that were shared. The legacy form
    becomes the sso-session form. Every other byte of the file stays as it is.
    """
    here = machine(common(context))
    plan = _plan(here, By(by))
    ink = Ink(here.common.color, stderr=True)

    for note in plan.notes:
        click.echo(ink.warn(wrapped(note, sys.stderr)), err=True, color=True)
    if not plan.changed:
        click.echo("Each login opens one profile already: there is nothing to change.", err=True)
        return
    click.echo(painted_diff(plan.diff, color=here.common.color), nl=False, color=True)
    if dry_run:
        click.echo("\nNothing was changed (--dry-run).", err=True)
        return
    if not here.terminal().confirm(f"Change {here.files.config}?", option="--yes"):
        raise UsageError(
            "nothing was changed: you said no",
            do="run the command again, and answer y; --dry-run shows the change without a question",
        )

    made = write_config(here, plan.path, plan, lambda: _plan(here, By(by)))
    _end_shared_sign_ins(here, made)
    click.echo(f"\n{ink.dim(wrapped(LIMITS, sys.stderr))}", err=True, color=True)


def _plan(here: Machine, by: By) -> Isolation:
    config, credentials = disk.read(here.files.config), disk.read(here.files.credentials)
    return isolated(config, credentials, here.files, by)


def _end_shared_sign_ins(here: Machine, plan: Isolation) -> None:
    """End, at the service and here, each sign-in that no profile uses any more."""
    before = interpret(plan.read, disk.read(here.files.credentials), here.files)
    for old in plan.old_keys:
        oidc, portal = here.endpoints(before, old.profiles[0], old.target.region)
        outcome = sign_out(
            old.target,
            roles=old.roles,
            oidc=oidc,
            portal=portal,
            store=here.store,
            http=here.http(),
            clock=here.clock,
            local=False,
            login=login_command(session=old.target.session),
        )
        if not outcome.had_token:
            continue
        label = old.target.token_key.value
        if outcome.service is AtService.NOT_REACHED:
            click.echo(
                f"Removed the shared token of {label}; the service did not end its session: "
                f"{outcome.reason}",
                err=True,
            )
        else:
            click.echo(f"Ended the shared sign-in to {label}, and removed its token.", err=True)
