"""The person's browser, started as a program of its own."""

import shlex
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator

from sekisho.model import Environ

__all__ = ["SystemBrowser"]

_PATIENCE = 0.3  # seconds in which a program that cannot open anything has said so
_MACOS = ("open",)
_WSL = ("wslview", "explorer.exe")
_LINUX = ("xdg-open", "x-www-browser", "sensible-browser", "firefox", "chromium", "google-chrome")
_PATHSEP = ":"


class SystemBrowser:
    """The real `Browser`.

    Python's `webbrowser` is not used: it waits for some browsers, lets text browsers take over
    the terminal, and looks at the process's own environment.
    """

    def __init__(
        self, environ: Environ, *, platform: str = sys.platform, patience: float = _PATIENCE
    ) -> None:
        """Choose by `environ`: BROWSER, else what `platform` opens web pages with.

        A program is watched for `patience` seconds, to see whether it fails at once.
        """
        self._environ = environ
        self._platform = platform
        self._patience = patience

    def open(self, url: str) -> bool:
        """Show `url`; return whether a browser took it.

        BROWSER holds one command or several, separated by `:`; the URL stands for `%s`, or comes
        last. The first that starts, and does not fail at once, takes it. Without BROWSER: `open`
        on macOS, Windows' own browser on WSL, else xdg-open and its like where there is a
        display. No shell is involved, the program's output goes nowhere, and it outlives sekisho.
        Blocks for a fraction of a second. Raises nothing.
        """
        return any(self._start(command) for command in self._commands(url))

    def chosen(self) -> str | None:
        """Return the path of the program that `open` tries first; `None`: it finds none.

        Nothing is started. Raises nothing.
        """
        names = (command[0] for command in self._commands("about:blank"))
        found = (shutil.which(name, path=self._environ.get("PATH")) for name in names)
        return next((path for path in found if path is not None), None)

    def _commands(self, url: str) -> Iterator[list[str]]:
        chosen = self._environ.get("BROWSER", "")
        if chosen:
            for alternative in chosen.split(_PATHSEP):
                yield from _filled_in(alternative, url)
            return
        for name in self._usual():
            yield [name, url]

    def _usual(self) -> tuple[str, ...]:
        if self._platform == "darwin":
            return _MACOS
        if "WSL_DISTRO_NAME" in self._environ:
            return _WSL
        if self._environ.get("DISPLAY") or self._environ.get("WAYLAND_DISPLAY"):
            return _LINUX
        return ()

    def _start(self, command: list[str]) -> bool:
        program = shutil.which(command[0], path=self._environ.get("PATH"))
        if program is None:
            return False
        try:
            process = subprocess.Popen(  # noqa: S603 (no shell; the person's own command)
                [program, *command[1:]],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=dict(self._environ),
                start_new_session=True,  # Ctrl-C in the terminal is not meant for the browser
            )
        except OSError:
            return False
        reaper = threading.Thread(target=process.wait, daemon=True)
        reaper.start()
        reaper.join(self._patience)
        # explorer.exe has shown the page when it answers 1.
        return process.returncode in (None, 0) or command[0] == "explorer.exe"


def _filled_in(alternative: str, url: str) -> Iterator[list[str]]:
    """The command that `alternative` means; nothing for one that is empty or misquoted."""
    try:
        words = shlex.split(alternative.strip().removesuffix("&"))
    except ValueError:
        return
    if not words:
        return
    if any("%s" in word for word in words):
        yield [word.replace("%s", url) for word in words]
    else:
        yield [*words, url]
