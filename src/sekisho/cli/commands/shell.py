"""`sekisho shell`: an interactive shell with one profile, which shows it in its prompt."""

import os
import pwd

import click

from sekisho import files
from sekisho.cli.assembly import machine
from sekisho.cli.options import common, common_options
from sekisho.cli.running import OneProfile, Served, Start, chosen, ended, run_served
from sekisho.cli.show.launched import opening_words
from sekisho.cli.show.printable import printable
from sekisho.launch.exec import refuse_nesting
from sekisho.launch.shell import shell_start
from sekisho.model import Environ

__all__ = ["shell"]


@click.command()
@common_options
@click.pass_context
def shell(context: click.Context) -> int:
    """Open a shell that has one profile, and no other.

    It is your SHELL with your own start files. bash, zsh and fish show the profile in the prompt.
    AWS tools in it ask sekisho whenever they need credentials, for as long as you are signed in.
    `exit` ends it.
    """
    from sekisho.adapters.child import find_program

    here = machine(common(context))
    refuse_nesting(here.environ, wanted=here.common.profile)
    program = find_program(_shell_of(here.environ), here.environ)
    one = chosen(here)

    return ended(run_served(one, lambda served: _start(one, program, served)))


def _start(one: OneProfile, program: str, served: Served) -> Start:
    start = shell_start(
        program,
        printable(one.profile.name),
        folder=served.folder,
        environ=served.environ,
        own=one.here.environ,
    )
    for path, text in start.files.items():
        files.write_private(path, text.encode())
    opening_words(one.profile.name, served.credentials, color=one.here.common.color)
    return Start(start.command, {**served.environ, **start.variables})


def _shell_of(environ: Environ) -> str:
    """The person's shell: SHELL, else that of the user database."""
    named = environ.get("SHELL")
    if named:
        return named
    try:
        return pwd.getpwuid(os.getuid()).pw_shell or "/bin/sh"
    except KeyError:
        return "/bin/sh"
