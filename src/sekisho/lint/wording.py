"""What rules say alike: names in one line, places, and comments that are none."""

import re
from collections.abc import Collection, Sequence

from sekisho.awsconfig.profiles import Setting
from sekisho.awsconfig.settings import nearest

__all__ = ["Suggestions", "has_comment", "listed", "where", "without_comment", "without_quotes"]

_COMMENT = re.compile(r"\s+[#;].*", re.DOTALL)
_QUOTED = re.compile(r"(['\"])\s*(.+?)\s*\1")
_MOST = 12
"""More names than this are counted: a message is one line to read."""
_MOST_SUGGESTIONS = 20
"""Names that are compared with every one there is: it takes time, and who reads more?"""


def listed(names: Sequence[str]) -> str:
    """Return `names` in one line: `dev, stg`, or the first dozen `and 30 more`."""
    more = len(names) - _MOST
    return ", ".join(names[:_MOST]) + (f" and {more:,} more" if more > 0 else "")


class Suggestions:
    """What wrong names were probably meant to be; for the first few of them that are asked for."""

    def __init__(self, names: Collection[str]) -> None:
        """`names` are the right ones."""
        self._names = names
        self._found: dict[str, str | None] = {}

    def of(self, wrong: str) -> str | None:
        """Return the name that is most like `wrong`; `None` where none is, or nobody looks."""
        if wrong not in self._found and len(self._found) < _MOST_SUGGESTIONS:
            self._found[wrong] = nearest(wrong, self._names)
        return self._found.get(wrong)


def where(setting: Setting) -> str:
    """Return where a setting stands: `line 12 of ~/.aws/config`."""
    return f"line {setting.line} of {setting.file}"


def has_comment(value: str) -> bool:
    """Return whether `value` has what was meant as a comment in it."""
    return _COMMENT.search(value) is not None


def without_comment(value: str) -> str:
    """Return `value` without what was meant as a comment."""
    return _COMMENT.sub("", value)


def without_quotes(value: str) -> str | None:
    """Return what stands between the quotes around `value`; `None`: there are none."""
    quoted = _QUOTED.fullmatch(value)
    return quoted and quoted[2]
