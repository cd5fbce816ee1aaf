"""Lines of the config and credentials files as they may be shown: without what may be a secret."""

import re

from sekisho.awsconfig.process_command import PROCESS_KEY, is_plain_command

__all__ = ["ENTRY", "shown"]

_SHOWN_KEYS = re.compile(
    r"s(?:so|ekisho)_.*|region|output|source_profile|role_arn|services|endpoint_url|ca_bundle",
    re.IGNORECASE,
)
"""Keys whose values are shown. Any other value may be a secret, and is not."""
ENTRY = re.compile(r"(\s*)([^=:\s](?:[^=:]*[^=:\s])?)(\s*[=:]\s*)((?:.*\S)?)\s*", re.DOTALL)
"""A line with a setting on it: blanks, key, delimiter, value."""
_SECRET = re.compile(r"secret|token|password", re.IGNORECASE)
_DELIMITER = re.compile(r"[=:]\s*")
_LONG_WORD = re.compile(r"\S{16,}")
_MASK = "****"


def shown(line: str) -> str:
    """Return `line`, without its ending, for a person's eyes.

    No byte that is no text is in it, and what may be a secret shows as `****`.
    """
    readable = line.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    if readable.lstrip()[:1] in ("", "[", "#", ";"):
        return _comment(readable)
    entry = ENTRY.fullmatch(readable)
    if entry is None:  # no setting: a secret that was pasted in the wrong place has no blanks
        return _LONG_WORD.sub(_MASK, readable)
    if not entry[4] or _SHOWN_KEYS.fullmatch(entry[2]):
        return readable
    if entry[2].lower() == PROCESS_KEY and is_plain_command(entry[4]):
        return readable
    return f"{entry[1]}{entry[2]}{entry[3]}{_MASK}"


def _comment(line: str) -> str:
    """Hide the value of a setting that was made a comment."""
    word = _SECRET.search(line)
    delimiter = _DELIMITER.search(line, word.end()) if word else None
    if delimiter is None or delimiter.end() == len(line):
        return line
    return f"{line[: delimiter.end()]}{_MASK}"
