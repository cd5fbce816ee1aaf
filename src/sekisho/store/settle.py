"""How to read a file that somebody else may be writing.

The AWS CLI truncates its cache files and then writes them (`spec/aws-cli.md` §11.1), so a reader
may find half a file. That is a matter of waiting, not of damage: nothing here touches the file.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from sekisho import files
from sekisho.ports import Clock

__all__ = ["Torn", "read_settled", "read_settled_or_none"]

T = TypeVar("T")

_SECONDS = 0.5
_LOOKS = 10


class Torn(ValueError):
    """A file that stays torn, or holds something else than it should; says what is wrong."""


def read_settled(path: Path, parse: Callable[[bytes], T], clock: Clock) -> T | None:
    """Read `path` by `parse`, again and again for half a second while `parse` refuses it.

    `parse` refuses by `ValueError`. Returns `None` when there is no file. Blocks, by `clock`,
    only over a file that is refused, and then raises `Torn` with the last reason. Raises
    `FileUnreadable`.
    """
    reason = ""
    for look in range(_LOOKS + 1):
        if look:
            clock.sleep(_SECONDS / _LOOKS)
        data = files.read(path)
        if data is None:
            return None
        try:
            return parse(data)
        except RecursionError:
            reason = "it is nested too deeply"
        except ValueError as error:
            reason = str(error)
    raise Torn(reason)


def read_settled_or_none(path: Path, parse: Callable[[bytes], T], clock: Clock) -> T | None:
    """Read `path` as `read_settled` does, where a file that stays torn counts as absent."""
    try:
        return read_settled(path, parse, clock)
    except Torn:
        return None
