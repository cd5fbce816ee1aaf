"""Reading YAML nodes strictly: what is there, of which kind, and in which line."""

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Never

import yaml

from sekisho.errors import DirectoryInvalid
from sekisho.secret import Secret

__all__ = ["Reader"]

_DURATION = re.compile(r"([1-9][0-9]{0,6})([smhd])")
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_STR, _NULL = "tag:yaml.org,2002:str", "tag:yaml.org,2002:null"
_BOOL = "tag:yaml.org,2002:bool"


@dataclass(frozen=True, slots=True)
class Reader:
    """One node of the file, and what may be asked of it. Everything raises `DirectoryInvalid`."""

    path: Path
    node: yaml.Node | None
    """`None` for an empty file."""
    label: str = "the file"
    """What this node is, for messages."""

    @property
    def line(self) -> int:
        """The line on which the node begins, from 1."""
        return 1 if self.node is None else self.node.start_mark.line + 1

    def refuse(self, reason: str) -> Never:
        """Say what is wrong with this node."""
        raise DirectoryInvalid(self.path, self.line, f"{self.label}: {reason}")

    def mapping(self, *known: str) -> dict[str, "Reader"]:
        """Return the values of a mapping by key; a key that is not `known` is refused."""
        if self.node is None or self._is_null():
            return {}
        if not isinstance(self.node, yaml.MappingNode):
            self.refuse("it has to be a mapping (key: value)")
        found: dict[str, Reader] = {}
        for key_node, value_node in self.node.value:
            key = Reader(self.path, key_node, "a key").text()
            value = Reader(self.path, value_node, key)
            if key not in known:
                near = difflib.get_close_matches(key, known, n=1)
                meant = f'; did you mean "{near[0]}"?' if near else f" (known: {', '.join(known)})"
                Reader(self.path, key_node, self.label).refuse(f'unknown key "{key}"{meant}')
            if key in found:
                Reader(self.path, key_node, self.label).refuse(f'"{key}" occurs twice')
            found[key] = value
        return found

    def needed(self, entry: Mapping[str, "Reader"], key: str) -> "Reader":
        """Return what this mapping, read as `entry`, has under a `key` that it cannot lack."""
        if key not in entry:
            self.refuse(f"an entry lacks {key}")
        return entry[key]

    def items(self) -> Iterator["Reader"]:
        """Return the members of a list."""
        if self.node is None or self._is_null():
            return
        if not isinstance(self.node, yaml.SequenceNode):
            self.refuse("it has to be a list")
        for child in self.node.value:
            yield Reader(self.path, child, self.label)

    def text(self) -> str:
        """Return text; a number, a date or yes/no without quotes is refused."""
        if not isinstance(self.node, yaml.ScalarNode):
            self.refuse("it has to be text")
        if self.node.tag != _STR:
            self.refuse(f"{self.node.value} has to stand in quotes")
        value: str = self.node.value
        if not value or not value.isprintable():
            self.refuse("it has to be printable text, and not empty")
        return value

    def secret(self) -> Secret:
        """Return text that no message may quote."""
        if isinstance(self.node, yaml.ScalarNode) and self.node.tag != _STR:
            self.refuse("it has to stand in quotes")
        return Secret(self.text())

    def flag(self) -> bool:
        """Return true or false, without quotes; YAML's other words for them are refused."""
        if (
            not isinstance(self.node, yaml.ScalarNode)
            or self.node.tag != _BOOL
            or self.node.value not in ("true", "false")
        ):
            self.refuse("it has to be true or false, without quotes")
        return bool(self.node.value == "true")

    def matching(self, shape: re.Pattern[str], reason: str) -> str:
        """Return text that is of that `shape` as a whole."""
        value = self.text()
        if not shape.fullmatch(value):
            self.refuse(f'"{value}" {reason}')
        return value

    def word(self, *known: str) -> str:
        """Return one of these words, in quotes or not: YAML reads a plain off as false."""
        value = self.node.value if isinstance(self.node, yaml.ScalarNode) else None
        if value not in known:
            near = difflib.get_close_matches(str(value), known, n=1)
            meant = f'; did you mean "{near[0]}"?' if near else ""
            self.refuse(f"it has to be one of {', '.join(known)}{meant}")
        return str(value)

    def texts(self) -> tuple[str, ...]:
        """Return a list of texts, each once."""
        values = tuple(item.text() for item in self.items())
        for value in values:
            if values.count(value) > 1:
                self.refuse(f'"{value}" occurs twice')
        return values

    def seconds(self, *, least: int, most: int) -> int:
        """Return a duration such as 8h, 90m or 30d, in seconds, within its limits."""
        found = _DURATION.fullmatch(self.text())
        seconds = int(found[1]) * _UNITS[found[2]] if found else 0
        if not least <= seconds <= most:
            self.refuse(
                f"it has to be a duration such as 8h, from {least // 60}m to {most // 3600}h"
            )
        return seconds

    def known(self, what: str, names: frozenset[str]) -> str:
        """Return a name that the file declares elsewhere, among `names`."""
        value = self.text()
        if value not in names:
            near = difflib.get_close_matches(value, names, n=1)
            meant = f'; did you mean "{near[0]}"?' if near else ""
            self.refuse(f'there is no {what} "{value}"{meant}')
        return value

    def _is_null(self) -> bool:
        return isinstance(self.node, yaml.ScalarNode) and self.node.tag == _NULL
