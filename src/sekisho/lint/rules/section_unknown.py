"""A section that AWS tools pass over: its header is not one that they know.

What it finds
-------------
A header of the config file that is nearly one of AWS's: `[Profile dev]`, `[sso_session hoge]`,
`[ profile dev ]`, or one whose name AWS tools drop: `[profile my dev]` (three words), `[profile]`.
The same of sekisho's own, `[sekisho-session hoge]`.

Why it matters
--------------
Nothing under it is read, and nobody says so: `The config profile (dev) could not be found`.

What to do
----------
Write `[profile NAME]`, `[sso-session NAME]` or `[services NAME]`, in small letters, without blanks
inside the brackets. A name with a blank in it is put in quotes.
"""

import re
import shlex
from collections.abc import Iterator

from sekisho.awsconfig.changes import RenameSection
from sekisho.awsconfig.document import Section, SectionKind
from sekisho.awsconfig.settings import nearest
from sekisho.lint.rule import Case, Fix, Fixable, Found, Rule, Severity
from sekisho.lint.subject import Subject

__all__ = ["RULE"]

_KINDS = tuple(str(kind) for kind in (SectionKind.PROFILE, SectionKind.SSO_SESSION))
_WORDS = (*_KINDS, str(SectionKind.SERVICES), str(SectionKind.SEKISHO_SESSION))
_SPLIT = re.compile(r"\s*([^\s'\"]+)\s*(.*?)\s*", re.DOTALL)


def _check(subject: Subject) -> Iterator[Found]:
    for section in subject.config.document.sections:
        meant = _meant(section)
        if meant is not None:
            header, why = meant
            reader = "sekisho" if header.startswith(SectionKind.SEKISHO_SESSION) else "AWS tools"
            verb = "knows" if reader == "sekisho" else "know"
            yield Found(
                place=subject.config.point(section.line),
                message=f"[{section.header}] is nothing that {reader} {verb}: {why}",
                effect="None of its settings is read.",
                do=f"write [{header}] in line {section.line} of {subject.config.path}",
                fix=None
                if header.endswith(" NAME")
                else Fix((RenameSection(section, header),), Fixable.UNSAFE),
            )


def _meant(section: Section) -> tuple[str, str] | None:
    """The header that was probably meant, and what is wrong with this one."""
    split = _SPLIT.fullmatch(section.header)
    if split is None or (section.name is not None and section.kind is not SectionKind.OTHER):
        return None
    word, name = split[1], split[2]
    if section.name is None and section.kind is not SectionKind.COMMON:
        if not name:
            return f"{section.kind} NAME", "the name is missing"
        return f"{section.kind} {_quoted(name)}", "the name is more than one word"
    if section.kind is not SectionKind.OTHER or not name:
        return None
    if word in _WORDS:
        return f"{word} {name}", "there are blanks inside the brackets"
    near = nearest(word.lower().replace("_", "-"), _WORDS)
    return None if near is None else (f"{near} {name}", f'"{word}" is not "{near}"')


def _quoted(name: str) -> str:
    return shlex.quote(name.strip("'\""))


RULE = Rule(
    id="SK214",
    name="section-unknown",
    severity=Severity.ERROR,
    doc=__doc__,
    check=_check,
    bad=(
        Case(
            "a capital, an underscore, blanks inside the brackets, a blank in the name",
            """\
[Profile dev]
region = us-east-1
[sso_session hoge]
sso_region = us-east-1
[ profile stg ]
region = us-east-1
[profile my prod]
region = us-east-1
""",
            lines=(1, 3, 5, 7),
            says=('[Profile dev] is nothing that AWS tools know: "Profile" is not "profile"',),
            fixed="""\
[profile dev]
region = us-east-1
[sso-session hoge]
sso_region = us-east-1
[profile stg]
region = us-east-1
[profile 'my prod']
region = us-east-1
""",
        ),
        Case(
            "no name",
            """\
[profile]
region = us-east-1
""",
            lines=(1,),
            says=("the name is missing",),
        ),
        Case(
            "an underscore in a section of sekisho's own",
            """\
[sekisho_session hoge]
sso_region = us-east-1
""",
            lines=(1,),
            says=("[sekisho_session hoge] is nothing that sekisho knows",),
            fixed="""\
[sekisho-session hoge]
sso_region = us-east-1
""",
        ),
    ),
    good=(
        Case(
            "quotes make one word of two; other tools' sections are nothing like AWS's",
            """\
[profile "my prod"]
region = us-east-1

[sekisho-session hoge]
sso_region = us-east-1

[plugins]
x = y

[granted_registry team]
url = none
""",
        ),
    ),
)
