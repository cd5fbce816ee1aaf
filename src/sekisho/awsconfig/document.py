"""An AWS config file as lossless text: what every line is, and what botocore would refuse.

`render(parse(data)) == data` for any bytes. Which line is what follows Python's
`configparser.RawConfigParser` with its defaults, and botocore's `configloader` on top of it
(`spec/aws-cli.md` §1.2). The text is read as UTF-8; botocore takes the locale's encoding, which is
UTF-8 on every system that sekisho supports.
"""

import bisect
import io
import re
import shlex
from enum import StrEnum

from sekisho.values import dataclass

__all__ = [
    "Document",
    "Entry",
    "Fault",
    "FaultKind",
    "Section",
    "SectionKind",
    "indent_of",
    "is_blank_or_comment",
    "parse",
    "render",
]

_BOM = "\ufeff"
_UNDECODABLE = re.compile("[\udc80-\udcff]")
"""What the error handler `surrogateescape` leaves of a byte that is not UTF-8."""
_PLAIN_HEADER = re.compile(r"[^ \t'\"\\]+[ \t]+([^ \t'\"\\]+)[ \t]*")
"""Two words without quoting: what nearly every header is, and `shlex` need not be asked."""


class SectionKind(StrEnum):
    """What a section header means in the config file.

    In the credentials file every header is a profile's name, as it stands.
    """

    DEFAULT = "default"
    """`[default]`: the profile of that name."""
    PROFILE = "profile"
    SSO_SESSION = "sso-session"
    SERVICES = "services"
    SEKISHO_SESSION = "sekisho-session"
    """`[sekisho-session NAME]`: the session of guarded profiles, which AWS tools pass over."""
    COMMON = "common"
    """`[DEFAULT]` in capitals: configparser adds its keys to every other section."""
    OTHER = "other"


class FaultKind(StrEnum):
    """Why botocore refuses the whole file."""

    BOM = "bom"
    UNDECODABLE = "undecodable"
    BEFORE_HEADER = "before-header"
    NONSENSE = "nonsense"
    DUPLICATE_SECTION = "duplicate-section"
    DUPLICATE_KEY = "duplicate-key"
    NESTED_WITHOUT_EQUALS = "nested-without-equals"


@dataclass(frozen=True, slots=True)
class Fault:
    """One place that makes botocore refuse the file."""

    line: int
    """From 1."""
    column: int
    """In characters, from 1."""
    kind: FaultKind
    message: str
    """In words, without any value of the file in it: values may be secrets."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One setting: a key with its value, which may go on over several lines."""

    key: str
    """As spelt in the file."""
    name: str
    """As botocore knows it: lower-cased; inside a nested block the case is kept."""
    value: str
    """Stripped. Continuation lines are joined by newlines; a nested block starts with one."""
    first: int
    """The number of the line that has the key, from 1."""
    last: int
    """The number of the last line that belongs to the value."""
    nested: tuple["Entry", ...]
    """The settings of a nested block; of several with one key the last counts."""


@dataclass(frozen=True, slots=True)
class Section:
    """A header and the settings under it."""

    kind: SectionKind
    name: str | None
    """The name after shell unquoting; `None` where botocore drops the section, and for COMMON."""
    header: str
    """The text between the brackets, as it stands."""
    line: int
    """The number of the header's line, from 1."""
    entries: tuple[Entry, ...]

    @property
    def last(self) -> int:
        """The number of the last line that the section owns: comments after it are nobody's."""
        return self.entries[-1].last if self.entries else self.line


@dataclass(frozen=True, slots=True)
class Document:
    """A whole file."""

    lines: tuple[str, ...]
    """Every line with the line ending that it has."""
    sections: tuple[Section, ...]
    """In the order of the file; those that botocore drops, or refuses, too."""
    faults: tuple[Fault, ...]
    """In the order of the lines; empty when botocore reads the file."""

    def section_above(self, line: int) -> Section | None:
        """Return the last section whose header stands on `line` or above it."""
        index = bisect.bisect_right(self.sections, line, key=lambda section: section.line)
        return self.sections[index - 1] if index else None


def parse(data: bytes) -> Document:
    """Read `data`, whatever it holds. Raises nothing: what is wrong stands in `faults`."""
    text = data.decode("utf-8", "surrogateescape")
    lines = tuple(io.StringIO(text, newline=""))  # breaks at \n, \r and \r\n only, and keeps them
    reader = _Reader(lines)
    if text.startswith(_BOM):
        reader.fault(1, 1, FaultKind.BOM, "the file starts with a byte order mark (BOM)")
    if not text.isascii():
        _find_undecodable(reader)
    for number, line in enumerate(lines, 1):
        reader.feed(number, line if number > 1 else line.removeprefix(_BOM))
    reader.finish()
    faults = sorted(reader.faults, key=lambda fault: (fault.line, fault.column))
    return Document(lines, tuple(reader.sections), tuple(faults))


def render(document: Document) -> bytes:
    """Return the bytes that `document` was read from, to the last one."""
    return "".join(document.lines).encode("utf-8", "surrogateescape")


def is_blank_or_comment(line: str) -> bool:
    """Return whether `line` says nothing, wherever it stands."""
    text = line.strip()
    return not text or text[0] in "#;"


def indent_of(line: str) -> str:
    """Return the blanks that `line` starts with."""
    return line[: len(line) - len(line.lstrip())]


def _find_undecodable(reader: "_Reader") -> None:
    for number, line in enumerate(reader.lines, 1):
        if byte := _UNDECODABLE.search(line):
            reader.fault(
                number, byte.start() + 1, FaultKind.UNDECODABLE, "a byte that is not UTF-8"
            )


def _meaning(header: str) -> tuple[SectionKind, str | None]:
    """What botocore's `build_profile_map` makes of a header; and sekisho of its own."""
    if header == "DEFAULT":
        return SectionKind.COMMON, None
    # only the start is compared: `[profilefoo bar]` is the profile bar
    for kind in (SectionKind.PROFILE, SectionKind.SSO_SESSION, SectionKind.SERVICES):
        if header.startswith(kind):
            return kind, _second_word(header)
    if header.split(maxsplit=1)[:1] == [SectionKind.SEKISHO_SESSION] and not header[0].isspace():
        return SectionKind.SEKISHO_SESSION, _second_word(header)
    return (SectionKind.DEFAULT if header == "default" else SectionKind.OTHER), header


def _second_word(header: str) -> str | None:
    if plain := _PLAIN_HEADER.fullmatch(header):
        return plain[1]
    try:
        words = shlex.split(header)
    except ValueError:
        return None
    return words[1] if len(words) == 2 else None


class _Reader:
    """configparser's state, fed line by line. Goes on after a fault, for those who want all."""

    def __init__(self, lines: tuple[str, ...]) -> None:
        self.lines = lines
        self.sections: list[Section] = []
        self.faults: list[Fault] = []
        self._headers: dict[str, int] = {}
        self._header: str | None = None
        self._line = 0
        self._entries: list[Entry] = []
        self._keys: dict[str, int] = {}
        self._common_keys: dict[str, int] = {}
        self._common_faults: dict[str, list[Fault]] = {}
        self._indent = 0
        # the setting that further lines may continue, and those lines with their numbers
        self._open = False
        self._key = self._name = self._value = ""
        self._first = 0
        self._more: list[tuple[int, str]] = []
        self._stray = False

    def fault(self, line: int, column: int, kind: FaultKind, message: str) -> None:
        self.faults.append(Fault(line, column, kind, message))

    def feed(self, number: int, line: str) -> None:
        text = line.strip()
        if not text:
            if self._open:
                self._more.append((number, ""))
            return
        first = text[0]
        if first in "#;":
            return
        indent = 0 if line[0] == first else len(line) - len(line.lstrip())
        if self._open and indent > self._indent:
            self._more.append((number, text))
            return
        self._indent = indent
        if first == "[" and (end := text.rfind("]")) > 1:  # greedy: up to the last bracket
            self._open_section(number, text[1:end])
        elif self._header is not None:
            self._open_entry(number, text)
        elif not self._stray:
            self._stray = True
            kind = FaultKind.BEFORE_HEADER
            self.fault(number, indent + 1, kind, "text before the first [section]")

    def finish(self) -> None:
        self._close_section()
        # botocore meets a nested block of [DEFAULT] only in the sections that inherit it
        for name, faults in self._common_faults.items():
            if any(
                all(entry.name != name for entry in section.entries)
                for section in self.sections
                if section.kind is not SectionKind.COMMON
            ):
                self.faults += faults

    def _open_section(self, number: int, header: str) -> None:
        self._close_section()
        common = header == "DEFAULT"
        if header in self._headers and not common:
            message = f"section [{header}] is here twice; the first is at line "
            message += str(self._headers[header])
            self.fault(number, self._indent + 1, FaultKind.DUPLICATE_SECTION, message)
        self._headers.setdefault(header, number)
        self._header, self._line = header, number
        self._keys = self._common_keys if common else {}

    def _close_section(self) -> None:
        if self._open:
            self._close_entry()
        if self._header is not None:
            kind, name = _meaning(self._header)
            entries = tuple(self._entries)
            self.sections.append(Section(kind, name, self._header, self._line, entries))
            self._entries.clear()

    def _open_entry(self, number: int, text: str) -> None:
        key, delimiter, value = text.partition("=")
        if ":" in key:
            key, delimiter, value = text.partition(":")
        key = key.rstrip()
        if not delimiter or not key:
            what = "a value without a key" if delimiter else "neither a [section] nor `key = value`"
            self.fault(number, self._indent + 1, FaultKind.NONSENSE, what)
            return
        if self._open:
            self._close_entry()
        name = key.lower()
        before = self._keys.setdefault(name, number)
        if before != number:
            message = f"key {name} is in this section twice; the first is at line {before}"
            self.fault(number, self._indent + 1, FaultKind.DUPLICATE_KEY, message)
        self._open, self._first = True, number
        self._key, self._name, self._value = key, name, value.strip()

    def _close_entry(self) -> None:
        self._open = False
        first = last = self._first
        value = self._value
        nested: tuple[Entry, ...] = ()
        if self._more:
            more, self._more = self._more, []
            while more and not more[-1][1]:
                del more[-1]  # blank lines at the end are no part of the value
            if more:
                last = more[-1][0]
                nested = () if value else self._nested(more)
                value = "\n".join((value, *(text for _, text in more)))
        self._entries.append(Entry(self._key, self._name, value, first, last, nested))

    def _nested(self, lines: list[tuple[int, str]]) -> tuple[Entry, ...]:
        entries = []
        for number, line in lines:
            # as botocore does: it breaks lines at more characters than configparser
            for piece in map(str.strip, line.splitlines()):
                key, equals, value = piece.partition("=")
                if equals:
                    key = key.strip()
                    entries.append(Entry(key, key, value.strip(), number, number, ()))
                elif piece:
                    self._nested_fault(number)
        return tuple(entries)

    def _nested_fault(self, number: int) -> None:
        column = len(indent_of(self.lines[number - 1])) + 1
        message = "a line of a nested block without `=`"
        fault = Fault(number, column, FaultKind.NESTED_WITHOUT_EQUALS, message)
        if self._header == "DEFAULT":
            self._common_faults.setdefault(self._name, []).append(fault)
        else:
            self.faults.append(fault)
