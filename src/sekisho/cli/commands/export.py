"""`sekisho export`: one profile's credentials, for a shell."""

import click

from sekisho.cli.assembly import machine
from sekisho.cli.options import Common, common, common_options
from sekisho.cli.show.static_keys import warn_of_static_keys
from sekisho.credentials.formats import FORMATS
from sekisho.credentials.profile_chain import refuse_loop

__all__ = ["export", "export_credentials"]


@click.command()
@common_options
@click.option(
    "--format",
    "form",
    type=click.Choice(tuple(FORMATS)),
    default="env",
    show_default=True,
    help="Whose quotes to use.",
)
@click.pass_context
def export(context: click.Context, form: str) -> None:
    """Print a profile's credentials for a shell.

    \b
    sh, bash, zsh   eval "$(sekisho export --profile NAME)"
    fish            sekisho export --profile NAME --format fish | source
    PowerShell      sekisho export --profile NAME --format powershell | iex
    Nushell         sekisho export --profile NAME --format nushell | from json | load-env

    They are fixed keys: whatever takes them over has them until they expire, and nothing
    refreshes them there.
    """  # noqa: D301  # click's mark for lines that it must not join
    _print_credentials(common(context), form)


@click.command("export-credentials")
@common_options
@click.option(
    "--format",
    "form",
    type=click.Choice(tuple(FORMATS)),
    default="process",
    show_default=True,
    help="How to spell them.",
)
@click.pass_context
def export_credentials(context: click.Context, form: str) -> None:
    """Print a profile's credentials, as `aws configure export-credentials` does."""
    _print_credentials(common(context), form)


def _print_credentials(options: Common, form: str) -> None:
    here = machine(options)
    refuse_loop(here.profile_name(), here.environ)

    config = here.config()
    profile, route = here.route(config, here.profile_in(config))
    warn_of_static_keys(here.environ, profile.name, color=options.color)
    credentials = here.source(route, here.http()).fetch()

    click.echo(FORMATS[form](credentials), nl=False)
