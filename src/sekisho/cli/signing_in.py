"""What `login` and the wizard share: the options of a sign-in, and the machine it is made on."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

from sekisho.cli.assembly import Machine
from sekisho.login.choose import Surroundings
from sekisho.login.interface import Progress, SignInOptions, SignInPorts

__all__ = ["Wishes", "sign_in_options", "sign_in_ports", "surroundings"]

_MARKS_OF_A_CONTAINER = (Path("/.dockerenv"), Path("/run/.containerenv"))
_Function = TypeVar("_Function", bound=Callable[..., Any])


def sign_in_options(function: _Function) -> _Function:
    """Give a command the options that say how to sign in; it takes them as `**wishes`."""
    options = (
        click.option("--use-device-code", is_flag=True, help="Sign in with a code, on any device."),
        click.option("--no-browser", is_flag=True, help="Open nothing: show the URL, and wait."),
        click.option(
            "--callback-port",
            type=click.IntRange(1, 65535),
            metavar="N",
            help="Let the browser come back to this port of 127.0.0.1 (for ssh -L).",
        ),
    )
    for option in reversed(options):
        function = option(function)
    return function


@dataclass(frozen=True, slots=True)
class Wishes:
    """The options of `sign_in_options`, as they were given."""

    use_device_code: bool
    no_browser: bool
    callback_port: int | None

    def options(self, login: str) -> SignInOptions:
        """Return them for a sign-in that the command `login` makes."""
        return SignInOptions(
            use_device_code=self.use_device_code,
            no_browser=self.no_browser,
            callback_port=self.callback_port or 0,
            login=login,
        )


def sign_in_ports(here: Machine, progress: Progress) -> SignInPorts:
    """Return this machine's ways out for a sign-in."""
    from sekisho.adapters.browser import SystemBrowser
    from sekisho.adapters.keyboard import TerminalKeyboard
    from sekisho.adapters.loopback import SocketLoopback

    return SignInPorts(
        http=here.http(),
        clock=here.clock,
        browser=SystemBrowser(here.environ),
        loopback=SocketLoopback(),
        progress=progress,
        keyboard=TerminalKeyboard(no_input=here.common.no_input),
    )


def surroundings(here: Machine) -> Surroundings:
    """Return what the choice of the flow depends on."""
    return Surroundings(
        platform=sys.platform,
        environ=here.environ,
        in_container="container" in here.environ
        or any(mark.exists() for mark in _MARKS_OF_A_CONTAINER),
    )
