"""Edits of a config on what disks there are: full, read-only, and a file that is a mount itself.

Each command runs in a mount namespace of its own, so nothing is left when it ends.
"""

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from sekisho.adapters.bubblewrap import find_bubblewrap
from tests.e2e.test_parallel_edits import LEGACY, ROOT

BEFORE = f"# kept by hand\n\n{LEGACY}\n{LEGACY.replace('dev', 'stg')}# the end".encode()
ISOLATE = f'"{sys.executable}" -m sekisho isolate --yes >&2; status=$?'
TELL = 'printf "%s\\n" "$status"; cat "$HOME/.aws/config"'


@dataclass
class Done:
    """How an isolate ended, as it was to be seen where it ran."""

    status: int
    held: bytes
    """What the config holds."""
    said: str


@pytest.fixture
def sandbox() -> str:
    """Where bubblewrap is; tests that ask for it are left out on a machine that makes no sandboxes."""
    return str(find_bubblewrap(os.environ).path)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws" / "config").write_bytes(BEFORE)
    (tmp_path / "outside").write_bytes(BEFORE)
    return tmp_path


def isolate(sandbox: str, home: Path, mounts: Sequence[str], *, first: str = "true") -> Done:
    done = subprocess.run(
        [sandbox, "--dev-bind", "/", "/", *mounts, "sh", "-c", f"{first}; {ISOLATE}; {TELL}"],
        env={"HOME": str(home), "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"},
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=True,
    )
    status, held = done.stdout.split(b"\n", 1)
    return Done(int(status), held, done.stderr.decode())


def test_a_full_disk_keeps_the_config_and_says_so(sandbox: str, home: Path) -> None:
    small = ("--size", "16384", "--tmpfs", str(home / ".aws"))
    fill = 'cp "$HOME/outside" "$HOME/.aws/config"; cat /dev/zero 2>/dev/null >"$HOME/.aws/filler"'

    done = isolate(sandbox, home, small, first=fill)

    assert done.status == 2
    assert done.held == BEFORE
    assert "No space left on device" in done.said
    assert "nothing was changed" in done.said


def test_a_folder_that_cannot_be_written_keeps_the_config_and_says_so(
    sandbox: str, home: Path
) -> None:
    done = isolate(sandbox, home, ("--ro-bind", str(home / ".aws"), str(home / ".aws")))

    assert done.status == 2
    assert done.held == BEFORE
    assert "Read-only file system" in done.said
    assert "nothing was changed" in done.said


def test_a_file_that_is_mounted_is_written_in_place_and_that_is_said(
    sandbox: str, home: Path
) -> None:
    done = isolate(sandbox, home, ("--bind", str(home / "outside"), str(home / ".aws" / "config")))

    assert done.status == 0
    assert done.held != BEFORE
    assert (home / "outside").read_bytes() == done.held
    assert "written in place" in done.said
    assert (home / ".aws" / "config").read_bytes() == BEFORE
