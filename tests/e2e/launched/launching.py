"""Commands below `sekisho exec` and `sekisho shell`, in real processes and at real terminals."""

import fcntl
import json
import os
import pty
import select
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sekisho.testing import AwsHome

__all__ = ["LONG", "Launcher", "Terminal", "scratch_folders", "terminal"]

LONG = 60.0  # seconds; what these tests wait for comes long before


@dataclass(frozen=True)
class Launcher:
    """Runs `sekisho` in a home."""

    home: AwsHome

    @property
    def environ(self) -> dict[str, str]:
        return {**self.home.environ, "PYTHONUTF8": "1"}

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "sekisho", *arguments]

    def run(
        self, *arguments: str, stdin: str = "", **environ: str
    ) -> "subprocess.CompletedProcess[str]":
        """Run sekisho to its end."""
        return subprocess.run(
            self.command(*arguments),
            env={**self.environ, **environ},
            input=stdin,
            capture_output=True,
            text=True,
            timeout=LONG,
            check=False,
        )

    @contextmanager
    def start(self, *arguments: str, **environ: str) -> "Iterator[subprocess.Popen[str]]":
        """Start sekisho, to be talked to; what is left of it is killed at the end."""
        with subprocess.Popen(
            self.command(*arguments),
            env={**self.environ, **environ},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            try:
                yield process
            finally:
                process.kill()

    def environ_of_a_command(self, *arguments: str, **environ: str) -> Mapping[str, str]:
        """The environment that `sekisho exec ARGUMENTS` gives a command."""
        code = "import json, os; print(json.dumps(dict(os.environ)))"
        run = self.run("exec", *arguments, "--", sys.executable, "-c", code, **environ)
        assert run.returncode == 0, run.stderr
        seen: Mapping[str, str] = json.loads(run.stdout)
        return seen


def scratch_folders(home: AwsHome) -> list[Path]:
    """What runs have made and not removed."""
    folder = Path(home.environ["XDG_STATE_HOME"]) / "sekisho/run/exec"
    return sorted(folder.iterdir()) if folder.is_dir() else []


class Terminal:
    """A terminal of eighty columns, with a program that leads its session."""

    def __init__(self, descriptor: int, process: int) -> None:
        self._descriptor = descriptor
        self.process = process
        self.seen = ""

    def type(self, text: str) -> None:
        os.write(self._descriptor, text.encode())

    def wait_for(self, text: str) -> str:
        """Block until `text` is shown; return, and forget, all that was shown up to its end."""
        while text not in self.seen:
            assert self._read(), f"it ended without {text!r}: {self.seen!r}"
        shown, _, self.seen = self.seen.partition(text)
        return shown + text

    def resize(self, rows: int, columns: int) -> None:
        fcntl.ioctl(self._descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def _read(self) -> bool:
        ready, _, _ = select.select([self._descriptor], [], [], LONG)
        assert ready, f"nothing more came: {self.seen!r}"
        try:
            data = os.read(self._descriptor, 65536)
        except OSError:  # Linux's word for the end of a terminal
            return False
        self.seen += data.decode(errors="replace")
        return bool(data)


@contextmanager
def terminal(command: list[str], environ: Mapping[str, str]) -> Iterator[Terminal]:
    """Run `command` at a terminal of its own, which is closed at the end."""
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        command,
        env={**environ, "TERM": "xterm", "COLUMNS": "80"},
        stdin=follower,
        stdout=follower,
        stderr=follower,
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509
    )
    os.close(follower)
    shown = Terminal(leader, process.pid)
    try:
        shown.resize(24, 80)
        yield shown
    finally:
        os.close(leader)
        process.kill()
        process.wait(LONG)
