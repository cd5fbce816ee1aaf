"""`sekisho generate`: a profile for every account and role that the signed-in person has."""

import json
import shlex
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import click

from sekisho import files as disk
from sekisho.aws.pace import PORTAL_CALLS_PER_SECOND
from sekisho.aws.regions import doubt_about_region, wrong_region
from sekisho.awsconfig.profiles import AwsConfig, login_target
from sekisho.cli.asking import ask_assignments
from sekisho.cli.assembly import Machine, machine
from sekisho.cli.config_writing import write_config
from sekisho.cli.options import common, common_options, json_option
from sekisho.cli.show.diff import painted_diff
from sekisho.cli.show.generated import (
    generation_json,
    say_generation,
    say_left,
    show_drift,
)
from sekisho.cli.show.ink import Ink
from sekisho.cli.show.progress import progress_bar
from sekisho.cli.show.prose import counted, wrapped
from sekisho.configure.generate import Generation
from sekisho.configure.generate import generate as generated
from sekisho.configure.generate_names import DEFAULT_TEMPLATE, parse_template
from sekisho.configure.generate_rules import parse_rules
from sekisho.configure.generate_settings import (
    MOST_CALLS_PER_SECOND,
    GenerateSettings,
    read_settings,
)
from sekisho.configure.generate_wanted import By, Listed, Wishes
from sekisho.errors import ExitStatus, UsageError, login_command
from sekisho.login.crew import in_parallel
from sekisho.model import Region

__all__ = ["generate"]

_DEFAULT_TEMPLATE = parse_template(DEFAULT_TEMPLATE)
_WORKERS = 16
"""Enough to keep up with the rate where an answer takes most of a second."""


@click.command()
@common_options
@json_option
@click.option(
    "--sso-session", "sessions", metavar="NAME", multiple=True,
    help="Of the sign-in of this sso-session; may be given again. Default: the only one there is.",
)  # fmt: skip
@click.option(
    "--template", show_default=DEFAULT_TEMPLATE, metavar="TEXT",
    help="How to name profiles: fields account_name, account_id, account_email, role_name, "
    "session; filters lower, upper, trim, trim:TEXT, slug, map:OLD=NEW,...",
)  # fmt: skip
@click.option(
    "--by", type=click.Choice([by.value for by in By]), show_default=By.SESSION.value,
    help="Which sso-session profiles get: the one that was asked, or one of their environment, "
    "which is added where it is not there.",
)  # fmt: skip
@click.option(
    "--session-for", "session_rules", metavar="PATTERN=NAME", multiple=True,
    help="Give accounts whose name or id matches this sso-session instead; the first match counts.",
)  # fmt: skip
@click.option(
    "--region-for", "region_rules", metavar="PATTERN=REGION", multiple=True,
    help="Give profiles of such accounts this Region; the others get --region, if it is given.",
)  # fmt: skip
@click.option("--prune", is_flag=True, help="Remove generated profiles that are not assigned.")
@click.option("--dry-run", is_flag=True, help="Show the diff; change nothing.")
@click.option(
    "--check", is_flag=True, help="List what is not in order, and exit 1; change nothing."
)
@click.option(
    "--rate", type=click.IntRange(1, MOST_CALLS_PER_SECOND), metavar="N",
    show_default=str(PORTAL_CALLS_PER_SECOND), help="At most so many calls a second.",
)  # fmt: skip
@click.option(
    "--settings", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path),
    help="Read these settings instead of generate.toml in sekisho's config folder. Options that "
    "are given go before them.",
)  # fmt: skip
@click.pass_context
def generate(
    context: click.Context,
    sessions: tuple[str, ...],
    template: str | None,
    by: str | None,
    session_rules: tuple[str, ...],
    region_rules: tuple[str, ...],
    prune: bool,
    dry_run: bool,
    check: bool,
    rate: int | None,
    settings: Path | None,
) -> int:
    """Write a profile for each account and role of who signed in.

    Profiles that were written or edited by hand stay as they are: generated ones carry the key
    sekisho_generated. Shows what changes, and asks; a second run changes nothing.
    """
    here = machine(common(context))
    config = here.config()
    held = _settings(here, settings)
    wishes = Wishes(
        template=parse_template(template) if template else held.template or _DEFAULT_TEMPLATE,
        by=By(by) if by else held.by or By.SESSION,
        sessions=parse_rules("--session-for", session_rules, "NAME") or held.session_rules,
        regions=parse_rules("--region-for", region_rules, "REGION") or held.region_rules,
        region=Region(here.common.region) if here.common.region else held.region,
        policy=here.policy(),
        prune=prune,
    )
    _check(here, config, wishes)

    asked = sessions or held.sessions or _only_session(config)
    listed = _ask(here, config, asked, rate or held.rate or PORTAL_CALLS_PER_SECOND)
    plan = _plan(here, listed, wishes)

    if check:
        return _report(here, plan)
    return _write(here, plan, lambda: _plan(here, listed, wishes), dry_run=dry_run)


def _settings(here: Machine, path: Path | None) -> GenerateSettings:
    """The settings in `path`, or in sekisho's config folder; which ones they are is said."""
    found = read_settings(path or here.config_folder / "generate.toml")
    if found is not None:
        said = f"Settings: {path or here.config_folder / 'generate.toml'}."
        click.echo(Ink(here.common.color, stderr=True).dim(said), err=True, color=True)
        return found
    if path is not None:
        raise UsageError(f"there is no file {path}", do=f"ls -l {shlex.quote(str(path.parent))}")
    return GenerateSettings()


def _check(here: Machine, config: AwsConfig, wishes: Wishes) -> None:
    """Find what is wrong with the wishes before minutes of calls are made for them."""
    for rule in wishes.sessions:
        login_target(config, profile=None, session=rule.value)
    for region in {wishes.region or "", *(rule.value for rule in wishes.regions)} - {""}:
        if wrong := wrong_region(region):
            raise UsageError(wrong, do="sekisho generate --help")
        if doubt := doubt_about_region(region):
            said = wrapped(f"warning: {doubt}", sys.stderr)
            click.echo(Ink(here.common.color, stderr=True).warn(said), err=True, color=True)


def _only_session(config: AwsConfig) -> tuple[str, ...]:
    if len(config.sessions) == 1:
        return tuple(config.sessions)
    if not config.sessions:
        raise UsageError(
            f"{config.files.config} has no [sso-session] to ask", do="sekisho configure sso-session"
        )
    names = ", ".join(config.sessions)
    raise UsageError(
        f"there are several sso-sessions, and none was named: {names}", do="add --sso-session NAME"
    )


def _ask(
    here: Machine, config: AwsConfig, sessions: Sequence[str], rate: int
) -> tuple[Listed, ...]:
    """Ask about each of the `sessions`, and say what came."""
    targets = {name: login_target(config, profile=None, session=name) for name in sessions}
    http = here.parallel_http(rate)
    ink = Ink(here.common.color, stderr=True)
    listed = []
    for name, target in targets.items():
        with progress_bar(f"Asking for the roles of {name}", color=here.common.color) as progress:
            found = ask_assignments(
                here,
                config,
                target,
                login=login_command(session=name),
                http=http,
                spread=partial(in_parallel, workers=_WORKERS, progress=progress),
            )
        roles = sum(len(account.roles) for account in found.accounts)
        has = f"{counted(roles, 'role')} in {counted(len(found.accounts), 'account')}"
        said = f"{found.person or 'Who signed in'} has {has}, by {name}."
        click.echo(ink.dim(wrapped(said, sys.stderr)), err=True, color=True)
        listed.append(Listed(target, found.accounts))
    return tuple(listed)


def _plan(here: Machine, listed: Sequence[Listed], wishes: Wishes) -> Generation:
    config, credentials = disk.read(here.files.config), disk.read(here.files.credentials)
    return generated(config, credentials, here.files, listed, wishes)


def _report(here: Machine, plan: Generation) -> int:
    if here.common.json:
        click.echo(json.dumps(generation_json(plan, written=False), ensure_ascii=False))
    else:
        show_drift(plan)
        say_left(plan, color=here.common.color)
    if plan.in_order:
        click.echo(f"In order: {counted(len(plan.wanted), 'profile')}.", err=True)
        return ExitStatus.DONE
    return ExitStatus.FINDINGS


def _write(
    here: Machine, plan: Generation, anew: Callable[[], Generation], *, dry_run: bool
) -> int:
    ink = Ink(here.common.color, stderr=True)
    changes = plan.after != (plan.read or b"")
    written = False
    if dry_run and not here.common.json:
        click.echo(painted_diff(plan.diff, color=here.common.color), nl=False, color=True)
    if changes:
        say_generation(plan, color=here.common.color, named=not dry_run)
    say_left(plan, color=here.common.color)
    if dry_run:
        click.echo("\nNothing was changed (--dry-run).", err=True)
    elif not changes:
        click.echo(f"There is nothing to change: {counted(len(plan.wanted), 'profile')}.", err=True)
    else:
        if not here.terminal().confirm(f"Change {here.files.config}?", option="--yes"):
            raise UsageError(
                "nothing was changed: you said no",
                do="run the command again, and answer y; --dry-run shows the change as a diff",
            )
        plan = write_config(here, plan.path, plan, anew)
        written = True
        for session in plan.sessions:
            login = login_command(session=session)
            click.echo(f"{ink.dim('sign in with:')} {login}", err=True, color=True)
    if here.common.json:
        click.echo(json.dumps(generation_json(plan, written=written), ensure_ascii=False))
    return ExitStatus.DONE
