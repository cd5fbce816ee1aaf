"""`sekisho reach`: what each login opens, and what its token could open."""

import sys
from collections.abc import Sequence

import click

from sekisho.awsconfig.profiles import profile_named
from sekisho.cli.assembly import machine
from sekisho.cli.options import common, common_options, json_option
from sekisho.cli.show.console import print_to_stdout
from sekisho.cli.show.prose import wrapped
from sekisho.lint.engine import lint_files
from sekisho.lint.report import to_json
from sekisho.lint.rule import Finding, Severity
from sekisho.reach.graph import Reach
from sekisho.reach.graph import reach as reach_of
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
@click.pass_context
def reach(context: click.Context, form: str) -> None:
    """Show what each login opens, and what its token could open.

    With --profile, only the login of that profile. Nothing is asked of AWS: one start URL is
    taken to mean one person.
    """
    options = common(context)
    here = machine(options)
    config = here.config()

    reaches: Sequence[Reach] = reach_of(config)
    loginless = {one.profile for one in reaches if one.token_key is None}
    findings = [
        finding
        for finding in lint_files(here.files)
        if finding.rule.startswith(_ISOLATION_RULES) or finding.profile in loginless
    ]
    if options.profile is not None:
        name = profile_named(config, options.profile).name
        reaches = [one for one in reaches if one.profile == name]
        findings = [finding for finding in findings if name in (finding.profile, *finding.others)]

    if options.json or form == "json":
        for piece in json_pieces(reaches, to_json(findings)["findings"]):
            click.echo(piece, nl=False)
    else:
        if reaches:
            print_to_stdout(table(reaches), color=options.color)
        else:
            click.echo(f"There is no profile in {here.files.config}.", err=True)
        _point_to_lint([one for one in findings if one.severity is not Severity.INFO])


def _point_to_lint(findings: Sequence[Finding]) -> None:
    for finding in findings:
        said = wrapped(f"{finding.rule}: {finding.message}", sys.stderr)
        click.echo(f"\n{said}\n  do: {finding.do}", err=True)
