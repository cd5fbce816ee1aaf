"""`sekisho center export`: the directory file of what a center's database holds."""

import click

from sekisho.cli.assembly import machine
from sekisho.cli.center_database import database_at_rest
from sekisho.cli.options import common, common_options

__all__ = ["export"]


@click.command()
@common_options
@click.option(
    "--with-password-hashes",
    is_flag=True,
    help="Also write the Argon2id hashes of passwords: whoever has them can guess at them.",
)
@click.option(
    "--database", metavar="URL", help="The center's; SQLite in the state folder by default."
)
@click.pass_context
def export(
    context: click.Context, with_password_hashes: bool, database: str | None
) -> None:  # click's way
    """Print the directory file: people, accounts, permission sets, assignments, roles.

    `sekisho center serve --directory FILE` makes the same directory of it. Sessions and tokens
    are not in it.
    """
    here = machine(common(context))
    with database_at_rest(here, database, command="sekisho center export") as opened:
        from sekisho.center.directory.export import export as exported

        text = exported(opened, with_password_hashes=with_password_hashes)
    click.echo(text, nl=False)
    if not with_password_hashes:
        click.echo(
            "Without passwords: on another center each person needs one, by "
            "`sekisho center user passwd NAME`.",
            err=True,
        )
