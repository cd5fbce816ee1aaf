"""The AWS CLI's own files of assumed roles: named by what was asked for, and by nobody who asked.

sekisho neither reads nor writes them for its own use (`store.assumed`); it takes away those that
came from a sign-in which is to leave nothing on the disk.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sekisho import files
from sekisho.ports import Clock
from sekisho.store import cachefile, keys
from sekisho.store.settle import Torn, read_settled
from sekisho.store.sweep import LeftAlone

__all__ = ["remove_assumed"]


def remove_assumed(
    home: Path, asked: Mapping[str, str | int], clock: Clock
) -> Path | LeftAlone | None:
    """Remove the AWS CLI's file of the role that was assumed by the arguments `asked`.

    Returns its path; what lies there when it is torn, or no assumed role, and so is left; `None`
    where there is none. Raises `FileUnreadable`, `FileUnwritable`.
    """
    path = keys.aws_cli_assumed_file(home, asked)
    try:
        found = read_settled(path, _assumed, clock)
    except Torn as torn:
        return LeftAlone(path, str(torn))
    if found is None:
        return None
    return path if files.remove(path) else None


def _assumed(data: bytes) -> dict[str, Any]:
    """Read what AssumeRole answered. Raises `ValueError` for anything else."""
    fields = cachefile.json_object(data)
    if not all(isinstance(fields.get(key), dict) for key in ("Credentials", "AssumedRoleUser")):
        raise ValueError("it is no assumed role")
    return fields
