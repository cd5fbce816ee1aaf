"""What rules look at: both files as text and in their meaning, and places in them."""

import re
from dataclasses import dataclass
from pathlib import Path

from sekisho.awsconfig.document import Document
from sekisho.awsconfig.profiles import AwsConfig, Profile, Setting, SsoProfile, SsoSession

__all__ = ["Place", "Source", "Subject"]

_SHOWN_KEYS = re.compile(
    r"sso_.*|region|output|source_profile|role_arn|services|endpoint_url|ca_bundle", re.IGNORECASE
)
"""Keys whose values are shown in a report. Any other value may be a secret, and is not."""
_ENTRY = re.compile(r"(\s*)([^=:\s][^=:]*?)(\s*[=:]\s*)(.*?)\s*", re.DOTALL)
_LONG_WORD = re.compile(r"\S{16,}")
_MASK = "****"


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of one line of a file."""

    file: Path
    line: int
    """From 1."""
    column: int
    """In characters, from 1."""
    width: int
    """In characters, at least 1."""
    text: str
    """The whole line, without its ending; what may be a secret shows as `****`."""


@dataclass(frozen=True, slots=True)
class Source:
    """One of the two files."""

    path: Path
    document: Document

    def point(self, line: int, column: int = 1) -> Place:
        """Return the place from `column` on to the end of `line`."""
        text = self._text(line)
        return self._place(line, column, len(text.rstrip()) - column + 1)

    def key(self, line: int) -> Place:
        """Return the place of the key that stands on `line`."""
        entry = _ENTRY.fullmatch(self._text(line))
        if entry is None:
            return self.point(line)
        return self._place(line, entry.start(2) + 1, len(entry[2]))

    def value(self, line: int) -> Place:
        """Return the place of the value that stands on `line`; of the key where there is none."""
        entry = _ENTRY.fullmatch(self._text(line))
        if entry is None or not entry[4]:
            return self.key(line)
        return self._place(line, entry.start(4) + 1, len(entry[4]))

    def _text(self, line: int) -> str:
        lines = self.document.lines
        return lines[line - 1].rstrip("\r\n") if 0 < line <= len(lines) else ""

    def _place(self, line: int, column: int, width: int) -> Place:
        return Place(self.path, line, column, max(width, 1), _shown(self._text(line)))


@dataclass(frozen=True, slots=True)
class Subject:
    """The two files of one AWS configuration, read once for all rules."""

    config: Source
    credentials: Source
    facts: AwsConfig
    """What the files mean: without the parts that botocore would refuse."""
    sso: tuple[SsoProfile, ...]
    """The profiles that resolve to a portal, in the order of the files."""

    def header(self, of: Profile | SsoSession | SsoProfile) -> Place:
        """Return the place of a section's header."""
        return self._source(of.file).point(of.line)

    def key(self, setting: Setting) -> Place:
        """Return the place of a setting's key."""
        return self._source(setting.file).key(setting.line)

    def value(self, setting: Setting) -> Place:
        """Return the place of a setting's value."""
        return self._source(setting.file).value(setting.line)

    def _source(self, file: Path) -> Source:
        return self.credentials if file == self.credentials.path else self.config


def _shown(line: str) -> str:
    """Return `line` for a person's eyes: no byte that is no text, and nothing that may be secret."""
    readable = line.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    if readable.lstrip()[:1] in ("", "[", "#", ";"):
        return readable
    entry = _ENTRY.fullmatch(readable)
    if entry is None:  # no setting: a secret that was pasted in the wrong place has no blanks
        return _LONG_WORD.sub(_MASK, readable)
    if not entry[4] or _SHOWN_KEYS.fullmatch(entry[2]):
        return readable
    return f"{entry[1]}{entry[2]}{entry[3]}{_MASK}"
