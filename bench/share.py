"""A part of the machine for a process, by Linux's control groups: root alone can give one."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

__all__ = ["can_limit", "limited"]

_PERIOD = 10_000
"""Microseconds: short, so that a process that has used its part does not sleep for long."""
_ROOTS = (Path("/sys/fs/cgroup/cpu"), Path("/sys/fs/cgroup"))
"""Of version 1, and of version 2."""


def can_limit() -> bool:
    """Return whether a process can be given a part here."""
    try:
        with _group("sekisho-bench-try") as folder:
            return folder is not None
    except OSError:
        return False


@contextlib.contextmanager
def limited(pid: int, cores: float | None) -> Iterator[None]:
    """Let the process use as much as `cores` (0.5: half of one); `None` lets it use all."""
    if cores is None:
        yield
        return
    with _group(f"sekisho-bench-{pid}") as folder:
        if folder is None:
            raise RuntimeError("this machine has no control groups that we may use")
        quota = int(cores * _PERIOD)
        if (folder / "cpu.max").exists():
            (folder / "cpu.max").write_text(f"{quota} {_PERIOD}", encoding="ascii")
        else:
            (folder / "cpu.cfs_period_us").write_text(str(_PERIOD), encoding="ascii")
            (folder / "cpu.cfs_quota_us").write_text(str(quota), encoding="ascii")
        (folder / "cgroup.procs").write_text(str(pid), encoding="ascii")
        yield


@contextlib.contextmanager
def _group(name: str) -> Iterator[Path | None]:
    """Make a group; after the block its processes are the parent's again, and it is gone."""
    for root in _ROOTS:
        folder = root / name
        with contextlib.suppress(OSError):
            folder.mkdir()
        if any((folder / file).exists() for file in ("cpu.max", "cpu.cfs_quota_us")):
            break
        with contextlib.suppress(OSError):
            folder.rmdir()
    else:
        yield None
        return
    try:
        yield folder
    finally:
        for pid in (folder / "cgroup.procs").read_text(encoding="ascii").split():
            with contextlib.suppress(OSError):
                (root / "cgroup.procs").write_text(pid, encoding="ascii")
        folder.rmdir()
