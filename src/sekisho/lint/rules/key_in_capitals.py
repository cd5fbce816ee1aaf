"""A key of AWS's is spelt with capitals, which the AWS CLI reads and cannot edit.

What it finds
-------------
A key that AWS tools know, with a capital letter in it: `SSO_Region`.

Why it matters
--------------
Reading, the AWS CLI does not mind capitals. Writing, it does: `aws configure set region` adds a
second `region` below `Region`, and from then on no AWS tool reads the file any more.

What to do
----------
Spell it in small letters: `sekisho lint --fix` does, since nothing resolves differently.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from sekisho.awsconfig.changes import RenameKey
from sekisho.awsconfig.document import Entry, Section, SectionKind
from sekisho.awsconfig.known_keys import KNOWN_KEYS
from sekisho.awsconfig.profiles import Setting
from sekisho.lint.rule import Case, Fix, Fixable, Found, Rule, Severity
from sekisho.lint.subject import Subject
from sekisho.lint.wording import where
from sekisho.model import ProfileName

__all__ = ["RULE"]

_Spelt = Mapping[tuple[Path, int], tuple[Section, Entry]]
"""Keys with capitals, by file and line."""


def _check(subject: Subject) -> Iterator[Found]:
    spelt = {
        (source.path, entry.first): (section, entry)
        for source in (subject.config, subject.credentials)
        for section in source.document.sections
        if section.kind is not SectionKind.COMMON
        for entry in section.entries
        if entry.key != entry.name and entry.name in KNOWN_KEYS
    }
    if not spelt:
        return
    for profile in subject.facts.profiles.values():
        yield from _in(subject, profile.settings, (profile.name,), spelt)
    for session in subject.facts.sessions.values():
        yield from _in(subject, session.settings, (), spelt)


def _in(
    subject: Subject,
    settings: Mapping[str, Setting],
    profiles: tuple[ProfileName, ...],
    spelt: _Spelt,
) -> Iterator[Found]:
    for name, setting in settings.items():
        if (setting.file, setting.line) in spelt:
            section, entry = spelt[setting.file, setting.line]
            yield Found(
                place=subject.key(setting),
                message=f"{entry.key} has capitals in it",
                effect=f"`aws configure set {name}` would add a second {name}, and no AWS tool "
                "would read the file any more.",
                do=f"write {name} in {where(setting)}",
                profiles=profiles,
                fix=Fix((RenameKey(section, entry.key, name),), Fixable.SAFE),
            )


RULE = Rule(
    id="SK211",
    name="key-in-capitals",
    severity=Severity.INFO,
    doc=__doc__,
    check=_check,
    bad=(
        Case(
            "capitals in two keys",
            """\
[profile dev]
SSO_Region = us-east-1
Region: ap-northeast-1
""",
            lines=(2, 3),
            says=("SSO_Region has capitals in it",),
            fixed="""\
[profile dev]
sso_region = us-east-1
region: ap-northeast-1
""",
        ),
    ),
    good=(
        Case(
            "another tool's key, and a nested block, where case is kept",
            """\
[profile dev]
Team = blue
s3 =
  Max_Concurrent_Requests = 20
""",
        ),
    ),
)
