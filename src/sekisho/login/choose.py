"""Which flow: PKCE where a browser can come back to this machine, else the device code.

Source: design §3 ("login"); RFC 8252 §7.3 (the redirect goes to the machine that the browser
runs on); `spec/aws-cli.md` §3.1 (what the AWS CLI does).
"""

from dataclasses import dataclass

from sekisho.login.interface import Flow, SignInOptions
from sekisho.model import Environ, Form, SignInTarget

__all__ = ["Choice", "Surroundings", "choose_flow"]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is known of the machine before a flow is chosen; whoever starts sekisho looks."""

    platform: str
    """`sys.platform`."""
    environ: Environ
    in_container: bool
    """`/.dockerenv` or `/run/.containerenv` exists, or the variable `container` is set."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A flow, and why it is this one."""

    flow: Flow
    why: str
    """A clause without a full stop."""


def choose_flow(target: SignInTarget, options: SignInOptions, surroundings: Surroundings) -> Choice:
    """Choose the flow of a sign-in to `target`.

    The first that applies decides: the legacy form, `--use-device-code`, `--callback-port`,
    then what the machine can do. `--no-browser` changes nothing here: it keeps the flow.
    """
    if target.form is Form.LEGACY:
        return Choice(Flow.DEVICE_CODE, "the legacy form of SSO configuration has no other flow")
    if options.use_device_code:
        return Choice(Flow.DEVICE_CODE, "--use-device-code was given")
    if options.callback_port:
        return Choice(Flow.PKCE, f"the browser can come back to port {options.callback_port}")
    obstacle = _obstacle(surroundings)
    if obstacle:
        return Choice(Flow.DEVICE_CODE, obstacle)
    return Choice(Flow.PKCE, "a browser on this machine can come back to it")


def _obstacle(surroundings: Surroundings) -> str:
    """Say why no browser on this machine can be opened; empty when one can."""
    environ = surroundings.environ
    if environ.get("BROWSER"):
        return ""
    if environ.get("SSH_CONNECTION") or environ.get("SSH_TTY"):
        return "this is an SSH session, and the browser is on another machine"
    if surroundings.in_container:
        return "this is a container, and the browser is outside of it"
    if surroundings.platform != "linux" or _is_wsl(environ):
        return ""
    if not (environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY")):
        return "there is no display (DISPLAY, WAYLAND_DISPLAY) to open a browser on"
    return ""


def _is_wsl(environ: Environ) -> bool:
    """Under WSL the browser is Windows', which reaches 127.0.0.1 of the Linux side."""
    return bool(environ.get("WSL_DISTRO_NAME") or environ.get("WSL_INTEROP"))
