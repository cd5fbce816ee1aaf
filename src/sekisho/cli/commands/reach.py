"""`sekisho reach`: what each login opens, and what its token could open."""

import sys
from collections.abc import Sequence

import click

from sekisho.awsconfig.profiles import AwsConfig, SsoProfile, profile_named
from sekisho.cli.assembly import Machine, machine
from sekisho.cli.options import common, common_options, json_option
from sekisho.cli.show.console import print_to_stdout
from sekisho.cli.show.live_talk import say_live
from sekisho.cli.show.prose import wrapped
from sekisho.cli.show.trouble import warner
from sekisho.errors import login_command
from sekisho.lint.engine import lint_files
from sekisho.lint.report import to_json
from sekisho.lint.rule import Finding, Severity
from sekisho.login.assignments import Assignments, assignments
from sekisho.model import ProfileName
from sekisho.reach.graph import Reach
from sekisho.reach.graph import reach as reach_of
from sekisho.reach.live import Asked, ask_portals, assigned_in
from sekisho.reach.pictures import json_pieces, table

__all__ = ["reach"]

_ISOLATION_RULES = "SK1"
"""Of the others only those count that may say why a profile has no login at all."""


@click.command()
@common_options
@json_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json"]),
    default="table",
    help="How to show it.",
)
@click.option("--live", is_flag=True, help="Ask the portal, with the tokens that are there.")
@click.pass_context
def reach(context: click.Context, form: str, *, live: bool) -> None:
    """Show what each login opens, and what its token could open.

    With --profile, only the login of that profile. Nothing is asked of AWS: one start URL is
    taken to mean one person. With --live the portal is asked instead, and roles that no profile
    names are marked; nobody is signed in for it, and what cannot be asked about is said.
    """
    options = common(context)
    here = machine(options)
    config = here.config()
    wanted = None if options.profile is None else profile_named(config, options.profile).name

    asked = _ask(here, config, wanted) if live else None
    reaches: Sequence[Reach] = reach_of(config, assigned_in(asked or ()))
    loginless = {one.profile for one in reaches if one.token_key is None}
    findings = [
        finding
        for finding in lint_files(here.files, policy=here.policy())
        if finding.rule.startswith(_ISOLATION_RULES) or finding.profile in loginless
    ]
    if wanted is not None:
        reaches = [one for one in reaches if one.profile == wanted]
        findings = [finding for finding in findings if finding.concerns(wanted)]

    if options.json or form == "json":
        for piece in json_pieces(reaches, to_json(findings)["findings"], asked):
            click.echo(piece, nl=False)
    else:
        if reaches:
            print_to_stdout(table(reaches, asked or ()), color=options.color)
        else:
            click.echo(f"There is no profile in {here.files.config}.", err=True)
        _point_to_lint([one for one in findings if one.severity is not Severity.INFO])
    say_live(asked or (), color=options.color)


def _ask(here: Machine, config: AwsConfig, wanted: ProfileName | None) -> tuple[Asked, ...]:
    http = here.http()

    def ask(profile: SsoProfile) -> Assignments:
        target = profile.target
        oidc, portal = here.endpoints(config, profile.name, target.region)
        login = login_command(profile=profile.name)
        return assignments(
            target=target,
            oidc=oidc,
            portal=portal,
            store=here.store,
            http=http,
            clock=here.clock,
            lock_folder=here.lock_folder,
            login=login,
            notice=warner(here.common.color),
        )

    return ask_portals(config, ask, only=wanted)


def _point_to_lint(findings: Sequence[Finding]) -> None:
    for finding in findings:
        said = wrapped(f"{finding.rule}: {finding.message}", sys.stderr)
        click.echo(f"\n{said}\n  do: {finding.do}", err=True)
