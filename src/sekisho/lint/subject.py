"""What rules look at: both files as text and in their meaning, and places in them."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sekisho.awsconfig.document import Document, Section, SectionKind
from sekisho.awsconfig.profiles import (
    AwsConfig,
    Profile,
    Setting,
    SsoProfile,
    SsoSession,
    refuse_faults,
)
from sekisho.awsconfig.shown import ENTRY, shown
from sekisho.lint.ignored import Remark, Verdict
from sekisho.model import ProfileName
from sekisho.reach.policy import NO_POLICY, Policy

__all__ = ["NOWHERE", "Place", "Said", "Source", "Subject", "Surroundings", "texts_of"]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the machine knows of the two files, where they are those of who runs lint."""

    config_mode: int | None = None
    """The mode of the config file, such as 0o600; `None`: it is not looked at."""
    credentials_mode: int | None = None
    has_program: Callable[[str], bool] | None = None
    """Whether a program can be started by this path or name; `None`: nobody looks."""
    policy: Policy = NO_POLICY
    """The environments that are declared."""


NOWHERE = Surroundings()
"""Files of another machine, or of none."""


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
    remarks: tuple[Remark, ...]
    """What it asks lint not to say."""
    mode: int | None
    """Its mode; `None` where that means nothing."""
    verdicts: tuple[Verdict, ...] = ()
    """What its remarks are good for: for rules that look at them."""

    def point(self, line: int, column: int = 1) -> Place:
        """Return the place from `column` on to the end of `line`."""
        text = self._text(line)
        return self._place(line, column, len(text.rstrip()) - column + 1)

    def key(self, line: int) -> Place:
        """Return the place of the key that stands on `line`."""
        entry = ENTRY.fullmatch(self._text(line))
        if entry is None:
            return self.point(line)
        return self._place(line, entry.start(2) + 1, len(entry[2]))

    def value(self, line: int) -> Place:
        """Return the place of the value that stands on `line`; of the key where there is none."""
        entry = ENTRY.fullmatch(self._text(line))
        if entry is None or not entry[4]:
            return self.key(line)
        return self._place(line, entry.start(4) + 1, len(entry[4]))

    def _text(self, line: int) -> str:
        lines = self.document.lines
        return lines[line - 1].rstrip("\r\n") if 0 < line <= len(lines) else ""

    def _place(self, line: int, column: int, width: int) -> Place:
        return Place(self.path, line, column, max(width, 1), shown(self._text(line)))


@dataclass(frozen=True, slots=True)
class Said:
    """A setting whose value is text, and whose it is."""

    key: str
    """Lower-cased."""
    value: str
    setting: Setting
    profiles: tuple[ProfileName, ...]
    """The profile that it belongs to; none for an sso-session's."""


@dataclass(frozen=True, slots=True)
class Subject:
    """The two files of one AWS configuration, read once for all rules."""

    config: Source
    credentials: Source
    facts: AwsConfig
    """What the files mean: without the parts that botocore would refuse."""
    said: Mapping[str, Sequence[Said]]
    """What `facts` say in text, by key: `texts_of`."""
    sso: tuple[SsoProfile, ...]
    """The profiles that resolve to a portal, in the order of the files."""
    has_program: Callable[[str], bool] | None
    """As `Surroundings.has_program`."""
    policy: Policy
    """The environments that are declared; the others are guessed (`reach.environments`)."""

    def as_botocore_reads_it(self) -> AwsConfig:
        """Return `facts`. Raises `ConfigUnreadable` where botocore refuses one of the files."""
        for source in (self.config, self.credentials):
            refuse_faults(source.document, source.path)
        return self.facts

    def texts(self, *keys: str) -> Iterator[Said]:
        """Yield what profiles and sso-sessions say under `keys`, but for nested blocks."""
        for key in keys:
            yield from self.said.get(key, ())

    def texts_like(self, pattern: re.Pattern[str]) -> Iterator[Said]:
        """Yield what they say under the keys that are `pattern` as a whole."""
        return self.texts(*filter(pattern.fullmatch, self.said))

    def header(self, of: Profile | SsoSession | SsoProfile) -> Place:
        """Return the place of a section's header."""
        return self._source(of.file).point(of.line)

    def key(self, setting: Setting) -> Place:
        """Return the place of a setting's key."""
        return self._source(setting.file).key(setting.line)

    def value(self, setting: Setting) -> Place:
        """Return the place of a setting's value."""
        return self._source(setting.file).value(setting.line)

    def section_of(self, setting: Setting) -> Section | None:
        """Return the section that a setting stands in, for a fix; `None` for `[DEFAULT]`'s.

        `[DEFAULT]` speaks to every section, and may stand there several times.
        """
        found = self._source(setting.file).document.section_above(setting.line - 1)
        if found is None or setting.line > found.last or found.kind is SectionKind.COMMON:
            return None
        return found

    def section_at(self, of: Profile | SsoSession) -> Section | None:
        """Return the section whose header stands where `of` does."""
        found = self._source(of.file).document.section_above(of.line)
        return found if found is not None and found.line == of.line else None

    def _source(self, file: Path) -> Source:
        return self.credentials if file == self.credentials.path else self.config


def texts_of(facts: AwsConfig) -> Mapping[str, Sequence[Said]]:
    """Return all that is text in `facts`, by key; under each the profiles', then the sessions'.

    Sekisho's own sessions count as AWS's do.
    """
    said: dict[str, list[Said]] = {}
    for profile in facts.profiles.values():
        _add(said, profile.settings, (profile.name,))
    for session in (*facts.sessions.values(), *facts.guard_sessions.values()):
        _add(said, session.settings, ())
    return said


def _add(
    said: dict[str, list[Said]],
    settings: Mapping[str, Setting],
    profiles: tuple[ProfileName, ...],
) -> None:
    for key, setting in settings.items():
        if isinstance(setting.value, str):
            said.setdefault(key, []).append(Said(key, setting.value, setting, profiles))
