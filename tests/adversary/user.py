"""The user that the attacks run as: whoever runs the tests, unless that is root.

For root one is made: with a number that nobody has, in a mount namespace whose user database knows
it, and in which the interpreter and this repository can be reached. Nothing of the machine changes.
"""

import contextlib
import os
import shlex
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.meta.source import ROOT

__all__ = ["User", "somebody"]

_ID = 54321 + os.getpid() % 1000  # test runners work side by side
_NEEDED = (Path(sys.base_prefix), Path(sys.prefix), ROOT / "src", ROOT / "tests")
"""What has to be readable: interpreter, packages, code, attacks."""
_OTHERS_ENTER = stat.S_IXOTH
_OTHERS_READ = stat.S_IROTH


@dataclass(frozen=True)
class User:
    """Somebody who has a home, and runs programs."""

    uid: int
    home: Path
    prefix: tuple[str, ...] = ()
    """What goes before a command that this user is to run."""

    def owns(self, path: Path) -> None:
        """Make `path`, with all that is in it, this user's."""
        if os.getuid() == 0:
            for each in (path, *path.rglob("*")):
                os.chown(each, self.uid, self.uid, follow_symlinks=False)


@contextlib.contextmanager
def somebody() -> Iterator[User]:
    """Give a user with an empty home, for as long as the block runs."""
    home = Path(tempfile.mkdtemp(prefix="sk-", dir="/tmp"))  # a socket's path has to be short
    try:
        if os.getuid() != 0:
            yield User(os.getuid(), home)
            return
        with _namespace(home) as prefix:
            user = User(_ID, home, prefix)
            user.owns(home)
            yield user
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextlib.contextmanager
def _namespace(home: Path) -> Iterator[tuple[str, ...]]:
    """Hold a mount namespace for a made user; give what runs a command in it, as that user."""
    with tempfile.TemporaryDirectory(prefix="sk-stage-") as stage:
        users = Path(stage) / "passwd"
        known = Path("/etc/passwd").read_text(encoding="utf-8")
        users.write_text(f"{known}somebody:x:{_ID}:{_ID}::{home}:/bin/sh\n", encoding="utf-8")
        users.chmod(0o644)
        script = "\n".join(["set -e", *_mounts(Path(stage)), "echo ready", "exec cat"])
        keeper = subprocess.Popen(
            ["unshare", "--mount", "--propagation", "private", "sh", "-c", script],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        with keeper:
            ready = keeper.stdout.readline() if keeper.stdout else b""
            assert ready == b"ready\n", (
                "as root, these tests need unshare(1), or run them as a user"
            )
            yield (
                *("nsenter", f"--target={keeper.pid}", "--mount", "--"),
                *("setpriv", f"--reuid={_ID}", f"--regid={_ID}", "--clear-groups"),
                *("--inh-caps=-all", "--"),
            )
            assert keeper.stdin
            keeper.stdin.close()  # and it ends


def _mounts(stage: Path) -> Iterator[str]:
    """Spell what makes readable what is needed: folders in the way are covered by empty ones."""
    closed = sorted({top for path in _NEEDED if (top := _closed(path)) is not None})
    inner = shlex.quote(str(stage / "inner"))
    yield f"mkdir {inner} && mount -t tmpfs -o mode=755 tmpfs {inner}"
    for number, path in enumerate(_NEEDED):
        yield f"mkdir {inner}/{number} && mount --bind {shlex.quote(_readable(path, stage))} {inner}/{number}"
    for folder in closed:
        yield f"mount -t tmpfs -o mode=755 tmpfs {shlex.quote(str(folder))}"
    for number, path in enumerate(_NEEDED):
        place = shlex.quote(str(path))
        yield f"mkdir -p {place} && mount --bind {inner}/{number} {place}"
    yield f"mount --bind {shlex.quote(str(stage / 'passwd'))} /etc/passwd"


def _closed(path: Path) -> Path | None:
    """Return the topmost folder above `path` that others may not enter."""
    above = [each for each in reversed(path.parents) if not each.stat().st_mode & _OTHERS_ENTER]
    return above[0] if above else None


def _readable(path: Path, stage: Path) -> str:
    """Return `path`, or a copy of it that others may read."""
    if path.is_relative_to(ROOT) and not path.is_relative_to(sys.prefix):
        files = [each for each in path.rglob("*.py") if not each.stat().st_mode & _OTHERS_READ]
        if files or not path.stat().st_mode & _OTHERS_ENTER:
            copy = stage / path.name
            shutil.copytree(path, copy, ignore=shutil.ignore_patterns("__pycache__"))
            subprocess.run(["chmod", "-R", "a+rX", copy], check=True)
            stage.chmod(0o755)
            return str(copy)
    return str(path)
