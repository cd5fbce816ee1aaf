"""The fixes that rules offer: a value, a key or a line of one setting.

A setting of `[DEFAULT]` speaks to every section; there is no fix for it, only for a section's own.
"""

from sekisho.awsconfig.changes import RemoveKey, RenameKey, SetValue
from sekisho.awsconfig.profiles import Setting
from sekisho.lint.rule import Fix, Fixable
from sekisho.lint.subject import Subject

__all__ = ["removed", "respelt", "rewritten"]


def rewritten(subject: Subject, setting: Setting, key: str, value: str | None) -> Fix | None:
    """Give `setting` another value; nobody can be sure, so it is unsafe. `None` is no value."""
    section = subject.section_of(setting)
    if section is None or value is None:
        return None
    return Fix((SetValue(section, key, value),), Fixable.UNSAFE)


def respelt(
    subject: Subject, setting: Setting, key: str, to: str, safety: Fixable = Fixable.UNSAFE
) -> Fix | None:
    """Spell the key of `setting` as `to`."""
    section = subject.section_of(setting)
    return None if section is None else Fix((RenameKey(section, key, to),), safety)


def removed(
    subject: Subject, setting: Setting, key: str, safety: Fixable = Fixable.UNSAFE
) -> Fix | None:
    """Take `setting` out, with all of its value."""
    section = subject.section_of(setting)
    return None if section is None else Fix((RemoveKey(section, key),), safety)
