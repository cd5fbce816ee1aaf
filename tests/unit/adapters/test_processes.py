"""Who asks: real processes, and what is read of them."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sekisho.adapters.processes import LinuxProcesses, ListedProcesses, system_processes
from sekisho.guard import protocol
from sekisho.guard.answers import Trouble
from sekisho.ports import Asker

UID = os.getuid()
WAITS = "import sys; print(flush=True); sys.stdin.read()"


@contextmanager
def _running(*command: str) -> Iterator[int]:
    """Run a program that prints a line when it is there, and ends with its input."""
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout
        process.stdout.readline()
        yield process.pid


def _proc(folder: Path, pid: int, name: str, parent: int, started: int = 100) -> None:
    (folder / str(pid)).mkdir(exist_ok=True)
    rest = " ".join(["0"] * 17)
    told = f"{pid} ({name}) S {parent} {rest} {started} 0 0\n"
    (folder / str(pid) / "stat").write_text(told)


def test_a_process_has_a_name_a_program_and_parents() -> None:
    with _running(sys.executable, "-c", WAITS) as pid:
        asker = LinuxProcesses().asker(pid, UID)

    assert (asker.pid, asker.uid) == (pid, UID)
    assert asker.path == os.path.realpath(sys.executable)
    assert asker.program == Path(f"/proc/{os.getpid()}/comm").read_text().strip()[: len("python")]
    assert asker.parents[0].endswith(f" ({os.getpid()})")


def test_its_arguments_and_its_environment_are_not_looked_at() -> None:
    with _running(
        "/usr/bin/env", "KEY=fake-secret", sys.executable, "-c", WAITS, "fake-secret"
    ) as pid:
        asker = LinuxProcesses().asker(pid, UID)

    assert "fake-secret" not in repr(asker)


def test_a_name_that_is_no_unicode_can_be_passed_on(tmp_path: Path) -> None:
    _proc(tmp_path, 7, "sh", 1)
    stat = tmp_path / "7" / "stat"
    stat.write_bytes(stat.read_bytes().replace(b"sh", b"\xff\xe3\x81"))

    asker = LinuxProcesses(str(tmp_path)).asker(7, UID)

    assert protocol.encode(Trouble(asker.words))


def test_a_script_goes_by_its_own_name(tmp_path: Path) -> None:
    script = tmp_path / "aws"
    script.write_text(f"#!{sys.executable}\n{WAITS}\n")
    script.chmod(0o700)
    with _running(str(script)) as pid:
        asker = LinuxProcesses().asker(pid, UID)

    assert asker.program == "aws"
    assert asker.path == os.path.realpath(sys.executable)


def test_a_process_that_has_ended_is_unknown() -> None:
    with _running(sys.executable, "-c", WAITS) as pid:
        pass

    assert LinuxProcesses().asker(pid, UID) == Asker(pid, UID, "unknown", "unknown", ())


def test_parents_are_the_nearest_eight(tmp_path: Path) -> None:
    for pid in range(1, 21):
        _proc(tmp_path, pid, f"p{pid}", pid - 1)
    asker = LinuxProcesses(str(tmp_path)).asker(20, UID)

    assert asker.parents == tuple(f"p{pid} ({pid})" for pid in range(19, 11, -1))


def test_a_parent_that_cannot_be_looked_at_is_unknown_and_ends_the_row(tmp_path: Path) -> None:
    _proc(tmp_path, 7, "aws", 6)

    assert LinuxProcesses(str(tmp_path)).asker(7, UID).parents == ("unknown (6)",)


@pytest.mark.parametrize("name", ["a b", "a) S 1 (b", "((", ")", "本"])
def test_a_name_may_be_anything(tmp_path: Path, name: str) -> None:
    _proc(tmp_path, 7, name, 0)

    assert LinuxProcesses(str(tmp_path)).asker(7, UID).program == name


@pytest.mark.parametrize("told", ["", "7", "7 (aws", "7 (aws) S", "7 (aws) S x 0 0"])
def test_what_is_no_answer_of_the_kernels_is_unknown(tmp_path: Path, told: str) -> None:
    (tmp_path / "7").mkdir()
    (tmp_path / "7/stat").write_text(told)

    assert LinuxProcesses(str(tmp_path)).asker(7, UID).program == "unknown"


def test_what_is_known_of_a_process_is_not_learnt_again(tmp_path: Path) -> None:
    _proc(tmp_path, 7, "aws", 6)
    _proc(tmp_path, 6, "make", 0)
    processes = LinuxProcesses(str(tmp_path))
    first = processes.asker(7, UID)
    shutil.rmtree(tmp_path / "6")

    assert processes.asker(7, UID) == first


def test_another_process_of_the_same_id_is_another_one(tmp_path: Path) -> None:
    processes = LinuxProcesses(str(tmp_path))
    _proc(tmp_path, 6, "make", 0)
    _proc(tmp_path, 5, "bash", 0)
    _proc(tmp_path, 7, "aws", 6, started=100)
    processes.asker(7, UID)
    _proc(tmp_path, 7, "aws", 5, started=101)

    assert processes.asker(7, UID).parents == ("bash (5)",)


def test_a_process_that_runs_another_program_now_is_looked_at_anew(tmp_path: Path) -> None:
    processes = LinuxProcesses(str(tmp_path))
    for name in ("bash", "aws"):
        _proc(tmp_path, 7, name, 0)
        (tmp_path / "7/exe").unlink(missing_ok=True)
        (tmp_path / "7/exe").symlink_to(f"/usr/bin/{name}")
        asker = processes.asker(7, UID)

    assert (asker.program, asker.path) == ("aws", "/usr/bin/aws")


def test_no_more_is_kept_than_some_hundred_processes(tmp_path: Path) -> None:
    processes = LinuxProcesses(str(tmp_path))
    for started in range(2000):
        _proc(tmp_path, 7, f"p{started}", 0, started)
        processes.asker(7, UID)

    assert len(processes._kept) == 512
    assert processes.asker(7, UID).program == "p1999"


def test_ps_and_proc_agree() -> None:
    ps = shutil.which("ps")
    if sys.platform != "linux" or ps is None:
        assert isinstance(system_processes("darwin"), ListedProcesses)
        return
    with _running(sys.executable, "-c", WAITS) as pid:
        by_ps, by_proc = ListedProcesses(ps).asker(pid, UID), LinuxProcesses().asker(pid, UID)

    assert (by_ps.program, by_ps.parents) == (by_proc.program, by_proc.parents)


def test_ps_gives_the_path_where_it_has_it(tmp_path: Path) -> None:
    """As on macOS, where a path may have blanks in it."""
    ps = tmp_path / "ps"
    listing = "    1     0 /sbin/launchd\n  400     1 /Applications/My Term.app/term\n  512   400 /usr/local/bin/aws"
    ps.write_text(f"#!/bin/sh\ncat <<'END'\n{listing}\nEND\n")
    ps.chmod(0o700)

    assert ListedProcesses(str(ps)).asker(512, UID) == Asker(
        512, UID, "aws", "/usr/local/bin/aws", ("term (400)", "launchd (1)")
    )


@pytest.mark.parametrize("text", ["exit 1", "exec sleep 60"])
def test_a_ps_that_fails_or_hangs_makes_everybody_unknown(tmp_path: Path, text: str) -> None:
    ps = tmp_path / "ps"
    ps.write_text(f"#!/bin/sh\n{text}\n")
    ps.chmod(0o700)

    assert ListedProcesses(str(ps), seconds=1).asker(512, UID).program == "unknown"


def test_linux_has_proc() -> None:
    assert isinstance(system_processes("linux"), LinuxProcesses)
