"""Folders of one run: private, gone afterwards, and swept when nobody was left to do it."""

import os
import signal
import stat
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sekisho.errors import FileUnwritable
from sekisho.launch.scratch import scratch_folder, sweep

HOLDS = """
import sys
from pathlib import Path
from sekisho.launch.scratch import scratch_folder
with scratch_folder(Path(sys.argv[1])) as folder:
    (folder / "token").write_text("FAKE")
    print(folder, flush=True)
    sys.stdin.read()
"""


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_it_is_private_and_so_is_all_that_had_to_be_made_for_it(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        with scratch_folder(tmp_path / "run" / "exec") as folder:
            assert {mode(folder), mode(folder.parent), mode(folder.parent.parent)} == {0o700}
    finally:
        os.umask(before)


def test_afterwards_nothing_is_left(tmp_path: Path) -> None:
    with scratch_folder(tmp_path) as folder:
        (folder / "below").mkdir()
        (folder / "below" / "file").write_text("x", encoding="utf-8")

    assert list(tmp_path.iterdir()) == []


def test_what_is_in_use_is_not_swept(tmp_path: Path) -> None:
    with scratch_folder(tmp_path) as folder:
        sweep(tmp_path)

        assert folder.is_dir()


def test_what_a_killed_run_left_is_swept(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDS, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        left = Path(process.stdout.readline().strip())
        sweep(tmp_path)
        while_it_lives = left.is_dir()
        process.send_signal(signal.SIGKILL)
    after_its_death = left.is_dir()
    with scratch_folder(tmp_path) as folder:
        there = {path.name for path in tmp_path.iterdir()}

    assert while_it_lives
    assert after_its_death
    assert there == {folder.name, f"{folder.name}.lock"}


def test_any_number_at_once_have_one_each(tmp_path: Path) -> None:
    together = threading.Barrier(8)

    def make(_: int) -> bool:
        together.wait()
        with scratch_folder(tmp_path) as folder:
            return folder.is_dir()

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(make, range(8)))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_others_may_enter_is_closed_to_them(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir(mode=0o755)
    with scratch_folder(tmp_path / "run"):
        assert mode(tmp_path / "run") == 0o700


def test_a_symbolic_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "run").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(FileUnwritable), scratch_folder(tmp_path / "run"):
        pass


def test_a_lock_that_is_a_link_leads_nowhere(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    (tmp_path / "run").mkdir(mode=0o700)
    (tmp_path / "run" / "kept.lock").symlink_to(tmp_path / "kept")
    (tmp_path / "run" / "kept").symlink_to(kept)
    sweep(tmp_path / "run")

    assert kept.is_dir()
