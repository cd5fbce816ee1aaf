"""Notices on the desktop: by `notify-send` on Linux, by `osascript` on macOS."""

import contextlib
import html
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence

from sekisho.model import Environ

__all__ = ["DesktopNotices"]

_MOST_CHARACTERS = 500
_MOST_AT_ONCE = 8
_PATIENCE_SECONDS = 10.0
_SCRIPT = (
    "on run argv",
    "display notification (item 2 of argv) with title (item 1 of argv)",
    "end run",
)


class DesktopNotices:
    """The real `Notices`. Where there is no desktop, or no program to reach it, nothing is shown."""

    def __init__(self, environ: Environ, platform: str = sys.platform) -> None:
        """Look for the program on the PATH of `environ`, which is also what it gets."""
        self._environ = environ
        self._command = _mac if platform == "darwin" else _linux
        self._name = "osascript" if platform == "darwin" else "notify-send"
        self._running = threading.BoundedSemaphore(_MOST_AT_ONCE)

    def tell(self, title: str, text: str) -> None:
        """Show a notice; see `ports.Notices`. Of a flood of them some are left out."""
        if not self._running.acquire(blocking=False):
            return
        said = (_plain(title), _plain(text))
        thread = threading.Thread(target=self._show, args=said, name="notice", daemon=True)
        try:
            thread.start()
        except RuntimeError:  # no more threads
            self._running.release()

    def _show(self, title: str, text: str) -> None:
        try:
            program = shutil.which(self._name, path=self._environ.get("PATH", ""))
            if program is not None:
                self._run(self._command(program, title, text))
        finally:
            self._running.release()

    def _run(self, command: Sequence[str]) -> None:
        with contextlib.suppress(OSError, ValueError, subprocess.SubprocessError):
            subprocess.run(  # noqa: S603  # no shell; the texts come after the options' end
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=dict(self._environ),
                start_new_session=True,
                timeout=_PATIENCE_SECONDS,
                check=False,
            )


_Command = Callable[[str, str, str], list[str]]


def _linux(program: str, title: str, text: str) -> list[str]:
    """Its text is markup (Desktop Notifications Specification), after escapes as in C."""
    body = html.escape(text, quote=False).replace("\\", "\\\\")
    return [program, "--app-name=sekisho", "--icon=dialog-password", "--", title, body]


def _mac(program: str, title: str, text: str) -> list[str]:
    """The texts are arguments of the script, and no part of it."""
    return [program, *(part for line in _SCRIPT for part in ("-e", line)), "--", title, text]


def _plain(text: str) -> str:
    """One line, of a length that a notice has room for."""
    line = "".join(each if each.isprintable() else " " for each in text)
    return line if len(line) <= _MOST_CHARACTERS else f"{line[: _MOST_CHARACTERS - 1]}…"
