"""The stage: a scratch home, the center in a process of its own, and commands run for real."""

import contextlib
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from sekisho.errors import ServiceFailed

__all__ = ["INDENT", "Outcome", "Stage", "stage"]

INDENT = 4
"""Columns by which the demo sets a command and what it prints apart from the story."""
_READY = "center ready: "
_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_KEPT = ("PATH", "LANG", "LC_ALL", "TERM", "SSL_CERT_FILE", "VIRTUAL_ENV")
"""What of the real environment comes on stage; nothing of AWS's does."""
_KEPT_FOR_A_PERSON = ("DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "DBUS_SESSION_BUS_ADDRESS",
                      "XDG_RUNTIME_DIR", "SSH_CONNECTION", "WSL_DISTRO_NAME")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command came to."""

    status: int
    text: str
    """stdout and stderr in the order in which they came, without colour."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A scratch home with the story's config, and the center that its endpoints point at."""

    home: Path
    environ: dict[str, str]
    url: str
    """The center's own URL."""

    def run(self, command: tuple[str, ...], *, color: bool) -> Iterator[str | Outcome]:
        """Run `command`; yield each line as it is printed, and at the end its outcome.

        The lines call the scratch home `~`, as the person's shell would.
        """
        if command[0] == "cat":
            text = (self.home / command[1]).read_text(encoding="utf-8")
            yield from text.splitlines()
            yield Outcome(0, text)
            return
        coloured = ("--color", "always" if color else "never")
        with subprocess.Popen(  # our own program, no shell
            [sys.executable, "-m", "sekisho", *command, *coloured],
            env=self.environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        ) as process:
            lines = []
            for line in process.stdout or ():
                lines.append(_ANSI.sub("", line))
                yield line.rstrip("\n").replace(str(self.home), "~")
        yield Outcome(process.returncode, "".join(lines))


@contextlib.contextmanager
def stage(*, interactive: bool) -> Iterator[Stage]:
    """Set the stage, and clear it away whatever happens.

    The browser is the person's own when `interactive`, else a robot that signs in through the
    center's pages. Raises `ServiceFailed` when the center does not come up.
    """
    scratch = Path(tempfile.mkdtemp(prefix="sekisho-demo-"))
    try:
        home = _furnish(scratch)
        environ = _environment(scratch, home, interactive=interactive)
        with _center(scratch, environ) as url:
            yield Stage(home, {**environ, **_endpoints(environ, url)}, url)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _furnish(scratch: Path) -> Path:
    scene = resources.files("sekisho.demo") / "scene"
    config = scratch / "home" / ".aws" / "config"
    config.parent.mkdir(parents=True)
    config.write_bytes((scene / "config").read_bytes())
    (scratch / "directory.yaml").write_bytes((scene / "directory.yaml").read_bytes())
    return scratch / "home"


def _environment(scratch: Path, home: Path, *, interactive: bool) -> dict[str, str]:
    kept = _KEPT + _KEPT_FOR_A_PERSON if interactive else _KEPT
    browser = scratch / "browser"
    module = "sekisho.demo.persons_browser" if interactive else "sekisho.demo.robot"
    python = shlex.quote(sys.executable)
    browser.write_text(f'#!/bin/sh\nexec {python} -m {module} "$@"\n', encoding="utf-8")
    browser.chmod(0o700)
    return {
        **{name: os.environ[name] for name in kept if name in os.environ},
        "HOME": str(home),
        "XDG_STATE_HOME": str(home / ".local" / "state"),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "SEKISHO_DEMO_HOME": str(Path.home()),
        "BROWSER": shlex.quote(str(browser)),
        "COLUMNS": str(shutil.get_terminal_size().columns - INDENT),
        "NO_PROXY": "127.0.0.1,localhost",
        "PYTHONUNBUFFERED": "1",
        "PYTHONUTF8": "1",
    }


@contextlib.contextmanager
def _center(scratch: Path, environ: dict[str, str]) -> Iterator[str]:
    arguments = ["center", "serve", "--port", "0", "--directory", str(scratch / "directory.yaml")]
    with (
        (scratch / "center.log").open("wb") as log,
        subprocess.Popen(  # our own program, no shell
            [sys.executable, "-m", "sekisho", *arguments],
            env={**environ, "HOME": str(scratch), "XDG_STATE_HOME": str(scratch / "center")},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            encoding="utf-8",
        ) as process,
    ):
        try:
            first = process.stdout.readline() if process.stdout else ""
            if not first.startswith(_READY):
                reason = (scratch / "center.log").read_text(encoding="utf-8", errors="replace")
                raise ServiceFailed("center serve", status=0, reason=reason.strip()[-500:])
            yield first.removeprefix(_READY).strip()
        finally:
            process.terminate()


def _endpoints(environ: dict[str, str], url: str) -> dict[str, str]:
    """What `sekisho center env` prints, as variables."""
    printed = subprocess.run(  # our own program, no shell
        [sys.executable, "-m", "sekisho", "center", "env", "--url", url],
        env=environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=True,
    ).stdout
    pairs = (shlex.split(line.removeprefix("export ")) for line in printed.splitlines() if line)
    return dict(pair[0].split("=", 1) for pair in pairs if pair and "=" in pair[0])
