"""`sekisho isolate`: rewrite the config so that one login opens one environment."""

import sys
from pathlib import Path

import click

from sekisho.cli.assembly import machine
from sekisho.cli.config_writing import write_config
from sekisho.cli.isolating import (
    end_shared_sign_ins,
    finish_earlier,
    plan_isolation,
    say_environments,
    say_next_logins,
)
from sekisho.cli.options import common, common_options
from sekisho.cli.show.diff import painted_diff
from sekisho.cli.show.ink import Ink
from sekisho.cli.show.prose import wrapped
from sekisho.cli.undoing import undo_edit
from sekisho.configure.groups import By
from sekisho.configure.isolate import LIMITS, Isolation
from sekisho.errors import UsageError

__all__ = ["isolate"]

_NEWEST = Path()


@click.command()
@common_options
@click.option(
    "--by", type=click.Choice([by.value for by in By]), default=By.PROFILE.value, show_default=True,
    help="What gets an sso-session of its own.",
)  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Show the diff; change nothing.")
@click.option(
    "--undo",
    is_flag=False,
    flag_value=_NEWEST,
    type=click.Path(path_type=Path),
    metavar="[BACKUP]",
    help="Restore the config file as it was before the newest edit, or what BACKUP holds.",
)
@click.pass_context
def isolate(context: click.Context, by: str, dry_run: bool, undo: Path | None) -> None:
    """Give each profile, account or environment an sso-session, so that a login opens only that.

    Shows the diff and asks; keeps a backup; ends the sign-ins that were shared, and says what to
    log in to. The legacy form becomes the sso-session form. Every other byte of the file stays.

    Environments are those that `policy.toml` declares in sekisho's config folder; the others are
    guessed from the names of the profiles, and shown.

    `--undo` works where the file is still exactly what sekisho wrote, and shows the difference
    where it is not.
    """
    here = machine(common(context))
    if undo is not None:
        undo_edit(here, None if undo == _NEWEST else undo, dry_run=dry_run)
        return
    plan = plan_isolation(here, By(by))
    ink = Ink(here.common.color, stderr=True)

    for note in plan.notes:
        click.echo(ink.warn(wrapped(note, sys.stderr)), err=True, color=True)
    if not plan.changed:
        click.echo(f"Each login opens one {by} already: there is nothing to change.", err=True)
        finish_earlier(here, plan.read)
        return
    if plan.by is By.ENVIRONMENT:
        say_environments(here, plan)
    click.echo(painted_diff(plan.diff, color=here.common.color), nl=False, color=True)
    if dry_run:
        click.echo("\nNothing was changed (--dry-run).", err=True)
        return
    if not here.terminal().confirm(_question(plan), option="--yes"):
        raise UsageError(
            "nothing was changed: you said no",
            do="run the command again, and answer y; --dry-run shows the change without a question",
        )

    made = write_config(here, plan.path, plan, lambda: plan_isolation(here, By(by)), pending=True)
    end_shared_sign_ins(here, made)
    say_next_logins(here, made.sessions)
    click.echo(f"\n{ink.dim(wrapped(LIMITS, sys.stderr))}", err=True, color=True)


def _question(plan: Isolation) -> str:
    guessed = plan.by is By.ENVIRONMENT and any(group.guessed for group in plan.groups)
    doubt = "Are these the environments? " if guessed else ""
    return f"{doubt}Change {plan.path}?"
