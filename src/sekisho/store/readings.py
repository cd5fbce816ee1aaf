"""Every file in a cache folder, read as JSON: what is a cache, and what only lies there."""

import json
from pathlib import Path
from typing import Any

from sekisho import files
from sekisho.errors import FileUnreadable
from sekisho.ports import Clock

__all__ = ["Readings", "is_token", "reading", "readings"]

Readings = dict[Path, dict[str, Any] | str]
"""By file: its JSON object, or else what is wrong with it, in words without any contents."""

_TORN = "it is not JSON; it may have been cut off"
_SECONDS = 0.5
_LOOKS = 10


def readings(folder: Path, clock: Clock) -> Readings:
    """Read every file in `folder`, and those that are torn again for half a second, by `clock`.

    In the order of their names; nothing for a folder that is absent. Raises `FileUnreadable` for a
    folder that cannot be looked into.
    """
    try:
        there = folder.is_dir()
        paths = sorted(path for path in folder.iterdir() if path.is_file()) if there else []
    except OSError as error:
        raise FileUnreadable(folder, error.strerror or str(error)) from error
    found = {path: reading(path) for path in paths}
    for _ in range(_LOOKS):
        torn = [path for path, read in found.items() if read == _TORN]
        if not torn:
            break
        clock.sleep(_SECONDS / _LOOKS)
        found.update((path, reading(path)) for path in torn)
    return found


def reading(path: Path) -> dict[str, Any] | str:
    """Read one file, as it is now."""
    try:
        fields = json.loads(files.read(path) or b"")
    except FileUnreadable as error:
        return error.what.removeprefix(f"cannot read {path}: ")
    except (ValueError, RecursionError):
        return _TORN
    return fields if isinstance(fields, dict) else "it holds no JSON object"


def is_token(fields: dict[str, Any]) -> bool:
    """Whether it is a token to `aws sso logout`: an `accessToken` of text (`spec/aws-cli.md` §4)."""
    return isinstance(fields.get("accessToken"), str)
