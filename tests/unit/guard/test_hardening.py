"""Real processes of one user, of which one looks into the other."""

import json
import subprocess
import sys
from pathlib import Path

from sekisho.guard.hardening import tracer
from tests.unit.guard.peeking import WAYS

PEEKING = Path(__file__).with_name("peeking.py")
CHILD_OF = """
import os, subprocess, sys
os.set_inheritable(int(sys.argv[1]), True)
from sekisho.guard.hardening import harden
harden()
code = "import os, sys; os.fstat(int(sys.argv[1]))"
print(subprocess.run([sys.executable, "-c", code, sys.argv[1]], close_fds=False).returncode)
"""
LEAVES_ITS_MEMORY = """
import ctypes, os, sys
from sekisho.guard.hardening import harden, leave_old_memory
kept = ctypes.create_string_buffer(b"nothing yet")
print(ctypes.addressof(kept), flush=True)
sys.stdin.readline()
harden()
if leave_old_memory():
    raise SystemExit
kept.value = b"fake-secret"
print("kept", flush=True)
sys.stdin.readline()
"""
WRITES_A_FILE = """
import sys
from sekisho.guard.hardening import harden
harden()
open(sys.argv[1], "w").close()
"""


def _found(how: str) -> dict[str, str | None]:
    ran = subprocess.run([sys.executable, PEEKING, how], capture_output=True, text=True, check=True)
    found: dict[str, str | None] = json.loads(ran.stdout)
    return found


def test_another_process_of_the_user_looks_into_an_ordinary_one_by_every_way() -> None:
    assert _found("plain") == dict.fromkeys(WAYS)


def test_it_looks_into_a_hardened_one_by_none() -> None:
    assert _found("hardened") == dict.fromkeys(WAYS, "PermissionError")


def test_what_was_open_already_is_not_handed_to_the_programs_that_are_started(
    tmp_path: Path,
) -> None:
    with (tmp_path / "open").open("w") as stream:
        ran = subprocess.run(
            [sys.executable, "-c", CHILD_OF, str(stream.fileno())],
            pass_fds=[stream.fileno()],
            capture_output=True,
            text=True,
            check=True,
        )

    assert ran.stdout == "1\n"
    assert "Bad file descriptor" in ran.stderr


def test_new_files_are_for_this_user_alone(tmp_path: Path) -> None:
    path = tmp_path / "new"
    subprocess.run([sys.executable, "-c", WRITES_A_FILE, path], check=True)

    assert path.stat().st_mode & 0o777 == 0o600


def test_what_could_not_be_done_is_said() -> None:
    code = "from sekisho.guard.hardening import harden; print(harden('plan9'))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert ran.stdout == "('nothing is known that keeps other processes out on plan9',)\n"


def test_no_core_file_is_written() -> None:
    code = (
        "import resource; from sekisho.guard.hardening import harden; harden();"
        "print(resource.getrlimit(resource.RLIMIT_CORE))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert ran.stdout == "(0, 0)\n"


def test_who_had_the_memory_open_before_reads_nothing_that_was_kept_since() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", LEAVES_ITS_MEMORY],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
    ) as process:
        assert process.stdin
        assert process.stdout
        address = int(process.stdout.readline())
        with Path(f"/proc/{process.pid}/mem").open("rb", buffering=0) as memory:
            process.stdin.write("\n")
            assert process.stdout.readline() == "kept\n"
            memory.seek(address)
            read = memory.read(11)
        process.stdin.close()

    assert read != b"fake-secret"


def test_nobody_traces_this_process_and_who_does_is_named(tmp_path: Path) -> None:
    status = tmp_path / "status"
    status.write_text("Name:\tpython\nTracerPid:\t4711\n")

    assert (tracer(), tracer(str(status))) == (0, 4711)
