"""`sekisho explain`: which value of a profile wins and why, and what would be used with it."""

from dataclasses import replace
from pathlib import Path

import click

from sekisho.awsconfig.differences import differences
from sekisho.awsconfig.explain import explain as explanation_of
from sekisho.awsconfig.profiles import read
from sekisho.cli.assembly import Machine, machine
from sekisho.cli.options import common, common_options, json_option
from sekisho.cli.show.explained import Page, problems_of
from sekisho.cli.show.explained_json import to_json
from sekisho.cli.show.ink import Ink
from sekisho.cli.whereabouts import whereabouts

__all__ = ["explain"]


@click.command()
@common_options
@json_option
@click.pass_context
def explain(context: click.Context) -> None:
    """Explain a profile: which value wins and why, from which file and line.

    Says which token and credentials would be used, where they lie, and what other tools would
    use instead when they are run from here without options. Nothing is asked of AWS, no
    credential_process is run, and secrets show as ****.
    """
    options = common(context)
    here = machine(options)
    config = here.config()
    name = here.profile_in(config)

    alone = read(replace(here.files, credentials=Path()))
    explained = explanation_of(config, alone, name, here.environ, region=options.region)
    others = differences(config, explained, here.environ)
    places = whereabouts(here, config, explained)

    if options.json:
        click.echo(to_json(explained, others, places))
        talk = Page(here.home, Ink(options.color, stderr=True))
        click.echo(talk.problems(problems_of(explained, places)), err=True, nl=False, color=True)
    else:
        page = Page(here.home, Ink(options.color))
        text = page.text(config, explained, others, places, chosen_by=_chooser(here))
        click.echo(text, nl=False, color=True)


def _chooser(here: Machine) -> str:
    """What named the profile: the first of the AWS CLI v2's order."""
    if here.common.profile is not None:
        return "--profile"
    variables = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE")
    return next((name for name in variables if name in here.environ), "default")
