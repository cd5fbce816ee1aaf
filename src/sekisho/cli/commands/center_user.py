"""`sekisho center user`: the people of a center, kept from its own machine."""

import json
import secrets
import sys
from collections.abc import Callable
from typing import Any, TypeVar

import click

from sekisho.cli.assembly import Machine, machine
from sekisho.cli.center_database import database_at_rest
from sekisho.cli.commands.center_invite import invite
from sekisho.cli.options import common, common_options, json_option
from sekisho.errors import UsageError
from sekisho.secret import Secret

__all__ = ["add", "disable", "enable", "list_", "passwd", "reset_mfa", "sign_out", "user"]

_Function = TypeVar("_Function", bound=Callable[..., Any])
_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"  # none that looks like another
_GROUPS_OF_FIVE = 5
_ANSWERS = "--password-stdin or --generate-password"
_COMMAND = "sekisho center user"


@click.group()
@common_options
def user() -> None:
    """Keep the people of a center: add them, change their passwords, keep them out.

    It works on the database itself, on the machine that it lies on, also while a center is
    serving from it. No AWS credentials are needed.
    """


_database = click.option(
    "--database", metavar="URL", help="The center's; SQLite in the state folder by default."
)


def _password_options(function: _Function) -> _Function:
    stdin = click.option(
        "--password-stdin", is_flag=True, help="Read the password from stdin: one line."
    )
    generate = click.option(
        "--generate-password", is_flag=True, help="Make one, and print it to stdout, once."
    )
    return stdin(generate(function))


@user.command()
@common_options
@click.argument("name")
@click.option("--display-name", metavar="TEXT", help="How the pages call them; NAME by default.")
@click.option("--group", "groups", metavar="NAME", multiple=True, help="A group; may be repeated.")
@_password_options
@_database
@click.pass_context
def add(
    context: click.Context,
    name: str,
    display_name: str | None,
    groups: tuple[str, ...],
    password_stdin: bool,  # click's way
    generate_password: bool,
    database: str | None,
) -> None:
    """Add a person, who signs in as NAME.

    The password is asked for, unless an option says where it comes from.
    """
    here = machine(common(context))
    with database_at_rest(here, database, command=f"{_COMMAND} add", make=True) as opened:
        from sekisho.center.center import password_hasher
        from sekisho.center.directory import roster
        from sekisho.center.settings import PasswordCost

        roster.check_new(opened, name, groups)  # before anything is typed
        password = _password(here, name, password_stdin, generate_password)
        roster.add(
            opened,
            name,
            password,
            display_name=display_name,
            groups=groups,
            hasher=password_hasher(PasswordCost()),
            now=int(here.clock.now().timestamp()),
        )
    click.echo(f"{name} was added, and can sign in.", err=True)
    _print_once(password, generate_password)


@user.command()
@common_options
@click.argument("name")
@click.option(
    "--keep-sessions", is_flag=True, help="Leave the person signed in where they are now."
)
@_password_options
@_database
@click.pass_context
def passwd(
    context: click.Context,
    name: str,
    keep_sessions: bool,
    password_stdin: bool,
    generate_password: bool,
    database: str | None,
) -> None:
    """Give NAME another password.

    Their sessions end with that, and the tokens that came from them; role credentials that were
    issued live on until they expire.
    """
    here = machine(common(context))
    with database_at_rest(here, database, command=f"{_COMMAND} passwd") as opened:
        from sekisho.center.center import password_hasher
        from sekisho.center.directory import roster
        from sekisho.center.settings import PasswordCost

        roster.check_known(opened, name)
        password = _password(here, name, password_stdin, generate_password)
        ended = roster.set_password(
            opened,
            name,
            password,
            keep_sessions=keep_sessions,
            hasher=password_hasher(PasswordCost()),
            now=int(here.clock.now().timestamp()),
        )
    left = " Their sessions go on." if keep_sessions else _ended(ended)
    click.echo(f"{name} has another password.{left}", err=True)
    _print_once(password, generate_password)


@user.command()
@common_options
@click.argument("name")
@_database
@click.pass_context
def disable(context: click.Context, name: str, database: str | None) -> None:
    """Keep NAME out, and end their sessions.

    Role credentials that were issued live on until they expire, unless the center serves with
    --revocation strict.
    """
    here = machine(common(context))
    with database_at_rest(here, database, command=f"{_COMMAND} disable") as opened:
        from sekisho.center.directory import roster

        ended = roster.disable(opened, name, now=int(here.clock.now().timestamp()))
    click.echo(f"{name} cannot sign in any more.{_ended(ended)}", err=True)


@user.command()
@common_options
@click.argument("name")
@_database
@click.pass_context
def enable(context: click.Context, name: str, database: str | None) -> None:
    """Let NAME in again, by the password that they had."""
    here = machine(common(context))
    with database_at_rest(here, database, command=f"{_COMMAND} enable") as opened:
        from sekisho.center.directory import roster

        roster.enable(opened, name, now=int(here.clock.now().timestamp()))
    click.echo(f"{name} can sign in again.", err=True)


@user.command("reset-mfa")
@common_options
@click.argument("name")
@_database
@click.pass_context
def reset_mfa(context: click.Context, name: str, database: str | None) -> None:
    """Remove NAME's second factors and recovery codes, for who has lost them.

    The next sign-in takes the password alone, or leads to a new factor where everybody needs one. Be
    sure that it is NAME who asks. Their sessions go on; `passwd` and `disable` end them.
    """
    here = machine(common(context))
    with database_at_rest(here, database, command=f"{_COMMAND} reset-mfa") as opened:
        from sekisho.center.directory import roster

        had = roster.reset_mfa(opened, name, now=int(here.clock.now().timestamp()))
    told = "has no second factor any more" if had else "had no second factor"
    click.echo(f"{name} {told}.", err=True)


@user.command("sign-out")
@common_options
@click.argument("name")
@_database
@click.pass_context
def sign_out(context: click.Context, name: str, database: str | None) -> None:
    """Sign NAME out everywhere: every browser, and every tool that they let in.

    They can sign in again; `disable` keeps them out. Role credentials that were issued live on
    until they expire, unless the center serves with --revocation strict.
    """
    here = machine(common(context))
    with database_at_rest(here, database, command=f"{_COMMAND} sign-out") as opened:
        from sekisho.center import everyones_sessions

        ended = everyones_sessions.sign_out(opened, name, now=int(here.clock.now().timestamp()))
    if ended.browsers or ended.tools:
        click.echo(f"{name} is signed out everywhere.{_ended(ended.browsers)}", err=True)
    else:
        click.echo(f"{name} was not signed in anywhere.", err=True)


@user.command("list")
@common_options
@json_option
@_database
@click.pass_context
def list_(context: click.Context, database: str | None) -> None:
    """List the people: groups, whether they can sign in, second factors, and open sessions."""
    here = machine(common(context))
    with database_at_rest(here, database, command=f"{_COMMAND} list") as opened:
        from sekisho.center.directory import roster

        people = roster.people_in(opened, now=int(here.clock.now().timestamp()))
    from sekisho.cli.show.people import people_json, people_table

    if here.common.json:
        click.echo(json.dumps(people_json(people), ensure_ascii=False))
    elif people:
        from sekisho.cli.show.console import print_to_stdout

        print_to_stdout(people_table(people), color=here.common.color)
    else:
        click.echo("There is nobody yet; `sekisho center user add NAME` adds somebody.", err=True)


user.add_command(invite)


def _password(here: Machine, name: str, from_stdin: bool, generated: bool) -> Secret:
    """Get the new password from where the options say; one that is typed is typed twice."""
    from sekisho.center.directory.roster import check_password

    if from_stdin and generated:
        raise UsageError(
            "--password-stdin and --generate-password exclude each other",
            do="leave one of them out",
        )
    if generated:
        return _generated()
    if from_stdin:
        return _from_stdin()
    terminal = here.terminal()
    typed = terminal.ask_secret(f"New password for {name}:", option=_ANSWERS)
    check_password(typed)  # before it is typed again
    if terminal.ask_secret("The same again:", option=_ANSWERS) != typed:
        raise UsageError("the two passwords differ; nothing was changed", do="try again")
    return typed


def _from_stdin() -> Secret:
    try:
        text = sys.stdin.read()
    except UnicodeDecodeError as error:
        raise UsageError(
            f"the password on stdin is not {sys.stdin.encoding}",
            do="let --generate-password make one",
        ) from error
    return Secret(text.removesuffix("\n").removesuffix("\r"))


def _generated() -> Secret:
    words = ("".join(secrets.choice(_ALPHABET) for _ in range(5)) for _ in range(_GROUPS_OF_FIVE))
    return Secret("-".join(words))


def _print_once(password: Secret, generated: bool) -> None:
    if generated:
        click.echo(password.reveal())


def _ended(sessions: int) -> str:
    return f" {sessions} session{'s' if sessions > 1 else ''} ended." if sessions else ""
