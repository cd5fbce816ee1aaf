"""A section of the config file has a profile's settings, and no `profile` before its name.

What it finds
-------------
A section such as `[dev]` in the config file that has a key of AWS's in it. `[default]` needs no
word, and in the credentials file no section does.

Why it matters
--------------
AWS tools do not see it: `The config profile (dev) could not be found`.

What to do
----------
Write `[profile dev]`.
"""

from collections.abc import Iterator

from sekisho.awsconfig.changes import RenameSection
from sekisho.awsconfig.document import Section, SectionKind
from sekisho.awsconfig.edit import header_for
from sekisho.awsconfig.known_keys import KNOWN_KEYS
from sekisho.lint.rule import Case, Fix, Fixable, Found, Rule, Severity
from sekisho.lint.subject import Subject
from sekisho.model import ProfileName

__all__ = ["RULE"]

_WORDS = ("plugins", "preview")
"""Sections of the AWS CLI's own."""


def _check(subject: Subject) -> Iterator[Found]:
    for section in subject.config.document.sections:
        if _is_meant_as_profile(section):
            name = section.header.strip()
            taken = ProfileName(name) in subject.facts.profiles
            yield Found(
                place=subject.config.point(section.line),
                message=f'[{section.header}] is no profile: the word "profile" is missing',
                effect=f"The config profile ({name}) could not be found"
                if not taken
                else f"There is another profile {name}: what stands here counts for nothing.",
                do=f"write [profile {name}] in line {section.line} of {subject.config.path}",
                fix=Fix(
                    (RenameSection(section, header_for(SectionKind.PROFILE, name)),),
                    Fixable.UNSAFE,
                ),
            )


def _is_meant_as_profile(section: Section) -> bool:
    """One word, and something under it that AWS tools would read."""
    return (
        section.kind is SectionKind.OTHER
        and section.header not in _WORDS
        and len(section.header.split()) == 1
        and any(entry.name in KNOWN_KEYS for entry in section.entries)
    )


RULE = Rule(
    id="SK212",
    name="profile-without-the-word",
    severity=Severity.ERROR,
    doc=__doc__,
    check=_check,
    bad=(
        Case(
            "as it would stand in the credentials file",
            """\
[dev]
sso_session = hoge
sso_account_id = 123456789012
""",
            lines=(1,),
            says=("The config profile (dev) could not be found",),
            fixed="""\
[profile dev]
sso_session = hoge
sso_account_id = 123456789012
""",
        ),
    ),
    good=(
        Case(
            "default needs no word, and other sections are no profiles",
            """\
[default]
region = us-east-1

[plugins]
cli_legacy_plugin_path = none

[team]
colour = green
""",
            credentials="""\
[dev]
aws_access_key_id = AKIAFAKEFAKEFAKEFAKE
""",
        ),
    ),
)
