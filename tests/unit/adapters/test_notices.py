"""Notices, by a program that writes down what it was given."""

import contextlib
import json
import os
import sys
import threading
from pathlib import Path

import pytest

from sekisho.adapters.notices import DesktopNotices

SHOWS = """\
#!{python}
import json, os, sys
with open({told!r}, "w") as stream:
    json.dump([sys.argv[1:], dict(os.environ)], stream)
"""
WAY_OF = {"linux": "notify-send", "darwin": "osascript"}


class Desktop:
    """A folder with the program in it, and what that was given."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environ = {"PATH": str(folder), "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nowhere"}
        self._told = folder / "told"

    def has(self, name: str, text: str = SHOWS) -> None:
        program = self.folder / name
        program.write_text(text.format(python=sys.executable, told=str(self._told)))
        program.chmod(0o700)

    def shown(self, title: str, text: str, platform: str = "linux") -> list[str]:
        """Show a notice, and return the program's arguments."""
        DesktopNotices(self.environ, platform).tell(title, text)
        _wait()
        arguments, environ = json.loads(self._told.read_text())
        assert environ.items() >= self.environ.items()
        return list(arguments)


@pytest.fixture
def desktop(tmp_path: Path) -> Desktop:
    return Desktop(tmp_path)


def test_linux_is_told_by_notify_send(desktop: Desktop) -> None:
    desktop.has("notify-send")

    assert desktop.shown("sekisho", "prod was opened") == [
        "--app-name=sekisho",
        "--icon=dialog-password",
        "--",
        "sekisho",
        "prod was opened",
    ]


def test_macos_is_told_by_osascript(desktop: Desktop) -> None:
    desktop.has("osascript")
    arguments = desktop.shown("sekisho", 'a" & (do shell script "id") & "', "darwin")

    assert arguments[::2][:3] == ["-e", "-e", "-e"]
    assert arguments[-3:] == ["--", "sekisho", 'a" & (do shell script "id") & "']


@pytest.mark.parametrize("name", ["-u", "--help", "--", "-e"])
@pytest.mark.parametrize("platform", WAY_OF)
def test_a_name_is_no_option(desktop: Desktop, platform: str, name: str) -> None:
    desktop.has(WAY_OF[platform])

    assert desktop.shown(name, name, platform)[-3:] == ["--", name, name]


@pytest.mark.parametrize(
    "text, shown",
    [
        ("<b>dev</b> & <a href='x'>", "&lt;b&gt;dev&lt;/b&gt; &amp; &lt;a href='x'&gt;"),
        ("a\\nb", "a\\\\nb"),
        ("two\nlines\x1b[0m\x00", "two lines [0m "),
        ("本番", "本番"),
        ("x" * 600, "x" * 499 + "…"),
    ],
)
def test_text_is_shown_as_text(desktop: Desktop, text: str, shown: str) -> None:
    desktop.has("notify-send")

    assert desktop.shown("sekisho", text)[-1] == shown


def test_a_machine_without_a_desktop_is_fine(desktop: Desktop) -> None:
    DesktopNotices(desktop.environ, "linux").tell("sekisho", "prod was opened")
    _wait()

    assert list(desktop.folder.iterdir()) == []


@pytest.mark.parametrize("text", ["#!/nowhere\n", "", "#!/bin/sh\nexit 1\n"])
def test_a_program_that_fails_is_nobodys_trouble(desktop: Desktop, text: str) -> None:
    desktop.has("notify-send", text)
    DesktopNotices(desktop.environ, "linux").tell("sekisho", "prod was opened")
    _wait()


def _notices() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "notice"]


def _wait() -> None:
    for thread in _notices():
        thread.join()


def test_a_flood_of_notices_starts_no_flood_of_programs(desktop: Desktop, tmp_path: Path) -> None:
    """Each waits until a writer has come to its pipe, so all that were started are still there."""
    pipe, started = tmp_path / "pipe", tmp_path / "started"
    started.mkdir()
    os.mkfifo(pipe)
    desktop.environ["PATH"] += ":/usr/bin:/bin"
    desktop.has("notify-send", f"#!/bin/sh\ntouch {started}/$$\nread line < {pipe}\n")
    notices = DesktopNotices(desktop.environ, "linux")
    for _ in range(50):
        notices.tell("sekisho", "prod was opened")
    while running := _notices():
        with contextlib.suppress(OSError):  # nobody reads yet
            os.close(os.open(pipe, os.O_WRONLY | os.O_NONBLOCK))
        running[0].join(0.01)

    assert len(list(started.iterdir())) == 8
