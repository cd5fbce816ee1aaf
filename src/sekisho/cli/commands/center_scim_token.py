"""`sekisho center scim-token`: what identity providers keep the people of a center with."""

import json
import re

import click

from sekisho.cli.assembly import machine
from sekisho.cli.center_database import database_at_rest
from sekisho.cli.options import common, common_options, json_option

__all__ = ["create", "list_", "revoke", "scim_token"]

_COMMAND = "sekisho center scim-token"
_DURATION = re.compile(r"([1-9][0-9]{0,4})([hd])")
_UNITS = {"h": 3600, "d": 86400}
_LONGEST = 10 * 365 * 86400


@click.group("scim-token")
@common_options
def scim_token() -> None:
    """Let an identity provider keep people and groups by SCIM 2.0.

    It works on the database itself, on the machine that it lies on, also while a center is
    serving from it: docs/center/scim.md.
    """


_database = click.option(
    "--database", metavar="URL", help="The center's; SQLite in the state folder by default."
)


def _seconds(_context: click.Context, _option: click.Parameter, text: str) -> int:
    found = _DURATION.fullmatch(text)
    seconds = int(found[1]) * _UNITS[found[2]] if found else 0
    if not 0 < seconds <= _LONGEST:
        raise click.BadParameter("it has to be a time such as 365d or 12h, at most 3650d")
    return seconds


@scim_token.command()
@common_options
@click.option(
    "--expires", "seconds", metavar="TIME", default="365d", show_default=True, callback=_seconds,
    help="How long the token is good, such as 90d or 12h.",
)  # fmt: skip
@click.option(
    "--url",
    metavar="URL",
    default="http://127.0.0.1:8765",
    show_default=True,
    help="Where the provider reaches the center.",
)
@_database
@click.pass_context
def create(context: click.Context, seconds: int, url: str, database: str | None) -> None:
    """Make a token, and print it to stdout, once.

    Two may be good at a time, so that one can take the other's place. The SCIM endpoint, which the
    provider is told with it, goes to stderr.
    """
    here = machine(common(context))
    with database_at_rest(here, database, command=f"{_COMMAND} create") as opened:
        from sekisho.center.directory import scim_tokens

        now = int(here.clock.now().timestamp())
        token, secret = scim_tokens.make(opened, seconds=seconds, now=now)
        tenant = scim_tokens.tenant_of(opened)
    click.echo(f"SCIM endpoint: {url.rstrip('/')}/{tenant}/scim/v2/", err=True)
    click.echo(
        f"The token {token.id} is good until {token.expires_at:%Y-%m-%d}, for whoever has it:",
        err=True,
    )
    click.echo(secret.reveal())


@scim_token.command("list")
@common_options
@json_option
@_database
@click.pass_context
def list_(context: click.Context, database: str | None) -> None:
    """List the tokens: when they were made, were last used (to within an hour), and expire."""
    here = machine(common(context))
    with database_at_rest(here, database, command=f"{_COMMAND} list") as opened:
        from sekisho.center.directory import scim_tokens

        tokens = scim_tokens.listed(opened)
    from sekisho.cli.show.scim_tokens import tokens_json, tokens_table

    if here.common.json:
        click.echo(json.dumps(tokens_json(tokens)))
    elif tokens:
        from sekisho.cli.show.console import print_to_stdout

        print_to_stdout(tokens_table(tokens, now=here.clock.now()), color=here.common.color)
    else:
        click.echo(f"There is no token yet; `{_COMMAND} create` makes one.", err=True)


@scim_token.command()
@common_options
@click.argument("token")
@_database
@click.pass_context
def revoke(context: click.Context, token: str, database: str | None) -> None:
    """End the token of that id: the next request with it is refused.

    The people and groups that it kept stay as they are.
    """
    here = machine(common(context))
    with database_at_rest(here, database, command=f"{_COMMAND} revoke") as opened:
        from sekisho.center.directory import scim_tokens

        scim_tokens.revoke(opened, token, now=int(here.clock.now().timestamp()))
    click.echo(f"The token {token} opens nothing any more.", err=True)
