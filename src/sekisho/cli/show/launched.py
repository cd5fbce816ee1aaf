"""What is said before a shell opens."""

import sys

import click

from sekisho.cli.show.ink import Ink
from sekisho.cli.show.printable import printable
from sekisho.cli.show.prose import wrapped
from sekisho.model import RoleCredentials

__all__ = ["opening_words"]


def opening_words(profile: str, credentials: RoleCredentials, *, color: str) -> None:
    """Say on stderr what the shell is, until when it is good, and how to leave it."""
    ink = Ink(color, stderr=True)
    role = credentials.role
    until = credentials.expires_at.astimezone().strftime("%H:%M")
    what = f"This shell has the profile {profile}: {role.role_name} in {role.account_id}."
    more = (
        f"Its credentials are good until {until}, and are renewed as long as you are signed in. "
        "`exit` ends it."
    )
    click.echo(ink.strong(wrapped(printable(what), sys.stderr)), err=True, color=True)
    click.echo(wrapped(more, sys.stderr), err=True)
