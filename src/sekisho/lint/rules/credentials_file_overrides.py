"""The credentials file gives a profile another value than the config file, and wins.

What it finds
-------------
A setting that is no key or token, such as `region` or `sso_account_id`, that both files give one
profile, with different values.

Why it matters
--------------
The credentials file wins, key by key. Whoever edits the config file sees no change, and nothing says
why.

What to do
----------
Remove the setting from the credentials file: it is for keys.
"""

from collections.abc import Iterator

from sekisho.awsconfig.document import Entry, SectionKind
from sekisho.lint.rule import Case, Found, Rule, Severity
from sekisho.lint.subject import Subject
from sekisho.model import ProfileName

__all__ = ["RULE"]

_PROFILES = (SectionKind.PROFILE, SectionKind.DEFAULT)
_SECRET = "aws_"


def _check(subject: Subject) -> Iterator[Found]:
    configured = {
        section.name: {entry.name: entry for entry in section.entries}
        for section in subject.config.document.sections
        if section.kind in _PROFILES
    }
    for section in subject.credentials.document.sections:
        for entry in section.entries:
            in_config = configured.get(section.header, {}).get(entry.name)
            if in_config is not None and _differs(entry, in_config):
                yield Found(
                    place=subject.credentials.value(entry.first),
                    message=f"{entry.name} of profile {section.header} is not what the config file "
                    f"says in line {in_config.first}",
                    effect="This file wins: the config file's value counts for nothing.",
                    do=f"remove line {entry.first} of {subject.credentials.path}",
                    profiles=(ProfileName(section.header),),
                )


def _differs(entry: Entry, in_config: Entry) -> bool:
    return not entry.name.startswith(_SECRET) and entry.value != in_config.value


RULE = Rule(
    id="SK403",
    name="credentials-file-overrides",
    severity=Severity.WARNING,
    doc=__doc__,
    check=_check,
    bad=(
        Case(
            "another Region",
            """\
[profile dev]
region = ap-northeast-1
""",
            credentials="""\
[dev]
region = us-east-1
""",
            credentials_lines=(2,),
            says=("region of profile dev is not what the config file says in line 2",),
        ),
    ),
    good=(
        Case(
            "the same value, and keys, which belong there",
            """\
[profile dev]
region = us-east-1
""",
            credentials="""\
[dev]
region = us-east-1
aws_access_key_id = AKIAFAKEFAKEFAKEFAKE
aws_secret_access_key = fake
""",
        ),
    ),
    looks_around=True,
)
