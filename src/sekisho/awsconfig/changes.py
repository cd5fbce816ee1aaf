"""What can be changed in a config file that botocore reads. `awsconfig.edit` makes the changes."""

from dataclasses import dataclass

from sekisho.awsconfig.document import Section

__all__ = [
    "AddSection",
    "Change",
    "RemoveKey",
    "RemoveSection",
    "RenameKey",
    "RenameSection",
    "SetValue",
]


@dataclass(frozen=True, slots=True)
class SetValue:
    """Give `key` of `section` this value; a key that is not there is added after the last one."""

    section: Section
    key: str
    value: str


@dataclass(frozen=True, slots=True)
class RemoveKey:
    """Take `key` out of `section`, with all of its value; nothing happens when it is not there."""

    section: Section
    key: str


@dataclass(frozen=True, slots=True)
class RenameKey:
    """Spell `key` of `section` as `to`; its value stays, and so does what goes on below it."""

    section: Section
    key: str
    to: str


@dataclass(frozen=True, slots=True)
class RenameSection:
    """Give `section` another header, without the brackets, as `header_for` makes it."""

    section: Section
    header: str


@dataclass(frozen=True, slots=True)
class RemoveSection:
    """Take `section` out, header and settings; comments that stand between them stay."""

    section: Section


@dataclass(frozen=True, slots=True)
class AddSection:
    """Add a section after the settings of another, or at the end of the file."""

    header: str
    """Without the brackets, as `header_for` makes it."""
    entries: tuple[tuple[str, str], ...]
    after: Section | None


Change = SetValue | RemoveKey | RenameKey | RenameSection | RemoveSection | AddSection
