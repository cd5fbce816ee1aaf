"""An AWS config file as lossless text: what every line is, and what botocore would refuse.

`render(parse(data)) == data` for any bytes. Which line is what follows Python's
`configparser.RawConfigParser` with its defaults, and botocore's `configloader` on top of it
(`spec/aws-cli.md` §1.2). The text is read as UTF-8; botocore takes the locale's encoding, which is
UTF-8 on every system that sekisho supports.
"""

import io
import re
import shlex
from dataclasses import dataclass
from enum import StrEnum

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
        reader.feed(number, line)
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
    """What botocore's `build_profile_map` makes of a header."""
    if header == "DEFAULT":
        return SectionKind.COMMON, None
    # only the start is compared: `[profilefoo bar]` is the profile bar
    for kind in (SectionKind.PROFILE, SectionKind.SSO_SESSION, SectionKind.SERVICES):
        if header.startswith(kind):
            return kind, _second_word(header)
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
        self._key = self._name = ""
        # the value that further lines may continue, and the number of each of its lines
        self._value: list[str] = []
        self._numbers: list[int] = []
        self._stray = False

    def fault(self, line: int, column: int, kind: FaultKind, message: str) -> None:
        self.faults.append(Fault(line, column, kind, message))

    def feed(self, number: int, line: str) -> None:
        if number == 1:
            line = line.removeprefix(_BOM)
        text = line.strip()
        if not text:
            if self._value:
                self._value.append("")
                self._numbers.append(number)
            return
        first = text[0]
        if first in "#;":
            return
        indent = 0 if line[0] == first else len(line) - len(line.lstrip())
        if self._value and indent > self._indent:
            self._value.append(text)
            self._numbers.append(number)
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
        self._close_entry()
        if self._header is not None:
            kind, name = _meaning(self._header)
            entries = tuple(self._entries)
            self.sections.append(Section(kind, name, self._header, self._line, entries))
            self._entries.clear()

    def _open_entry(self, number: int, text: str) -> None:
        equals, colon = text.find("="), text.find(":")
        cut = equals if colon < 0 or 0 <= equals < colon else colon
        if cut < 1:
            message = "neither a [section] nor `key = value`" if cut else "a value without a key"
            self.fault(number, self._indent + 1, FaultKind.NONSENSE, message)
            return
        self._close_entry()
        key = text[:cut].rstrip()
        name = key.lower()
        if (before := self._keys.setdefault(name, number)) != number:
            message = f"key {name} is in this section twice; the first is at line {before}"
            self.fault(number, self._indent + 1, FaultKind.DUPLICATE_KEY, message)
        self._key, self._name = key, name
        self._value, self._numbers = [text[cut + 1 :].strip()], [number]

    def _close_entry(self) -> None:
        lines, numbers = self._value, self._numbers
        if not lines:
            return
        self._value = []
        nested: tuple[Entry, ...] = ()
        while len(lines) > 1 and not lines[-1]:
            del lines[-1]  # blank lines at the end are no part of the value
        if len(lines) > 1 and not lines[0]:
            nested = self._nested(lines, numbers)
        self._entries.append(
            Entry(
                self._key, self._name, "\n".join(lines), numbers[0], numbers[len(lines) - 1], nested
            )
        )

    def _nested(self, lines: list[str], numbers: list[int]) -> tuple[Entry, ...]:
        entries = []
        for line, number in zip(lines, numbers, strict=False):
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
