"""`sekisho isolate`: rewrite the config so that one login opens one environment."""

import sys
from collections.abc import Sequence
from pathlib import Path

import click
from click.core import ParameterSource

from sekisho.cli.assembly import Machine, machine
from sekisho.cli.config_writing import write_config
from sekisho.cli.guarding import end_native_sign_ins, plan_guarding, say_guarded_logins
from sekisho.cli.isolating import (
    end_shared_sign_ins,
    finish_earlier,
    note_finished,
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
from sekisho.configure.guard import LIMITS as GUARD_LIMITS
from sekisho.configure.guard import Guarding
from sekisho.configure.isolate import LIMITS, Isolation
from sekisho.errors import UsageError
from sekisho.model import Delivery

__all__ = ["isolate"]

_NEWEST = Path()
_VERBS = {Delivery.GUARDED: "guard", Delivery.SEALED: "seal"}


@click.command()
@common_options
@click.option(
    "--by", type=click.Choice([by.value for by in By]), default=By.PROFILE.value, show_default=True,
    help="What gets an sso-session of its own.",
)  # fmt: skip
@click.option(
    "--guard",
    "delivery",
    flag_value=Delivery.GUARDED,
    help="Keep the tokens of profiles in the memory of sekisho's agent, off the disk.",
)
@click.option(
    "--seal",
    "delivery",
    flag_value=Delivery.SEALED,
    help="Keep the tokens of profiles encrypted, in sekisho's own store.",
)
@click.option(
    "--command", metavar="NAME",
    help="With --guard: how AWS tools start sekisho; by default, its whole path.",
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
def isolate(
    context: click.Context,
    by: str,
    delivery: Delivery | None,
    command: str | None,
    dry_run: bool,
    undo: Path | None,
) -> None:
    """Give each profile, account or environment an sso-session, so that a login opens only that.

    Shows the diff and asks; keeps a backup; ends the sign-ins that were shared, and says what to
    log in to. The legacy form becomes the sso-session form. Every other byte of the file stays.

    Environments are those that `policy.toml` declares in sekisho's config folder; the others are
    guessed from the names of the profiles, and shown.

    `--guard` and `--seal` take profiles off AWS's own token cache: all SSO profiles, or those that
    `--profile` names, which may be given several times. Their tokens are ended and removed.

    `--undo` works where the file is still exactly what sekisho wrote, and shows the difference
    where it is not.
    """
    here = machine(common(context))
    if undo is not None:
        undo_edit(here, None if undo == _NEWEST else undo, dry_run=dry_run)
    elif delivery is not None:
        if context.get_parameter_source("by") is not ParameterSource.DEFAULT:
            raise UsageError(
                "--by and --guard do not go together: each guarded profile has a gate of its own",
                do="leave out --by",
            )
        _guard(here, Delivery(delivery), command, dry_run=dry_run)
    elif command is not None:
        raise UsageError("--command says how --guard or --seal is to start sekisho", do="add one")
    else:
        _isolate(here, By(by), dry_run=dry_run)


def _isolate(here: Machine, by: By, *, dry_run: bool) -> None:
    plan = plan_isolation(here, by)
    _say_notes(here, plan.notes)
    if not plan.changed:
        why = f"Each login opens one {by} already" if plan.groups else "No profile signs in by SSO"
        click.echo(f"{why}: there is nothing to change.", err=True)
        finish_earlier(here, plan.read)
        return
    if plan.by is By.ENVIRONMENT:
        say_environments(here, plan)
    if not _approved(here, plan.diff, _question(plan), dry_run=dry_run):
        return

    made = write_config(here, plan.path, plan, lambda: plan_isolation(here, by), pending=True)
    end_shared_sign_ins(here, made)
    say_next_logins(here, made.sessions)
    _say_limits(here, LIMITS)


def _guard(here: Machine, delivery: Delivery, command: str | None, *, dry_run: bool) -> None:
    def planned() -> Guarding:
        return plan_guarding(here, delivery, command)

    plan = planned()
    _say_notes(here, plan.notes)
    if not plan.changed:
        click.echo(
            f"There is nothing to change: no native profile is left to {_VERBS[delivery]}.",
            err=True,
        )
        finish_earlier(here, plan.read)
        return
    if not _approved(here, plan.diff, f"Change {plan.path}?", dry_run=dry_run):
        return

    made = write_config(here, plan.path, plan, planned, pending=True)
    end_native_sign_ins(here, made.read, made.after)
    note_finished(here, made.after)
    say_guarded_logins(here, made)
    _say_limits(here, GUARD_LIMITS[delivery])


def _approved(here: Machine, diff: str, question: str, *, dry_run: bool) -> bool:
    """Show the change, and ask; say why, where nothing is to be changed."""
    click.echo(painted_diff(diff, color=here.common.color), nl=False, color=True)
    if dry_run:
        click.echo("\nNothing was changed (--dry-run).", err=True)
        return False
    if not here.terminal().confirm(question, option="--yes"):
        raise UsageError(
            "nothing was changed: you said no",
            do="run the command again, and answer y; --dry-run shows the change without a question",
        )
    return True


def _say_notes(here: Machine, notes: Sequence[str]) -> None:
    ink = Ink(here.common.color, stderr=True)
    for note in notes:
        click.echo(ink.warn(wrapped(note, sys.stderr)), err=True, color=True)


def _say_limits(here: Machine, limits: str) -> None:
    ink = Ink(here.common.color, stderr=True)
    click.echo(f"\n{ink.dim(wrapped(limits, sys.stderr))}", err=True, color=True)


def _question(plan: Isolation) -> str:
    guessed = plan.by is By.ENVIRONMENT and any(group.guessed for group in plan.groups)
    doubt = "Are these the environments? " if guessed else ""
    return f"{doubt}Change {plan.path}?"
