"""Real programs, run with a deadline."""

import sys
from pathlib import Path

import pytest

from sekisho.adapters.programs import SystemPrograms
from sekisho.errors import UsageError
from sekisho.ports import Finished

PATIENT = 60.0
PATH = {"PATH": "/usr/bin:/bin"}


def _program(folder: Path, name: str, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o700)
    return path


def test_every_program_of_a_name_is_found_in_the_order_of_the_path(tmp_path: Path) -> None:
    first, second = (_program(tmp_path / name, "aws", "") for name in "ab")
    (tmp_path / "c").mkdir()
    folders = [str(tmp_path / name) for name in ("c", "a", "b", "a")]

    assert SystemPrograms({"PATH": ":".join(folders)}).find("aws") == (first, second)


def test_a_program_gives_its_status_and_all_that_it_wrote(tmp_path: Path) -> None:
    path = _program(tmp_path, "tool", 'echo "$WORD"; echo err >&2; exit 3')

    ran = SystemPrograms({"WORD": "out", **PATH}).run([str(path)], seconds=PATIENT)

    assert ran == Finished(3, "out\nerr\n")


def test_a_program_is_given_no_input(tmp_path: Path) -> None:
    path = _program(tmp_path, "tool", "read line || echo none")

    assert SystemPrograms(PATH).run([str(path)], seconds=PATIENT) == Finished(0, "none\n")


def test_a_program_that_hangs_is_ended_with_what_it_started(tmp_path: Path) -> None:
    path = _program(
        tmp_path, "tool", f'"{sys.executable}" -c "import signal; signal.pause()" & wait'
    )

    assert SystemPrograms(PATH).run([str(path)], seconds=0.2) is None


def test_what_cannot_be_started_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be started: No such file"):
        SystemPrograms({}).run([str(tmp_path / "gone")], seconds=PATIENT)
