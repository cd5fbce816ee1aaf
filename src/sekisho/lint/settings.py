"""`lint.toml`: what a person, or a team's repository, wants of lint.

    select = ["SK1", "misspelt-key"]    # only these; all where it is left out
    ignore = ["SK102"]
    strict = true                       # exit 1 for information, too

    [severity]
    SK105 = "error"                     # error, warning or info

A rule is named by its id, by the start of one, or by its name.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sekisho import files as disk
from sekisho.errors import LintSettingsInvalid
from sekisho.lint.rule import Rule, Severity
from sekisho.lint.selection import Selection, unknown

__all__ = ["LintSettings", "read_settings"]


@dataclass(frozen=True, slots=True)
class LintSettings:
    """The settings; without a file, the defaults."""

    selection: Selection = field(default_factory=Selection)
    strict: bool = False
    severity: Mapping[str, Severity] = field(default_factory=dict[str, Severity])
    """By rule id."""


def read_settings(path: Path, rules: Sequence[Rule]) -> LintSettings:
    """Read the settings in `path`; an absent file is the defaults.

    Raises `LintSettingsInvalid` for what is no TOML, for a key or a rule that is not known and for
    a value of the wrong kind; `FileUnreadable`.
    """
    data = disk.read(path)
    if data is None:
        return LintSettings()
    try:
        document = tomllib.loads(data.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise LintSettingsInvalid(path, f"it is not TOML: {error}") from error
    return _Reader(path, rules).read(document)


@dataclass(frozen=True, slots=True)
class _Reader:
    path: Path
    rules: Sequence[Rule]

    def read(self, document: Mapping[str, object]) -> LintSettings:
        strange = document.keys() - {"select", "ignore", "strict", "severity"}
        if strange:
            raise self._wrong(f"there is no setting {min(strange)}")
        strict = document.get("strict", False)
        if not isinstance(strict, bool):
            raise self._wrong("strict is true or false")
        return LintSettings(
            selection=Selection(
                select=self._words("select", document.get("select", [])),
                ignore=self._words("ignore", document.get("ignore", [])),
            ),
            strict=strict,
            severity=self._severities(document.get("severity", {})),
        )

    def _words(self, name: str, value: object) -> tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
            raise self._wrong(f'{name} is a list of rules: {name} = ["SK101"]')
        if nobody := unknown(value, self.rules):
            raise self._wrong(f'{name} names "{nobody[0]}", which is no rule')
        return tuple(value)

    def _severities(self, value: object) -> dict[str, Severity]:
        if not isinstance(value, Mapping):
            raise self._wrong("severity is a table: [severity]")
        found = {}
        for word, wanted in value.items():
            if unknown((word,), self.rules):
                raise self._wrong(f'[severity] names "{word}", which is no rule')
            if wanted not in list(Severity):
                raise self._wrong(f"the severity of {word} is one of {', '.join(Severity)}")
            for rule in Selection(select=(word,)).of(self.rules):
                found[rule.id] = Severity(wanted)
        return found

    def _wrong(self, what: str) -> LintSettingsInvalid:
        return LintSettingsInvalid(self.path, what)
