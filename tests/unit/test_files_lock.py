"""A lock between processes. The other holder is a real process, and is really killed."""

import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sekisho import files
from sekisho.errors import FileLocked, FileUnwritable

HOLD = """
import sys
from pathlib import Path
from sekisho import files
with files.lock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def holder(tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    """Another process, which holds the lock `tmp_path/lock` until it is killed."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path / "lock")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.communicate()


def test_a_lock_that_another_process_holds_is_refused_in_time_and_names_it(
    tmp_path: Path, holder: "subprocess.Popen[str]"
) -> None:
    with (
        pytest.raises(FileLocked, match=f"by process {holder.pid} "),
        files.lock(tmp_path / "lock", seconds=0),
    ):
        pass


def test_a_killed_holder_gives_its_lock_back(
    tmp_path: Path, holder: "subprocess.Popen[str]"
) -> None:
    holder.send_signal(signal.SIGKILL)
    holder.wait()

    with files.lock(tmp_path / "lock", seconds=0):
        pass


def test_a_lock_is_free_again_after_its_block_fails(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), files.lock(tmp_path / "lock"):
        raise ZeroDivisionError

    with files.lock(tmp_path / "lock", seconds=0):
        pass


def test_a_lock_holds_within_its_own_process_too(tmp_path: Path) -> None:
    with (
        files.lock(tmp_path / "lock"),
        pytest.raises(FileLocked),
        files.lock(tmp_path / "lock", seconds=0),
    ):
        pass


def test_a_lock_file_that_cannot_be_made_is_an_error_of_ours(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")

    with pytest.raises(FileUnwritable), files.lock(tmp_path / "file" / "lock"):
        pass


def test_what_fails_inside_the_block_is_not_blamed_on_the_lock(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="theirs") as caught, files.lock(tmp_path / "lock"):
        raise OSError("theirs")

    assert not isinstance(caught.value.__cause__, FileUnwritable)


def test_a_lock_file_and_its_folder_are_private(tmp_path: Path) -> None:
    with files.lock(tmp_path / "locks" / "one"):
        pass

    assert mode(tmp_path / "locks") == 0o700
    assert mode(tmp_path / "locks" / "one") == 0o600
