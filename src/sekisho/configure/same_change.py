"""Whether a change that was shown for one state of a file is the same change on a later state.

Somebody else may write the file between the diff and the writing. What a person approved are the
sections that the diff showed; where the others stand is nobody's business.
"""

from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TypeVar

from sekisho.awsconfig.document import parse
from sekisho.errors import FileChanged

__all__ = ["Rewrite", "carried_over", "is_same_change"]


class Rewrite(Protocol):
    """A file as it was read, and as it is to be."""

    @property
    def read(self) -> bytes | None:
        """What the file held; `None`: there was none."""

    @property
    def after(self) -> bytes:
        """What it is to hold."""


_Rewrite = TypeVar("_Rewrite", bound=Rewrite)


def carried_over(
    shown: _Rewrite, held: bytes | None, anew: Callable[[], _Rewrite], path: Path
) -> _Rewrite:
    """Return the change to write where `path` holds `held`: `shown`, or the same made `anew`.

    `anew` reads the file again, and makes the change of what it finds. Raises what that raises,
    and `FileChanged` where it would be another change than was shown.
    """
    if held == shown.read:
        return shown
    later = anew()
    if not is_same_change(shown, later):
        raise FileChanged(path)
    return later


def is_same_change(shown: Rewrite, later: Rewrite) -> bool:
    """Return whether `later` ends each section that `shown` changed as shown, and changes no other.

    The other writer has left each of those sections alone, or has made of it what was shown. A
    section is its header and its settings, with the comments between them, and not what ends its
    lines or follows it.
    """
    before, after = _sections(shown.read), _sections(shown.after)
    found, result = _sections(later.read), _sections(later.after)
    approved = {header for header in before | after if before.get(header) != after.get(header)}
    changed = {header for header in found | result if found.get(header) != result.get(header)}
    return changed <= approved and all(
        result.get(header) == after.get(header)
        and found.get(header) in (before.get(header), after.get(header))
        for header in approved
    )


def _sections(data: bytes | None) -> dict[str, list[str]]:
    """The lines of each section by its header; `[DEFAULT]` alone may stand there more than once."""
    document = parse(data or b"")
    found: defaultdict[str, list[str]] = defaultdict(list)
    for section in document.sections:
        lines = document.lines[section.line - 1 : section.last]
        found[section.header] += [line.rstrip("\r\n") for line in lines]
    return found
