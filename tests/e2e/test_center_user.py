"""`sekisho center user` beside a center that serves the same file; at a real terminal, too."""

import os
import pty
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from http.cookiejar import CookieJar
from pathlib import Path

import pytest

from tests.unit.center.pages.conftest import hidden

FRESH, OTHER = "a-password-from-a-pipe", "a password that was typed"


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return {"HOME": str(tmp_path), "PATH": os.environ["PATH"], "XDG_STATE_HOME": str(tmp_path)}


@pytest.fixture
def serving(environ: dict[str, str]) -> Iterator[str]:
    with subprocess.Popen(
        [sys.executable, "-m", "sekisho", "center", "serve", "--port", "0"],
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        yield first.removeprefix("center ready: ").strip()
        process.terminate()
        process.communicate(timeout=30)


def _user(environ: dict[str, str], *arguments: str, typed: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "sekisho", "center", "user", *arguments],
        env=environ,
        input=typed,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


def _signs_in(url: str, name: str, password: str) -> bool:
    """Whether the center's own page lets this person in."""
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    with opener.open(f"{url}/signin", timeout=30) as page:
        csrf = hidden(page.read(), "csrf")
    form = urllib.parse.urlencode({"csrf": csrf, "username": name, "password": password})
    try:
        with opener.open(f"{url}/signin", form.encode(), timeout=30) as answer:
            return not answer.geturl().endswith("/signin")
    except urllib.error.HTTPError:
        return False


def test_who_is_added_while_the_center_serves_signs_in_at_once(
    serving: str, environ: dict[str, str]
) -> None:
    done = _user(environ, "add", "nene", "--password-stdin", typed=f"{FRESH}\n")

    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert _signs_in(serving, "nene", FRESH)
    assert not _signs_in(serving, "nene", OTHER)


@pytest.mark.parametrize("typed", ["", f"{FRESH}\nand more\n"])
def test_stdin_that_is_no_password_changes_nothing(environ: dict[str, str], typed: str) -> None:
    done = _user(environ, "add", "nene", "--password-stdin", typed=typed)

    assert done.returncode == 2
    assert "the password has" in done.stderr
    assert "nene" not in _user(environ, "list", typed="").stdout


def _at_a_terminal(environ: dict[str, str], *lines: str) -> tuple[int, str]:
    """Type `lines` at the prompts of `user add nene`; return its status and what was shown."""
    child, screen = pty.fork()
    if child == 0:
        words = [sys.executable, "-m", "sekisho", "center", "user", "add", "nene"]
        os.execve(sys.executable, words, environ)  # noqa: S606  # no shell is wanted
    shown = ""
    for line in lines:
        shown += _until(screen, ": ")
        os.write(screen, f"{line}\n".encode())
    shown += _until(screen, None)
    os.close(screen)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), shown


def _until(screen: int, end: str | None) -> str:
    """Read what the terminal shows, up to `end`, or to the end of the process."""
    shown = ""
    while end is None or not shown.endswith(end):
        try:
            piece = os.read(screen, 1024)
        except OSError:  # Linux: the other side is closed
            break
        if not piece:
            break
        shown += piece.decode()
    return shown


def test_what_is_typed_at_the_prompt_is_not_shown(environ: dict[str, str]) -> None:
    status, shown = _at_a_terminal(environ, OTHER, OTHER)

    assert status == 0, shown
    assert "New password for nene:" in shown
    assert OTHER not in shown


def test_two_different_passwords_change_nothing(environ: dict[str, str]) -> None:
    status, shown = _at_a_terminal(environ, OTHER, FRESH)

    assert status == 2
    assert "the two passwords differ" in shown


def test_a_short_one_is_refused_before_it_is_typed_again(environ: dict[str, str]) -> None:
    status, shown = _at_a_terminal(environ, "short")

    assert status == 2
    assert "at least 12" in shown
    assert "again" not in shown
