"""`sekisho profiles`: the profiles that the AWS config and credentials files define."""

import json

import click

from sekisho.cli.assembly import machine
from sekisho.cli.options import common, common_options, json_option

__all__ = ["profiles"]


@click.command()
@common_options
@json_option
@click.pass_context
def profiles(context: click.Context) -> None:
    """List the profiles, in the order of the files."""
    options = common(context)

    names = list(machine(options).config().profiles)

    if options.json:
        click.echo(json.dumps({"version": 1, "profiles": names}, ensure_ascii=False))
    else:
        for name in names:
            click.echo(name)
