"""The audit log on a real disk."""

import errno
import fcntl
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sekisho.adapters.audit_file import AuditFile
from sekisho.errors import AuditNotWritten
from sekisho.guard.audit import Event, Kind, Line, read_line
from sekisho.guard.audit_check import Checked, check
from sekisho.guard.audit_files import LIVE, NOTE, log_files, read_note
from sekisho.testing.clock import FakeClock

RELEASE = Event(Kind.RELEASE, "dev", "123456789012", "ReadOnlyAccess", "hoge@hoge.com")
WRITERS = 4
OF_EACH = 200
WRITES_MANY = """
import sys
from pathlib import Path
from sekisho.adapters.audit_file import AuditFile
from sekisho.adapters.clock import SystemClock
from sekisho.guard.audit import Event, Kind
log = AuditFile(Path(sys.argv[1]), SystemClock(), most_bytes=int(sys.argv[3]), keep=1000)
for number in range(int(sys.argv[2])):
    log.write(Event(Kind.RELEASE, detail=f"{number} of {sys.argv[4]}"))
"""
FILLS_UP = """
import resource, sys
from pathlib import Path
from sekisho.adapters.audit_file import AuditFile
from sekisho.adapters.clock import SystemClock
from sekisho.errors import AuditNotWritten
from sekisho.guard.audit import Event, Kind
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), -1))
log = AuditFile(Path(sys.argv[1]), SystemClock())
try:
    while True:
        log.write(Event(Kind.RELEASE))
except AuditNotWritten as error:
    print(error.what)
resource.setrlimit(resource.RLIMIT_FSIZE, (-1, -1))
log.write(Event(Kind.OPENING))
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state/audit"


@pytest.fixture
def log(folder: Path) -> Iterator[AuditFile]:
    opened = AuditFile(folder, FakeClock())
    yield opened
    opened.close()


def again(folder: Path) -> None:
    """Write one more event, as another process would."""
    other = AuditFile(folder, FakeClock())
    other.write(RELEASE)
    other.close()


def lines(folder: Path) -> list[Line]:
    """Every line of the log that can be read."""
    raws = [raw for path in log_files(folder) for raw in path.read_bytes().split(b"\n")]
    return [line for raw in raws if (line := read_line(raw)) is not None]


def kinds(folder: Path) -> list[str]:
    return [line.kind for line in lines(folder)]


def checked(folder: Path) -> Checked:
    log = [(path, path.read_bytes()) for path in log_files(folder)]
    return check(log, read_note((folder / NOTE).read_bytes()), folder / LIVE)


def test_an_event_is_a_line(folder: Path, log: AuditFile) -> None:
    log.write(RELEASE)
    (line,) = (folder / LIVE).read_text().splitlines()

    assert json.loads(line)["profile"] == "dev"
    assert json.loads(line)["time"] == "2026-11-22T09:00:00.000Z"


def test_folder_and_files_are_for_this_user_alone(folder: Path, log: AuditFile) -> None:
    log.write(RELEASE)

    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()} == {
        LIVE: 0o600,
        NOTE: 0o600,
    }


def test_each_line_holds_the_digest_of_the_one_before(folder: Path, log: AuditFile) -> None:
    for _ in range(5):
        log.write(RELEASE)

    assert [line.seq for line in lines(folder)] == [1, 2, 3, 4, 5]
    assert checked(folder) == Checked(5, (), ())


def test_the_chain_goes_on_in_another_process(folder: Path, log: AuditFile) -> None:
    for _ in range(3):
        log.write(RELEASE)
        again(folder)

    assert kinds(folder) == ["release"] * 6
    assert checked(folder) == Checked(6, (), ())


def test_processes_that_write_at_once_make_one_chain(folder: Path) -> None:
    """With a new file every hundred lines or so."""
    command = [sys.executable, "-c", WRITES_MANY, str(folder), str(OF_EACH), "30000"]
    writers = [subprocess.Popen([*command, str(number)]) for number in range(WRITERS)]

    assert [writer.wait() for writer in writers] == [0] * WRITERS
    assert {line.detail for line in lines(folder)} >= {
        f"{number} of {writer}" for number in range(OF_EACH) for writer in range(WRITERS)
    }
    assert kinds(folder).count("release") == WRITERS * OF_EACH
    assert checked(folder).faults == ()


def test_a_torn_end_is_kept_and_said(folder: Path, log: AuditFile) -> None:
    log.write(RELEASE)
    log.close()
    with (folder / LIVE).open("ab") as stream:
        stream.write(b'{"seq":2,"time":"20')
    log.write(RELEASE)

    assert kinds(folder) == ["release", "repaired", "release"]
    assert b'{"seq":2,"time":"20\n' in (folder / LIVE).read_bytes()
    assert checked(folder).faults == ()


def test_a_log_that_is_torn_at_its_first_line_begins_with_that(
    folder: Path, log: AuditFile
) -> None:
    folder.mkdir(parents=True)
    (folder / LIVE).write_bytes(b'{"seq":1')
    (folder / LIVE).chmod(0o600)
    log.write(RELEASE)

    assert kinds(folder) == ["repaired", "release"]
    assert checked(folder).faults == ()


def test_a_killed_process_may_leave_one_line_that_was_not_noted(
    folder: Path, log: AuditFile
) -> None:
    log.write(RELEASE)
    note = (folder / NOTE).read_bytes()
    log.write(RELEASE)
    (folder / NOTE).write_bytes(note)
    log.write(RELEASE)

    assert kinds(folder) == ["release"] * 3
    assert checked(folder) == Checked(3, (), ())


@pytest.mark.parametrize("note", [b"", b"\xff\xff", b"1 2 3\n", b"a b c d e\n"])
def test_without_a_note_that_means_anything_the_log_goes_on(
    folder: Path, log: AuditFile, note: bytes
) -> None:
    log.write(RELEASE)
    (folder / NOTE).write_bytes(note)
    log.write(RELEASE)

    assert checked(folder) == Checked(2, (), ())


def test_a_note_that_was_removed_is_made_anew(folder: Path, log: AuditFile) -> None:
    log.write(RELEASE)
    (folder / NOTE).unlink()
    log.write(RELEASE)
    again(folder)

    assert checked(folder) == Checked(3, (), ())


def _shorten(path: Path) -> None:
    os.truncate(path, path.read_bytes().index(b"\n") + 1)


def _replace(path: Path) -> None:
    data = path.read_bytes().replace(b'"dev"', b'"prd"')
    path.unlink()
    path.write_bytes(data)
    path.chmod(0o600)


def _empty(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize("change", [_shorten, _replace, _empty, Path.unlink])
@pytest.mark.parametrize("meanwhile", [False, True])
def test_a_file_that_was_changed_behind_its_back_is_said_in_the_next_line(
    folder: Path, log: AuditFile, change: Callable[[Path], None], meanwhile: bool
) -> None:
    for _ in range(3):
        log.write(RELEASE)
    if not meanwhile:
        log.close()
    change(folder / LIVE)
    log.write(RELEASE)

    assert kinds(folder)[-2:] == ["altered", "release"]
    assert lines(folder)[-2].detail == "line 3 is not there as it was written"
    assert checked(folder).faults


def test_two_processes_agree_again_after_a_change(folder: Path, log: AuditFile) -> None:
    for _ in range(3):
        log.write(RELEASE)
    _shorten(folder / LIVE)
    for _ in range(3):
        again(folder)
        log.write(RELEASE)

    assert kinds(folder) == ["release", "altered", *["release"] * 6]


def test_lines_that_somebody_else_added_are_said(folder: Path, log: AuditFile) -> None:
    log.write(RELEASE)
    note = (folder / NOTE).read_bytes()
    for _ in range(2):
        log.write(RELEASE)
    (folder / NOTE).write_bytes(note)
    log.write(RELEASE)

    assert lines(folder)[-2].detail == "lines were added after line 1"


def test_a_file_that_others_could_read_is_closed_to_them_and_that_is_said(
    folder: Path, log: AuditFile
) -> None:
    folder.mkdir(parents=True)
    (folder / LIVE).touch(0o644)
    log.write(RELEASE)

    assert kinds(folder) == ["altered", "release"]
    assert (folder / LIVE).stat().st_mode & 0o777 == 0o600


def test_a_full_file_makes_room_for_a_new_one_that_names_its_end(folder: Path) -> None:
    log = AuditFile(folder, FakeClock(), most_bytes=1500)
    for _ in range(20):
        log.write(RELEASE)
    log.close()

    assert len(log_files(folder)) > 3
    assert all(path.stat().st_size <= 1500 for path in log_files(folder))
    assert kinds(folder).count("release") == 20
    assert kinds(folder).count("rotated") == len(log_files(folder)) - 1
    assert checked(folder).faults == checked(folder).remarks == ()


def test_the_oldest_files_are_let_go_of_and_the_log_says_where_it_begins(folder: Path) -> None:
    log = AuditFile(folder, FakeClock(), most_bytes=1500, keep=2)
    for _ in range(30):
        log.write(RELEASE)
    log.close()

    assert len(log_files(folder)) == 3
    assert lines(folder)[0].seq > 1
    assert [line.begins for line in lines(folder) if line.begins][-1] == lines(folder)[0].seq
    assert checked(folder).faults == ()


def test_a_process_that_died_while_it_began_a_new_file_costs_nothing(folder: Path) -> None:
    log = AuditFile(folder, FakeClock(), most_bytes=1500)
    for _ in range(3):
        log.write(RELEASE)
    log.close()
    (folder / LIVE).rename(folder / "audit-000001.jsonl")
    again(folder)

    assert kinds(folder) == ["release"] * 4
    assert checked(folder).faults == ()


def test_a_full_disk_refuses_and_the_log_goes_on_when_there_is_room(folder: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", FILLS_UP, folder, "1000"], capture_output=True, text=True, check=True
    )

    assert ran.stdout == (
        f"cannot write the audit log {folder / LIVE}: No space left on device; "
        "what cannot be written there is refused\n"
    )
    assert kinds(folder)[-1] == "opening"
    assert checked(folder).faults == ()


def test_a_log_that_somebody_keeps_locked_refuses_after_a_second(
    folder: Path, log: AuditFile
) -> None:
    log.write(RELEASE)
    with (folder / NOTE).open() as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        with pytest.raises(AuditNotWritten, match="another process keeps it locked"):
            log.write(RELEASE)
    log.write(RELEASE)

    assert kinds(folder) == ["release"] * 2


def test_a_link_in_the_files_place_is_refused(folder: Path, log: AuditFile, tmp_path: Path) -> None:
    folder.mkdir(parents=True)
    (folder / LIVE).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(AuditNotWritten, match="symbolic link"):
        log.write(RELEASE)

    assert not (tmp_path / "elsewhere").exists()


def test_so_is_a_link_in_the_folders_place(folder: Path, log: AuditFile, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    folder.parent.mkdir()
    folder.symlink_to(tmp_path / "elsewhere")

    with pytest.raises(AuditNotWritten, match="its folder is a link"):
        log.write(RELEASE)


def test_so_is_a_pipe(folder: Path, log: AuditFile) -> None:
    folder.mkdir(parents=True)
    os.mkfifo(folder / LIVE)

    with pytest.raises(AuditNotWritten, match="no regular file"):
        log.write(RELEASE)


def test_a_folder_that_cannot_be_made_refuses(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    log = AuditFile(tmp_path / "file/audit", FakeClock())

    with pytest.raises(AuditNotWritten, match=os.strerror(errno.ENOTDIR)):
        log.write(RELEASE)


def test_every_line_is_forwarded_once_it_is_written(folder: Path) -> None:
    seen: list[tuple[str, bytes]] = []
    log = AuditFile(
        folder,
        FakeClock(),
        forward=lambda line, raw: seen.append((line.kind, raw)),
        most_bytes=1500,
    )
    for _ in range(5):
        log.write(RELEASE)
    log.close()

    assert [kind for kind, _ in seen] == kinds(folder)
    assert (
        b"\n".join(raw for _, raw in seen)
        == b"".join(path.read_bytes() for path in log_files(folder)).strip()
    )


def test_what_is_not_written_is_not_forwarded(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / LIVE).mkdir()
    seen: list[Line] = []
    log = AuditFile(folder, FakeClock(), forward=lambda line, _: seen.append(line))
    with pytest.raises(AuditNotWritten):
        log.write(RELEASE)

    assert seen == []
