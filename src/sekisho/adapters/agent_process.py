"""Starting the agent: a process of its own, that has nothing of whoever started it.

`python -I`, so that neither PYTHONPATH nor the folder it is started in has a say in what it imports; an
environment in which only what the agent needs is left; home from the user database; no terminal, no open
file, a session of its own.
"""

import os
import pwd
import select
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from sekisho.awsconfig.locate import ConfigFiles
from sekisho.errors import AgentNotStarted
from sekisho.model import Environ

__all__ = ["READY", "agent_command", "agent_environ", "start_agent"]

READY = "ready"
"""What the agent writes to the descriptor `--ready` once it serves; else, why it does not."""

_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_KEPT = frozenset(
    {
        "AWS_CA_BUNDLE",
        "SSL_CERT_FILE",
        "SSL_CERT_DIR",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "NO_PROXY",
        "http_proxy",
        "https_proxy",
        "no_proxy",
        "XDG_RUNTIME_DIR",
        "XDG_STATE_HOME",
        "XDG_CONFIG_HOME",
        "DBUS_SESSION_BUS_ADDRESS",
        "DISPLAY",
        "WAYLAND_DISPLAY",
        "LANG",
        "PYTHON_KEYRING_BACKEND",
        "SEKISHO_SEAL_PASSPHRASE_FILE",
    }
)
_KEPT_PREFIXES = ("AWS_ENDPOINT_URL", "KEYRING_PROPERTY_", "LC_")
_PATIENCE = 20.0
"""Seconds in which the agent has to be ready."""
_LONGEST_REASON = 4096


def agent_environ(environ: Environ, files: ConfigFiles) -> dict[str, str]:
    """Return what of `environ` the agent gets; it reads the config `files`, wherever home is."""
    kept = {
        name: value
        for name, value in environ.items()
        if name in _KEPT or name.startswith(_KEPT_PREFIXES)
    }
    named = {
        "AWS_CONFIG_FILE": _absolute(files.config),
        "AWS_SHARED_CREDENTIALS_FILE": _absolute(files.credentials),
    }
    user = pwd.getpwuid(os.geteuid())
    return {
        **kept,
        **named,
        "HOME": user.pw_dir,
        "USER": user.pw_name,
        "LOGNAME": user.pw_name,
        "PATH": _PATH,
    }


def _absolute(path: Path) -> str:
    """A variable that is set to nothing means no file (`awsconfig.locate`)."""
    return str(path.absolute()) if path.name else ""


def agent_command(*options: str) -> tuple[str, ...]:
    """Return the command that runs an agent, by this very Python."""
    return (sys.executable, "-I", "-m", "sekisho", "agent", "run", *options)


def start_agent(
    environ: Environ, files: ConfigFiles, *, options: Sequence[str] = (), seconds: float = _PATIENCE
) -> None:
    """Start an agent, and block until it serves, for at most `seconds`.

    Whoever starts one while another gets ready waits for that one. Raises `AgentNotStarted`, with the
    agent's own words.
    """
    reading, writing = os.pipe()
    try:
        command = agent_command("--ready", str(writing), *options)
        try:
            _run_apart(command, agent_environ(environ, files), writing)
        finally:
            os.close(writing)
        said = _read_until_ready(reading, seconds)
    finally:
        os.close(reading)
    if said != READY:
        raise AgentNotStarted(said or "it ended at once")


def _run_apart(command: Sequence[str], environ: Mapping[str, str], descriptor: int) -> None:
    """Start `command` as nobody's child: the shell that starts it ends at once."""
    try:
        subprocess.run(  # noqa: S603  # no text of anybody's becomes code
            ["/bin/sh", "-c", '"$@" &', "sh", *command],
            env=dict(environ),
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=(descriptor,),
            start_new_session=True,
            check=True,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise AgentNotStarted(str(error)) from error


def _read_until_ready(descriptor: int, seconds: float) -> str:
    """Return what the agent says of its start, once it has closed the pipe."""
    deadline = time.monotonic() + seconds
    said = b""
    while len(said) < _LONGEST_REASON:
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([descriptor], [], [], left)[0]:
            return f"it was not ready within {seconds:.0f} seconds"
        found = os.read(descriptor, _LONGEST_REASON)
        if not found:
            break
        said += found
    return said.decode(errors="replace").strip()
