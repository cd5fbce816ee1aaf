"""`sekisho reach`: what each login opens, and what its token could open."""

import shlex
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import click

from sekisho import files as disk
from sekisho.aws.pace import PORTAL_CALLS_PER_SECOND
from sekisho.awsconfig.guarded import is_guarded
from sekisho.awsconfig.profiles import AwsConfig, SsoProfile, profile_named
from sekisho.cli.asking import ask_assignments
from sekisho.cli.assembly import Machine, machine
from sekisho.cli.options import common, common_options, json_option
from sekisho.cli.show.console import print_to_stdout
from sekisho.cli.show.live_talk import say_live
from sekisho.cli.show.reach_findings import about_reach, point_to_lint
from sekisho.configure.groups import By
from sekisho.errors import UsageError, login_command
from sekisho.lint.engine import findings_in, read_subject
from sekisho.lint.report import to_json
from sekisho.lint.subject import Subject
from sekisho.login.assignments import Assignments
from sekisho.login.crew import in_parallel
from sekisho.model import ProfileName
from sekisho.reach.gates import only, picture
from sekisho.reach.graph import Reach
from sekisho.reach.graph import reach as reach_of
from sekisho.reach.live import Asked, ask_portals, assigned_in
from sekisho.reach.mermaid import mermaid
from sekisho.reach.pictures import json_pieces, table

__all__ = ["reach"]

_WORKERS = 8
_FORMATS = ("table", "json", "mermaid", "html")


@click.command()
@common_options
@json_option
@click.option("--format", "form", type=click.Choice(_FORMATS), help="How to show it.  [table]")
@click.option("--live", is_flag=True, help="Ask the portal, with the tokens that are there.")
@click.option(
    "--output",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="With mermaid and html: write it there.",
)
@click.option(
    "--by",
    type=click.Choice([by.value for by in By]),
    help="With html: the plan of isolate to draw.  [each of them, up to 1,000 profiles]",
)
@click.pass_context
def reach(
    context: click.Context, form: str | None, output: Path | None, by: str | None, *, live: bool
) -> None:
    """Show what each login opens, and what its token could open.

    With --profile, only the login of that profile. Nothing is asked of AWS: one start URL is
    taken to mean one person. With --live the portal is asked instead, and roles that no profile
    names are marked; nobody is signed in for it, and what cannot be asked about is said.

    html is one page that loads nothing: gates and the rooms behind them, now and after `isolate`.
    """
    options = common(context)
    chosen = _chosen(form, output, by, json=options.json)
    here = machine(options)
    subject = read_subject(here.files, policy=here.policy())
    config = subject.as_botocore_reads_it()
    wanted = None if options.profile is None else profile_named(config, options.profile).name
    asked = _ask(here, config, wanted) if live else None

    match chosen:
        case "html":
            from sekisho.cli.reach_page import reach_page  # it reads templates, and plans

            _deliver(reach_page(subject, asked, wanted, By(by) if by else None), output)
        case "mermaid":
            drawn = picture(config, asked or (), subject.policy)
            _deliver(mermaid(drawn if wanted is None else only(drawn, wanted)), output)
        case _:
            _list(here, subject, asked, wanted, as_json=chosen == "json")
    say_live(asked or (), color=options.color)


def _chosen(form: str | None, output: Path | None, by: str | None, *, json: bool) -> str:
    chosen = form or ("json" if json else "table")
    if json and chosen != "json":
        raise UsageError(f"--json and --format {chosen} are two forms", do="leave one of them out")
    if output is not None and chosen not in ("mermaid", "html"):
        do = f"sekisho reach --format html --output {shlex.quote(str(output))}"
        raise UsageError(f"--output does not go with --format {chosen}", do=do)
    if by is not None and chosen != "html":
        do = f"sekisho reach --format html --by {by}"
        raise UsageError(f"--by does not go with --format {chosen}", do=do)
    return chosen


def _list(
    here: Machine,
    subject: Subject,
    asked: Sequence[Asked] | None,
    wanted: ProfileName | None,
    *,
    as_json: bool,
) -> None:
    reaches: Sequence[Reach] = reach_of(subject.facts, assigned_in(asked or ()))
    if any(is_guarded(profile) for profile in subject.facts.profiles.values()):
        from sekisho.cli.gate_reach import through_gates  # few homes have guarded profiles

        reaches = through_gates(reaches, subject.facts, subject.policy)
    findings = about_reach(findings_in(subject), reaches, wanted)
    if wanted is not None:
        reaches = [one for one in reaches if one.profile == wanted]
    if as_json:
        for piece in json_pieces(reaches, to_json(findings)["findings"], asked):
            click.echo(piece, nl=False)
        return
    if reaches:
        print_to_stdout(table(reaches, asked or ()), color=here.common.color)
    else:
        click.echo(f"There is no profile in {here.files.config}.", err=True)
    point_to_lint(findings)


def _deliver(text: str, output: Path | None) -> None:
    if output is None:
        click.echo(text, nl=False)
        return
    disk.write_private(output, text.encode())
    click.echo(f"Wrote {output}.", err=True)


def _ask(here: Machine, config: AwsConfig, wanted: ProfileName | None) -> tuple[Asked, ...]:
    """Ask about each sign-in at the endpoints of its own first profile."""
    http = here.parallel_http(PORTAL_CALLS_PER_SECOND)

    def ask(profile: SsoProfile) -> Assignments:
        return ask_assignments(
            here,
            config,
            profile.target,
            login=login_command(profile=profile.name),
            around=profile.name,
            http=http,
            spread=partial(in_parallel, workers=_WORKERS),
        )

    return ask_portals(config, ask, only=wanted)
