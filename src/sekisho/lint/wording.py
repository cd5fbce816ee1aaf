"""How findings name things."""

from collections.abc import Sequence

__all__ = ["listed"]

_MOST = 12
"""More names than this are counted: a message is one line to read."""


def listed(names: Sequence[str]) -> str:
    """Return `names` in one line: `dev, stg`, or the first dozen `and 30 more`."""
    more = len(names) - _MOST
    return ", ".join(names[:_MOST]) + (f" and {more:,} more" if more > 0 else "")
