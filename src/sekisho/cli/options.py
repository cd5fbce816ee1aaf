"""The options that every command takes, before or after the verb (design §3)."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, TypeVar

import click

from sekisho.values import dataclass, field

__all__ = ["Color", "Common", "common", "common_options", "json_option"]

Color = Literal["auto", "always", "never"]
_Function = TypeVar("_Function", bound=Callable[..., Any])


@dataclass(slots=True)
class Common:
    """What the common options were given as; filled while click parses, read afterwards."""

    profile: str | None = None
    profiles: tuple[str, ...] = ()
    """Every `--profile`, for a command that takes several; `profile` is the last one."""
    region: str | None = None
    ca_bundle: Path | None = None
    debug: bool = False
    no_input: bool = False
    yes: bool = False
    color: Color = "auto"
    json: bool = False
    endpoint_url: str | None = None
    """STS's endpoint, by `--endpoint-url` of `sts get-caller-identity`."""
    timeouts: dict[str, int] = field(default_factory=dict)
    """Seconds by `connect` and `read`, where `--cli-…-timeout` was given; 0 is no limit."""


def common(context: click.Context) -> Common:
    """Return the common options of this run.

    Raises `click.NoSuchOption` for `sekisho --json VERB` where VERB has no result to read.
    """
    found: Common = context.find_root().ensure_object(Common)
    if found.json and not _takes_json(context.command):
        raise click.NoSuchOption("--json", ctx=context)
    return found


def _takes_json(command: click.Command) -> bool:
    return isinstance(command, click.Group) or any(p.name == "json" for p in command.params)


def _keep(context: click.Context, parameter: click.Parameter, value: Any) -> None:
    options = common(context)
    if value not in (None, False) and parameter.name is not None:
        setattr(options, parameter.name, value)


def _keep_profiles(context: click.Context, _: click.Parameter, value: tuple[str, ...]) -> None:
    if value:
        options = common(context)
        options.profile, options.profiles = value[-1], value


def _keep_color(context: click.Context, parameter: click.Parameter, value: str | None) -> None:
    """The AWS CLI says `on` and `off`."""
    _keep(context, parameter, {"on": "always", "off": "never"}.get(value or "", value))


def _common_option(*names: str, **settings: Any) -> Callable[[Any], Any]:
    return click.option(*names, **{"expose_value": False, "callback": _keep, **settings})


_OPTIONS = (
    _common_option(
        "--profile",
        metavar="NAME",
        multiple=True,
        callback=_keep_profiles,
        help="The profile of the AWS config to use.",
    ),
    _common_option("--region", metavar="REGION", help="Use this Region instead of the profile's."),
    _common_option(
        "--ca-bundle",
        metavar="FILE",
        type=click.Path(dir_okay=False, path_type=Path),
        help="Trust the certificate authorities in this PEM file.",
    ),
    _common_option("--debug", is_flag=True, help="Show where an unexpected error came from."),
    _common_option("--no-input", is_flag=True, help="Never ask: fail where a question would come."),
    _common_option("--yes", is_flag=True, help="Answer yes to every question, unasked."),
    _common_option(
        "--color",
        type=click.Choice(["auto", "always", "never", "on", "off"]),
        metavar="[auto|always|never]",
        callback=_keep_color,
        help="When to use colour.",
    ),
)


def common_options(function: _Function) -> _Function:
    """Give a command, or the program itself, the common options."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


def json_option(function: _Function) -> _Function:
    """Give a command the option `--json`."""
    decorated: _Function = _common_option("--json", is_flag=True, help="Print JSON for programs.")(
        function
    )
    return decorated
