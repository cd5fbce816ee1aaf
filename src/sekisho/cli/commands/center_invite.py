"""`sekisho center user invite`: a link by which somebody chooses their own password."""

from urllib.parse import urlencode

import click

from sekisho.cli.assembly import machine
from sekisho.cli.center_database import database_at_rest
from sekisho.cli.options import common, common_options

__all__ = ["invite"]

_HOUR = 3600
_THREE_DAYS = 72


@click.command()
@common_options
@click.argument("name")
@click.option(
    "--hours",
    type=click.IntRange(1, 30 * 24),
    default=_THREE_DAYS,
    show_default=True,
    help="How long the link is good.",
)
@click.option(
    "--url",
    metavar="URL",
    default="http://127.0.0.1:8765",
    show_default=True,
    help="Where people reach the center.",
)
@click.option(
    "--database", metavar="URL", help="The center's; SQLite in the state folder by default."
)
@click.pass_context
def invite(context: click.Context, name: str, hours: int, url: str, database: str | None) -> None:
    """Print a link by which NAME chooses a password.

    It works once. For people whom a directory file, CreateUser or somebody else made without a
    password, or who forgot theirs; until it is used, the old one still works.
    """
    here = machine(common(context))
    with database_at_rest(here, database, command="sekisho center user invite") as opened:
        from sekisho.center.directory import invitations

        now = int(here.clock.now().timestamp())
        code = invitations.invite(opened, name, seconds=hours * _HOUR, now=now)
    click.echo(f"{url.rstrip('/')}/invitation?{urlencode({'code': code.reveal()})}")
    click.echo(f"The link works once, in the next {hours} hours, for whoever has it.", err=True)
