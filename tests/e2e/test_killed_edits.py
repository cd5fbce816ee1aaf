"""kill -9 in the middle of an edit: the config is the old one or the new one, whole.

A thousand kills of real processes at random points, and one before and after each change of a file.
They are forked, and count their own steps (`tests.e2e.editing_processes`), so that the same points
come again in each run.
"""

import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.test_parallel_edits import LEGACY, ROOT

BEFORE = f"# kept by hand\n\n{LEGACY}\n{LEGACY.replace('dev', 'stg')}# the end".encode()
ISOLATE = ("isolate", "--yes")
GUARD = ("isolate", "--guard", "--command", "sekisho", "--yes")
UNDO = ("isolate", "--undo")
MEND = ("lint", "--fix", "--select", "key-in-capitals")
EVERY = 50
"""After so many kills, one is followed by what a person would do next."""
KILLED = -9


@dataclass
class Victims:
    """Runs sekisho in a home whose config is a link to a file that others may read."""

    home: Path
    process: "subprocess.Popen[str]"

    @property
    def config(self) -> Path:
        return self.home / "dotfiles"

    def run(self, *command: str, last: int = 0) -> dict[str, Any]:
        """Run a command, and kill it after `last` steps; say how that ended."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps([last, *command]) + "\n")
        self.process.stdin.flush()
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        return answer

    def begin(self, held: bytes, state: Path | None = None) -> None:
        """Let the config hold `held`, and sekisho's own folder what `state` does."""
        self.config.write_bytes(held)
        self.config.chmod(0o640)
        shutil.rmtree(self.home / "state", ignore_errors=True)
        if state is not None:
            shutil.copytree(state, self.home / "state")

    def is_whole(self, *states: bytes) -> bool:
        """Whether the config holds one of `states`, under its mode and behind its link."""
        link = self.home / ".aws" / "config"
        kept = link.is_symlink() and link.resolve() == self.config
        return kept and self.config.stat().st_mode & 0o777 == 0o640 and self.held in states

    @property
    def held(self) -> bytes:
        return self.config.read_bytes()

    def points(self, *command: str, at_random: int) -> list[int]:
        """Run a command to its end; return where to kill the next ones, in any order."""
        whole = self.run(*command)
        assert whole["status"] == 0
        chance = random.Random(0)  # noqa: S311  # of places, not of secrets
        points = [*chance.sample(range(1, whole["steps"]), at_random), *whole["changes"]]
        chance.shuffle(points)
        return points


@pytest.fixture
def victims(tmp_path: Path) -> Iterator[Victims]:
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws" / "config").symlink_to(tmp_path / "dotfiles")
    environ = {
        "HOME": str(tmp_path),
        "PATH": os.environ["PATH"],
        "XDG_STATE_HOME": str(tmp_path / "state"),
    }
    with subprocess.Popen(
        [sys.executable, "-m", "tests.e2e.editing_processes", "victims"],
        cwd=ROOT,
        env=environ,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
    ) as process:
        yield Victims(tmp_path, process)


@pytest.mark.parametrize("command", [ISOLATE, GUARD], ids=["isolate", "guard"])
def test_an_isolate_that_is_killed_anywhere_has_changed_all_or_nothing(
    victims: Victims, command: tuple[str, ...]
) -> None:
    victims.begin(BEFORE)
    points = victims.points(*command, at_random=400 if command is ISOLATE else 40)
    after = victims.held
    assert after != BEFORE
    for number, point in enumerate(points):
        victims.begin(BEFORE)

        assert victims.run(*command, last=point)["status"] == KILLED, point
        assert victims.is_whole(BEFORE, after), point
        if number % EVERY == 0:  # no lock and no half is in the way
            assert victims.run(*command)["status"] == 0, point
            assert victims.is_whole(after), point
            assert victims.run(*UNDO)["status"] == 0, point
            assert victims.is_whole(BEFORE), point


def test_an_undo_that_is_killed_anywhere_has_changed_all_or_nothing(
    victims: Victims, tmp_path: Path
) -> None:
    victims.begin(BEFORE)
    assert victims.run(*ISOLATE)["status"] == 0
    after, state = victims.held, tmp_path / "state after"
    shutil.copytree(tmp_path / "state", state)
    points = victims.points(*UNDO, at_random=300)
    assert victims.held == BEFORE
    for number, point in enumerate(points):
        victims.begin(after, state)

        assert victims.run(*UNDO, last=point)["status"] == KILLED, point
        assert victims.is_whole(BEFORE, after), point
        if number % EVERY == 0:
            was_undone = victims.held == BEFORE
            assert victims.run(*UNDO)["status"] == (2 if was_undone else 0), point
            assert victims.is_whole(BEFORE), point


def test_a_lint_that_mends_and_is_killed_anywhere_has_changed_all_or_nothing(
    victims: Victims,
) -> None:
    faulty = BEFORE.replace(b"region =", b"Region =")
    assert faulty != BEFORE
    victims.begin(faulty)
    points = victims.points(*MEND, at_random=300)
    assert victims.held == BEFORE
    for number, point in enumerate(points):
        victims.begin(faulty)

        assert victims.run(*MEND, last=point)["status"] == KILLED, point
        assert victims.is_whole(faulty, BEFORE), point
        if number % EVERY == 0:
            assert victims.run(*MEND)["status"] == 0, point
            assert victims.is_whole(BEFORE), point
