"""The program `sekisho`: it finds the command, runs it, and alone turns errors into exit statuses."""

import contextlib
import errno
import importlib
import io
import os
import shlex
import sys
from collections.abc import Sequence
from typing import Any

import click

from sekisho.cli.options import Common, common_options, json_option
from sekisho.cli.show.trouble import show_bug, show_error
from sekisho.errors import ExitStatus, Interrupted, OutputLost, SekishoError, UsageError

__all__ = ["LazyGroup", "main", "program"]


class LazyGroup(click.Group):
    """A group whose commands are imported when they are run, so that none slows the others."""

    def __init__(self, *args: Any, members: dict[str, str], **settings: Any) -> None:
        """`members` maps each verb to `module:attribute` below `sekisho.cli.commands`."""
        super().__init__(*args, **settings)
        self._members = members

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the verbs in the order in which help shows them."""
        return [*self._members, *super().list_commands(ctx)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command `cmd_name`, if there is one."""
        if cmd_name not in self._members:
            return super().get_command(ctx, cmd_name)
        module, _, attribute = self._members[cmd_name].partition(":")
        command: click.Command = getattr(
            importlib.import_module(f"sekisho.cli.commands.{module}"), attribute
        )
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that `args` begin with; name the nearest one where there is none."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            import difflib

            near = difflib.get_close_matches(args[0], self._members, n=1)
            if not near:
                raise
            said = f"No such command '{args[0]}'. Did you mean '{near[0]}'?"
            raise click.UsageError(said, ctx) from error


_COMMANDS = {
    "login": "login:login",
    "logout": "logout:logout",
    "whoami": "whoami:whoami",
    "status": "status:status",
    "profiles": "profiles:profiles",
    "roles": "roles:roles",
    "credential-process": "credential_process:credential_process",
    "export": "export:export",
    "exec": "exec:exec_",
    "shell": "shell:shell",
    "console": "console:console",
    "explain": "explain:explain",
    "reach": "reach:reach",
    "lint": "lint:lint",
    "doctor": "doctor:doctor",
    "audit": "audit:audit",
    "isolate": "isolate:isolate",
    "generate": "generate:generate",
    "agent": "agent:agent",
    "center": "center:center",
    "demo": "demo:demo",
    "sso": "aws_names:sso",
    "sts": "aws_names:sts",
    "configure": "aws_names:configure",
}


@click.group(
    cls=LazyGroup, members=_COMMANDS, context_settings={"help_option_names": ["--help", "-h"]}
)
@click.version_option(package_name="sekisho", message="%(prog)s %(version)s")
@common_options
@json_option
def program() -> None:
    """Lets you into one AWS environment, and only that one.

    Signs you in to IAM Identity Center (AWS SSO), shows what a login really opens, and keeps
    ~/.aws/config in order. `sekisho demo` shows why.
    """


_STDOUT_IS_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""What only stdout still fails with: the files of `sekisho.files` have errors of their own."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line `arguments` (default: the process's own); return the exit status."""
    common = Common()
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a name that it cannot spell; as stderr
    try:
        return _run(arguments, common)
    except SekishoError as error:
        show_error(error, color=common.color)
        return error.exit_status
    except (KeyboardInterrupt, click.Abort):
        click.echo(err=True)  # the terminal has shown ^C
        show_error(Interrupted(), color=common.color)
        return ExitStatus.INTERRUPTED
    except BrokenPipeError:
        _abandon_stdout()
        return ExitStatus.DONE
    except OSError as error:
        if error.errno not in _STDOUT_IS_FULL:
            return _bug(error, common)
        _abandon_stdout()
        show_error(OutputLost(error.strerror or str(error)), color=common.color)
        return OutputLost.exit_status
    except Exception as error:  # noqa: BLE001  # the one place where a bug becomes a message
        return _bug(error, common)


def _bug(error: Exception, common: Common) -> int:
    if common.debug:
        import traceback

        traceback.print_exception(error)
    show_bug(error, color=common.color)
    return ExitStatus.BUG


def _run(arguments: Sequence[str] | None, common: Common) -> int:
    try:
        status = program.main(
            args=None if arguments is None else list(arguments),
            prog_name="sekisho",
            standalone_mode=False,
            obj=common,
        )
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.ctx.get_help(), err=True)
        return ExitStatus.USAGE
    except click.UsageError as error:
        raise UsageError(error.format_message(), do=_help_of(error.ctx)) from error
    except click.FileError as error:
        raise UsageError(
            error.format_message(), do=f"ls -l {shlex.quote(error.ui_filename)}"
        ) from error
    if sys.stdout is not None:  # `>&-`: there is nowhere to print to, and nothing was
        sys.stdout.flush()
    return status if isinstance(status, int) else ExitStatus.DONE


def _help_of(context: click.Context | None) -> str:
    return f"{context.command_path if context else 'sekisho'} --help"


def _abandon_stdout() -> None:
    """The reader of our stdout has gone (`| head`); say nothing more, not even at exit."""
    with contextlib.suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
