"""Edits of a config file: pure, old document → new document, and no byte that is not owned.

A setting owns the line of its key and the lines that continue it; comments and blank lines between
them stay. What is added takes the line ending and the indentation of its surroundings: a line that
is indented deeper than the setting before it would be read as its continuation.

Every change is checked against what botocore would read afterwards, and refused with `EditRefused`
where that would be something else than what was asked for.
"""

import re
import shlex
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence

from sekisho.awsconfig.changes import (
    AddSection,
    Change,
    RemoveKey,
    RemoveSection,
    RenameKey,
    RenameSection,
    SetValue,
)
from sekisho.awsconfig.document import (
    Document,
    Entry,
    Section,
    SectionKind,
    indent_of,
    is_blank_or_comment,
    parse,
)
from sekisho.errors import EditRefused

__all__ = [
    "AddSection",
    "Change",
    "RemoveKey",
    "RemoveSection",
    "RenameKey",
    "RenameSection",
    "SetValue",
    "add_section",
    "apply",
    "header_for",
    "line_ending",
    "remove_key",
    "set_value",
]

_ENDING = re.compile(r"[\r\n]*\Z")
_DELIMITER = re.compile("[=:]")
_NOT_WRITTEN = {"Cc", "Cs", "Zl", "Zp"}
"""Control characters, halves of undecodable bytes, and Unicode's own line breaks."""


def set_value(document: Document, section: Section, key: str, value: str) -> Document:
    """Return `document` with `key = value` in `section`; see `SetValue` and `apply`."""
    return apply(document, [SetValue(section, key, value)])


def remove_key(document: Document, section: Section, key: str) -> Document:
    """Return `document` without `key` in `section`; see `RemoveKey` and `apply`."""
    return apply(document, [RemoveKey(section, key)])


def add_section(
    document: Document,
    header: str,
    entries: Sequence[tuple[str, str]],
    *,
    after: Section | None,
) -> Document:
    """Return `document` with one more section; see `AddSection` and `apply`."""
    return apply(document, [AddSection(header, tuple(entries), after)])


def apply(document: Document, changes: Iterable[Change]) -> Document:
    """Return `document` with all `changes` made at once, which is read anew only once.

    Sections are found by their headers, so one of an earlier state of the document will do. Keys
    are matched as botocore does, without case; the spelling in the file stays.

    Raises `EditRefused` when the document has faults, when a text cannot be written (a newline, a
    control character, blanks at its ends, a key with a delimiter), when the section is not there
    or the new one already is, and when botocore would refuse the result.
    """
    if document.faults:
        fault = document.faults[0]
        raise EditRefused(f"line {fault.line}", f"{fault.message}, so botocore reads nothing of it")
    draft = _Draft(document)
    for change in changes:
        draft.make(change)
    if not draft.touched:
        return document
    changed = parse("".join(draft.lines()).encode())
    if changed.faults:
        raise EditRefused("this change", changed.faults[0].message)
    return changed


def header_for(kind: SectionKind, name: str) -> str:
    """Return the header of a section, without brackets, that botocore reads as `name`.

    A name with blanks or quotes is quoted as the AWS CLI does. The profile `default` has the
    header `default`. Raises `EditRefused` for a name with a newline or control character.
    """
    _refuse_unwritable("the name of a section", name)
    if kind is SectionKind.COMMON:
        return "DEFAULT"
    if kind in {SectionKind.DEFAULT, SectionKind.OTHER} or (kind, name) == (
        SectionKind.PROFILE,
        "default",
    ):
        return name
    plain = bool(name) and not any(character in " '\"\\" for character in name)
    return f"{kind} {name if plain else shlex.quote(name)}"


def line_ending(document: Document, number: int) -> str:
    """Return how a line after line `number` (0: at the top) should end: as that one, or the first."""
    lines = document.lines
    near = _ending(lines[number - 1]) if number else ""
    return near or (_ending(lines[0]) if lines else "") or "\n"


class _Draft:
    """Changes that are gathered by line, and not yet made."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._sections = {section.header: section for section in document.sections}
        self._meanings = {_meaning(section) for section in document.sections}
        # by index in `document.lines`: what stands for a line, and what goes in before it
        self._instead: dict[int, str] = {}
        self._settings: defaultdict[int, list[str]] = defaultdict(list)
        self._added: defaultdict[int, list[str]] = defaultdict(list)

    @property
    def touched(self) -> bool:
        """Whether there is anything to do."""
        return bool(self._instead or self._settings or self._added)

    def lines(self) -> list[str]:
        """The lines with the changes in them."""
        lines: list[str] = []
        for index, line in enumerate((*self._document.lines, "")):
            # settings first: they belong to the section above
            for added in (*self._settings.get(index, ()), *self._added.get(index, ())):
                if lines and not _ending(lines[-1]):
                    lines[-1] += self._ending_near(index)
                lines.append(added)
            if kept := self._instead.get(index, line):
                lines.append(kept)
        return lines

    def make(self, change: Change) -> None:
        """Gather one change. Raises `EditRefused`."""
        match change:
            case SetValue():
                self._set_value(change)
            case RemoveKey():
                self._remove_key(change)
            case RenameKey():
                self._rename_key(change)
            case RenameSection():
                self._rename_section(change)
            case RemoveSection():
                self._remove_section(change)
            case AddSection():
                self._add_section(change)

    def _set_value(self, change: SetValue) -> None:
        _refuse_unwritable_setting(change.key, change.value)
        section = self._section(change.section)
        entry = _entry(section, change.key)
        if entry is None:
            line = _setting(self._indent_in(section), change.key, change.value)
            self._settings[section.last].append(line + self._ending_near(section.last))
        elif entry.nested or entry.value != change.value:
            self._drop(entry)
            index = entry.first - 1
            self._instead[index] = _with_value(self._document.lines[index], change.value)

    def _remove_key(self, change: RemoveKey) -> None:
        entry = _entry(self._section(change.section), change.key)
        if entry is not None:
            self._drop(entry)

    def _rename_key(self, change: RenameKey) -> None:
        _refuse_unwritable_setting(change.to, "")
        entry = _entry(self._section(change.section), change.key)
        if entry is not None:
            index = entry.first - 1
            line = self._document.lines[index]
            start = len(indent_of(line))
            self._instead[index] = f"{line[:start]}{change.to}{line[start + len(entry.key) :]}"

    def _rename_section(self, change: RenameSection) -> None:
        meaning = _meaning(_section_headed(change.header))
        if meaning in self._meanings:
            raise EditRefused(f"a section [{change.header}]", "there is one already")
        self._meanings.add(meaning)
        section = self._section(change.section)
        index = section.line - 1
        line = self._document.lines[index]
        start = line.index("[") + 1
        rest = line[start + len(section.header) :]
        self._instead[index] = f"{line[:start]}{change.header}{rest}"

    def _remove_section(self, change: RemoveSection) -> None:
        section = self._section(change.section)
        self._instead[section.line - 1] = ""
        for entry in section.entries:
            self._drop(entry)

    def _add_section(self, change: AddSection) -> None:
        meaning = _meaning(_section_headed(change.header))
        if meaning in self._meanings:
            raise EditRefused(f"a section [{change.header}]", "there is one already")
        self._meanings.add(meaning)
        last = self._document.sections[-1] if self._document.sections else None
        after = last if change.after is None else self._section(change.after)
        at = len(self._document.lines) if change.after is None or after is None else after.last
        indent = self._indent_in(after) if after is not None else ""
        lines = [f"{indent}[{change.header}]"]
        for key, value in change.entries:
            _refuse_unwritable_setting(key, value)
            lines.append(_setting(indent, key, value))
        if self._added[at] or (at > 0 and self._document.lines[at - 1].strip()):
            lines.insert(0, "")
        self._added[at] += [line + self._ending_near(at) for line in lines]

    def _section(self, section: Section) -> Section:
        found = self._sections.get(section.header)
        if found is None:
            raise EditRefused(f"section [{section.header}]", "the file has none")
        return found

    def _drop(self, entry: Entry) -> None:
        for index in range(entry.first - 1, entry.last):
            if not is_blank_or_comment(self._document.lines[index]):
                self._instead[index] = ""

    def _indent_in(self, section: Section) -> str:
        """The blanks that keep a line after the section's last from continuing or being continued.

        Settings of a section are never indented deeper than the one before. Where there is none,
        the header that follows must not be deeper than the new line.
        """
        if section.entries:
            return indent_of(self._document.lines[section.entries[-1].first - 1])
        lines = self._document.lines
        for index in range(section.line, len(lines)):
            if not is_blank_or_comment(lines[index]):
                return indent_of(lines[index])
        return ""

    def _ending_near(self, index: int) -> str:
        return line_ending(self._document, index)


def _entry(section: Section, key: str) -> Entry | None:
    name = key.lower()
    return next((entry for entry in section.entries if entry.name == name), None)


def _setting(indent: str, key: str, value: str) -> str:
    return f"{indent}{key} = {value}".rstrip()


def _with_value(line: str, value: str) -> str:
    """The line of a key with another value; spelling, delimiter and spacing stay."""
    ending = _ending(line)
    delimiter = _DELIMITER.search(line)
    cut = delimiter.end() if delimiter else len(line)
    rest = line[cut:]
    blanks = indent_of(rest) if rest.strip() else indent_of(line[: cut - 1][::-1])[:1]
    return f"{line[:cut]}{blanks}{value}".rstrip() + ending


def _ending(line: str) -> str:
    ending = _ENDING.search(line)
    return ending[0] if ending else ""


def _section_headed(header: str) -> Section:
    _refuse_unwritable("the header of a section", header)
    sections = parse(f"[{header}]".encode()).sections
    if not sections or sections[0].header != header or sections[0].name is None:
        raise EditRefused(f"a section [{header}]", "botocore would not read it as one")
    return sections[0]


def _meaning(section: Section) -> tuple[SectionKind, str | None]:
    """Two sections with one meaning hide each other, however their headers are spelt."""
    if section.kind is SectionKind.DEFAULT:
        return SectionKind.PROFILE, section.name
    return section.kind, section.name


def _refuse_unwritable_setting(key: str, value: str) -> None:
    _refuse_unwritable("the name of a key", key)
    if not key or key.strip() != key or key[0] in "#;[" or _DELIMITER.search(key):
        raise EditRefused(f"Invalid key {key}", "botocore would not read it as one")
    _refuse_unwritable(f"Invalid value for key {key}", value)
    if value.strip() != value:
        raise EditRefused(f"Invalid value for key {key}", "blanks at its ends would be lost")


def _refuse_unwritable(what: str, text: str) -> None:
    if "\n" in text or "\r" in text:
        raise EditRefused(what, "newline characters and carriage returns are not allowed")
    if any(unicodedata.category(character) in _NOT_WRITTEN for character in text):
        raise EditRefused(what, "control characters are not allowed")
