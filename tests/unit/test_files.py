"""Files that are never lost. What takes another process, or a failing system, gets a real one."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from sekisho import files
from sekisho.errors import FileChanged, FileUnreadable, FileUnwritable

PRELUDE = """
import sys
from pathlib import Path
from sekisho import files
from sekisho.errors import FileError
path = Path(sys.argv[1])
"""
FULL_AT_100_BYTES = """
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
"""
NOT_RENAMED_ONTO = """
import errno, os
def refuse(event, arguments):
    if event == "os.rename" and os.fspath(arguments[1]) == sys.argv[1]:
        raise OSError(errno.EBUSY, os.strerror(errno.EBUSY))
sys.addaudithook(refuse)
"""
"""What the kernel answers for a bind mount."""


def run(script: str, *arguments: object) -> str:
    """Run `script` in a process of its own, with what `PRELUDE` gives it; return its stdout."""
    done = subprocess.run(
        [sys.executable, "-c", f"{PRELUDE}\n{script}", *map(str, arguments)],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def temporary_files(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.name.startswith(".")]


# --- read ------------------------------------------------------------------------------------------


def test_reading_a_file_that_does_not_exist_gives_none(tmp_path: Path) -> None:
    assert files.read(tmp_path / "config") is None


def test_reading_below_something_that_is_no_folder_gives_none(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")

    assert files.read(tmp_path / "file" / "config") is None


def test_a_folder_where_a_file_should_be_is_said_to_be_unreadable(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable, match="directory"):
        files.read(tmp_path)


# --- write_private ---------------------------------------------------------------------------------


def test_a_private_file_can_be_read_by_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "token.json"
    path.write_bytes(b"old")
    path.chmod(0o644)

    files.write_private(path, b"new")

    assert (path.read_bytes(), mode(path)) == (b"new", 0o600)


def test_every_folder_that_is_made_on_the_way_is_private(tmp_path: Path) -> None:
    files.write_private(tmp_path / "state" / "sekisho" / "records" / "one", b"")

    assert mode(tmp_path / "state") == 0o700
    assert mode(tmp_path / "state" / "sekisho") == 0o700
    assert mode(tmp_path / "state" / "sekisho" / "records") == 0o700


def test_a_folder_that_was_there_keeps_its_mode(tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    folder.mkdir(mode=0o755)

    files.write_private(folder / "token.json", b"")

    assert mode(folder) == 0o755


def test_a_private_file_behind_a_symlink_is_written_where_the_link_leads(tmp_path: Path) -> None:
    (tmp_path / "dotfiles").mkdir()
    link = tmp_path / "token.json"
    link.symlink_to(tmp_path / "dotfiles" / "token.json")

    files.write_private(link, b"new")

    assert link.is_symlink()
    assert (tmp_path / "dotfiles" / "token.json").read_bytes() == b"new"


def test_a_full_disk_leaves_the_old_file_and_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "token.json"
    path.write_bytes(b"old")

    said = run(
        FULL_AT_100_BYTES
        + "try: files.write_private(path, bytes(10_000))\nexcept FileError as error: print(error)",
        path,
    )

    assert said.startswith(f"cannot write {path}: ")
    assert said.endswith("nothing was changed")
    assert path.read_bytes() == b"old"
    assert not temporary_files(tmp_path)


def test_a_process_that_is_interrupted_while_writing_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "token.json"
    path.write_bytes(b"old")

    run(
        """
def interrupt(event, _):
    if event == "os.rename":
        raise KeyboardInterrupt
sys.addaudithook(interrupt)
try: files.write_private(path, b"new")
except KeyboardInterrupt: pass
""",
        path,
    )

    assert path.read_bytes() == b"old"
    assert not temporary_files(tmp_path)


def test_a_file_below_something_that_is_no_folder_is_unwritable(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")

    with pytest.raises(FileUnwritable):
        files.write_private(tmp_path / "file" / "token.json", b"")


def test_a_folder_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()

    with pytest.raises(FileUnwritable, match="not a regular file"):
        files.write_private(tmp_path / "config", b"")


def test_a_pipe_or_device_is_not_renamed_onto(tmp_path: Path) -> None:
    pipe = tmp_path / "config"
    os.mkfifo(pipe)

    with pytest.raises(FileUnwritable, match="not a regular file"):
        files.write_private(pipe, b"")

    assert pipe.is_fifo()


def test_readers_see_one_whole_file_or_the_other_while_many_write(tmp_path: Path) -> None:
    path = tmp_path / "token.json"
    path.write_bytes(b"0" * 20_000)
    writing = "for _ in range(30): files.write_private(path, sys.argv[2].encode() * 20_000)"
    writers = [
        subprocess.Popen([sys.executable, "-c", PRELUDE + writing, str(path), letter])
        for letter in "12"
    ]

    seen = set()
    while any(writer.poll() is None for writer in writers):
        seen.add(path.read_bytes())

    assert [writer.returncode for writer in writers] == [0, 0]
    assert all(len(data) == 20_000 and len(set(data)) == 1 for data in seen)


# --- replace ---------------------------------------------------------------------------------------


def test_a_replaced_file_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "config"
    path.write_bytes(b"old")
    path.chmod(0o644)

    renamed = files.replace(path, b"new", expected=b"old")

    assert renamed
    assert (path.read_bytes(), mode(path)) == (b"new", 0o644)


def test_a_replaced_file_keeps_its_owner(tmp_path: Path) -> None:
    path = tmp_path / "config"
    path.write_bytes(b"old")
    owner = 12345 if os.geteuid() == 0 else os.geteuid()  # only root can give files away
    os.chown(path, owner, -1)

    files.replace(path, b"new", expected=b"old")

    assert path.stat().st_uid == owner


def test_a_replaced_file_keeps_its_symlink(tmp_path: Path) -> None:
    real = tmp_path / "dotfiles-config"
    real.write_bytes(b"old")
    (tmp_path / "config").symlink_to(real)

    files.replace(tmp_path / "config", b"new", expected=b"old")

    assert (tmp_path / "config").is_symlink()
    assert real.read_bytes() == b"new"


def test_a_file_that_was_not_there_is_made_private(tmp_path: Path) -> None:
    files.replace(tmp_path / ".aws" / "config", b"new", expected=None)

    assert (tmp_path / ".aws" / "config").read_bytes() == b"new"
    assert mode(tmp_path / ".aws" / "config") == 0o600


def test_a_file_that_somebody_changed_meanwhile_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "config"
    path.write_bytes(b"theirs")

    with pytest.raises(FileChanged):
        files.replace(path, b"ours", expected=b"old")

    assert path.read_bytes() == b"theirs"


def test_a_file_that_somebody_changes_while_the_new_one_is_written_is_left_as_it_is(
    tmp_path: Path,
) -> None:
    path = tmp_path / "config"
    path.write_bytes(b"old")

    said = run(
        """
def change(event, _):
    if event == "tempfile.mkstemp":
        path.write_bytes(b"theirs")
sys.addaudithook(change)
try: files.replace(path, b"ours", expected=b"old")
except FileError as error: print(type(error).__name__)
""",
        path,
    )

    assert said == "FileChanged"
    assert path.read_bytes() == b"theirs"
    assert not temporary_files(tmp_path)


def test_a_file_that_somebody_made_meanwhile_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "config"
    path.write_bytes(b"theirs")

    with pytest.raises(FileChanged):
        files.replace(path, b"ours", expected=None)

    assert path.read_bytes() == b"theirs"


def test_a_file_that_somebody_removed_meanwhile_is_not_made_again(tmp_path: Path) -> None:
    with pytest.raises(FileChanged):
        files.replace(tmp_path / "config", b"ours", expected=b"old")

    assert not (tmp_path / "config").exists()


def test_a_file_that_cannot_be_renamed_onto_is_kept_aside_and_written_in_place(
    tmp_path: Path,
) -> None:
    path = tmp_path / "config"
    path.write_bytes(b"the old and longer text")
    inode = path.stat().st_ino

    renamed = run(
        NOT_RENAMED_ONTO + "print(files.replace(path, b'new', expected=path.read_bytes()))", path
    )

    assert renamed == "False"
    assert path.read_bytes() == b"new"
    assert path.stat().st_ino == inode
    assert [kept.read_bytes() for kept in tmp_path.glob("config.*.bak")] == [
        b"the old and longer text"
    ]


def test_a_write_in_place_that_fails_puts_the_old_contents_back(tmp_path: Path) -> None:
    path = tmp_path / "config"
    path.write_bytes(b"old")

    said = run(
        # the temporary file still fits; then the disk is full
        NOT_RENAMED_ONTO
        + """
import resource
def fill(event, arguments):
    if event == "open" and str(arguments[0]) == sys.argv[1] and arguments[2] & os.O_RDWR:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, resource.RLIM_INFINITY))
sys.addaudithook(fill)
try: files.replace(path, bytes(10_000), expected=b"old")
except FileError as error: print(error)
""",
        path,
    )

    assert said.endswith("nothing was changed")
    assert path.read_bytes() == b"old"


# --- remove ----------------------------------------------------------------------------------------


def test_removing_says_whether_there_was_a_file(tmp_path: Path) -> None:
    (tmp_path / "token.json").write_bytes(b"")

    assert files.remove(tmp_path / "token.json")
    assert not files.remove(tmp_path / "token.json")


def test_a_folder_is_not_removed(tmp_path: Path) -> None:
    with pytest.raises(FileUnwritable):
        files.remove(tmp_path)


# --- backup ----------------------------------------------------------------------------------------


def test_a_backup_is_private_and_holds_every_byte(tmp_path: Path) -> None:
    kept = files.backup(tmp_path / "config", b"\xff\r\n", tmp_path / "state" / "backups")

    assert (kept.read_bytes(), mode(kept)) == (b"\xff\r\n", 0o600)


def test_two_states_of_a_file_make_two_backups_and_the_same_state_one(tmp_path: Path) -> None:
    first = files.backup(tmp_path / "config", b"one", tmp_path)
    second = files.backup(tmp_path / "config", b"two", tmp_path)
    again = files.backup(tmp_path / "config", b"one", tmp_path)

    assert first == again != second
    assert first.read_bytes() == b"one"


def test_files_of_one_name_in_two_folders_do_not_share_backups(tmp_path: Path) -> None:
    one = files.backup(tmp_path / "one" / "config", b"same", tmp_path)
    two = files.backup(tmp_path / "two" / "config", b"same", tmp_path)

    assert one != two


def test_a_backup_that_somebody_changed_is_left_alone(tmp_path: Path) -> None:
    first = files.backup(tmp_path / "config", b"one", tmp_path)
    first.write_bytes(b"changed by hand")

    second = files.backup(tmp_path / "config", b"one", tmp_path)

    assert first.read_bytes() == b"changed by hand"
    assert second.read_bytes() == b"one"
