"""What people read, held as it is: a test shows it, and a file says how it has to look.

`./dev test tests/golden --update-golden` writes the files anew; git shows what changed. What is
made from the code already (docs/commands.md, docs/errors, docs/rules) is not kept a second time.
"""

import difflib
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.unit.cli.conftest import CommandLine, Run, service

__all__ = ["Golden", "service"]

EXPECTED = Path(__file__).parent / "expected"
_ON_EVERY_RUN_OTHERWISE = (
    (re.compile(r"\d{4}-\d\d-\d\d([ T])\d\d:\d\d(:\d\d)?"), r"2026-11-25\1HH:MM"),
    (re.compile(r"127\.0\.0\.1:\d+"), "127.0.0.1:PORT"),
    (re.compile(r"\.[0-9a-f]{16}\.bak"), ".DIGEST.bak"),
    (re.compile(r"\x1b"), "<ESC>"),
)


class Golden:
    """Compares what was shown with the file that says how it has to look."""

    def __init__(self, home: Path, *, update: bool) -> None:
        self._home = home
        self._update = update

    def holds(self, name: str, shown: str) -> None:
        """Fail, with the difference, where `shown` is not what `expected/NAME.txt` says."""
        text = shown.replace(str(self._home), "/home/you")
        for pattern, stand_in in _ON_EVERY_RUN_OTHERWISE:
            text = pattern.sub(stand_in, text)
        path = EXPECTED / f"{name}.txt"
        if self._update:
            path.write_text(text, encoding="utf-8")
        held = path.read_text(encoding="utf-8") if path.exists() else ""
        if held != text:
            difference = difflib.unified_diff(
                held.splitlines(), text.splitlines(), str(path), "what is shown now", lineterm=""
            )
            pytest.fail(
                "\n".join([*difference, "", "If it is right so: add --update-golden to the run."]),
                pytrace=False,
            )


def transcript(arguments: Sequence[str], run: Run) -> str:
    """A command, what it printed, what it said, and how it ended."""
    parts = [f"$ sekisho {' '.join(arguments)}\n", run.out]
    parts += [f"--- stderr\n{run.err}"] if run.err else []
    parts += [f"--- exit status {run.status}\n"] if run.status else []
    return "".join(part if part.endswith("\n") else f"{part}\n" for part in parts if part)


@pytest.fixture
def home() -> Iterator[Path]:
    """A scratch home whose path is as long on every machine: lines are broken by their length."""
    path = Path(tempfile.mkdtemp(prefix="sekisho-", dir="/tmp"))
    yield path
    shutil.rmtree(path)


@pytest.fixture
def golden(home: Path, pytestconfig: pytest.Config) -> Golden:
    """The files of `expected`, compared or, with --update-golden, written anew."""
    EXPECTED.mkdir(exist_ok=True)
    return Golden(home, update=bool(pytestconfig.getoption("--update-golden")))


@pytest.fixture
def sekisho(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> CommandLine:
    """The command line in the scratch home, at a terminal of eighty columns."""
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_STATE_HOME", str(home / "state"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.setenv("COLUMNS", "80")
    return CommandLine(home, capsys)
