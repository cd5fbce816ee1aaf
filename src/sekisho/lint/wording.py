"""What rules say alike: names in one line, places, and comments that are none."""

import re
from collections.abc import Sequence

from sekisho.awsconfig.profiles import Setting

__all__ = ["has_comment", "listed", "where", "without_comment"]

_COMMENT = re.compile(r"\s+[#;].*", re.DOTALL)
_MOST = 12
"""More names than this are counted: a message is one line to read."""


def listed(names: Sequence[str]) -> str:
    """Return `names` in one line: `dev, stg`, or the first dozen `and 30 more`."""
    more = len(names) - _MOST
    return ", ".join(names[:_MOST]) + (f" and {more:,} more" if more > 0 else "")


def where(setting: Setting) -> str:
    """Return where a setting stands: `line 12 of ~/.aws/config`."""
    return f"line {setting.line} of {setting.file}"


def has_comment(value: str) -> bool:
    """Return whether `value` has what was meant as a comment in it."""
    return _COMMENT.search(value) is not None


def without_comment(value: str) -> str:
    """Return `value` without what was meant as a comment."""
    return _COMMENT.sub("", value)
