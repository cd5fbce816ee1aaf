"""`sekisho center migrate`: an older database, brought up to date when somebody asks for it."""

import shlex

import click

from sekisho.cli.assembly import machine
from sekisho.cli.center_database import database_url
from sekisho.cli.options import common, common_options
from sekisho.errors import MissingExtra

__all__ = ["migrate"]


@click.command()
@common_options
@click.option(
    "--database", metavar="URL", help="An SQLAlchemy URL; SQLite in the state folder by default."
)
@click.pass_context
def migrate(context: click.Context, database: str | None) -> None:
    """Bring the tables of an older database up to date.

    A center never does that by itself. Stop every center that uses the database first, and keep a
    copy of it; of an SQLite file one is made. It happens in one transaction: all of it, or nothing.
    """
    try:
        from sekisho.center.storage import migrating
    except ImportError as error:
        raise MissingExtra("sekisho center migrate", extra="center") from error
    here = machine(common(context))

    done = migrating.migrate(database_url(here, database))

    if done.changed:
        click.echo(f"migrated from {done.before or 'an empty database'} to {done.after}")
    else:
        click.echo(f"nothing to do: the tables are of revision {done.after}")
    if done.copy is not None:
        click.echo(f"What it held before is in {shlex.quote(str(done.copy))}.", err=True)
