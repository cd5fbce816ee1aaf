"""The AWS CLI's options for all commands, on the commands that bear its names.

They do what they do there where that means anything here; the others (a pager, a prompt, the form
of errors) are taken and change nothing, so that a script need not be rewritten. Source: the AWS
CLI v2's "Command line options" page.
"""

import copy
from typing import Any

import click

from sekisho.cli.options import common
from sekisho.errors import UsageError

__all__ = ["as_the_aws_cli_has_it"]


def as_the_aws_cli_has_it(command: click.Command) -> click.Command:
    """Return `command` with the AWS CLI's options added; help does not list them."""
    taken = {name for parameter in command.params for name in parameter.opts}
    alias = copy.copy(command)
    alias.params = [*command.params, *(o for o in _options() if not taken.intersection(o.opts))]
    return alias


def _options() -> list[click.Option]:
    seconds = click.IntRange(min=0)
    return [
        _option("--endpoint-url", callback=_keep_endpoint),
        _option("--cli-connect-timeout", type=seconds, callback=_keep_seconds),
        _option("--cli-read-timeout", type=seconds, callback=_keep_seconds),
        _option("--no-verify-ssl", is_flag=True, callback=_refuse_unverified),
        *(_option(name) for name in _WITH_A_VALUE),
        *(_option(name, is_flag=True) for name in _FLAGS),
    ]


_WITH_A_VALUE = (
    "--cli-binary-format",
    "--cli-error-format",
    "--output",
    "--query",
)
_FLAGS = (
    "--cli-auto-prompt",
    "--no-cli-auto-prompt",
    "--no-cli-pager",
    "--no-paginate",
    "--no-sign-request",
)


def _option(name: str, **settings: Any) -> click.Option:
    return click.Option([name], expose_value=False, hidden=True, **settings)


def _keep_endpoint(context: click.Context, _option: click.Parameter, value: str | None) -> None:
    """As there: it is the endpoint of the command's own service, and no sign-in's."""
    if value is not None:
        common(context).endpoint_url = value


def _keep_seconds(context: click.Context, option: click.Parameter, value: int | None) -> None:
    if value is not None and option.name is not None:
        common(context).timeouts[option.name.removeprefix("cli_").removesuffix("_timeout")] = value


def _refuse_unverified(_context: click.Context, _option: click.Parameter, value: bool) -> None:
    if value:
        raise UsageError(
            "--no-verify-ssl is not taken: a token is never sent to whom nobody has verified",
            do="pass --ca-bundle FILE with the authority that signs your proxy's certificates",
        )
