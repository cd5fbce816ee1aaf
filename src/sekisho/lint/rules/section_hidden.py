"""A section counts for nothing, because a later one is the same profile under another spelling.

What it finds
-------------
Two sections of one config file with one meaning: `[default]` and `[profile default]`,
`[profile dev]` and `[profile "dev"]`, two spellings of one sso-session or services section. (The
same header twice is refused by AWS tools altogether: `config-unreadable`.)

Why it matters
--------------
The later section replaces the earlier one entirely: no key of the earlier one is read, and nobody
says so. The AWS CLI itself adds `[profile default]` below your `[default]` in some cases.

What to do
----------
Move what you need into the later section, and remove the earlier one. `sekisho lint --fix` removes
it, since nothing resolves differently without it; a backup is kept.
"""

from collections.abc import Iterator

from sekisho.awsconfig.changes import RemoveSection
from sekisho.awsconfig.document import Section, SectionKind
from sekisho.lint.rule import Case, Fix, Fixable, Found, Rule, Severity
from sekisho.lint.subject import Subject
from sekisho.model import ProfileName

__all__ = ["RULE"]

_NAMED = (
    SectionKind.DEFAULT,
    SectionKind.PROFILE,
    SectionKind.SSO_SESSION,
    SectionKind.SERVICES,
)


def _check(subject: Subject) -> Iterator[Found]:
    latest: dict[tuple[SectionKind, str], Section] = {}
    for section in reversed(subject.config.document.sections):
        if section.kind not in _NAMED or section.name is None:
            continue
        kind = SectionKind.PROFILE if section.kind is SectionKind.DEFAULT else section.kind
        later = latest.setdefault((kind, section.name), section)
        if later is not section and later.header != section.header:
            yield _found(subject, section, later)


def _found(subject: Subject, section: Section, later: Section) -> Found:
    is_profile = section.kind in (SectionKind.DEFAULT, SectionKind.PROFILE)
    return Found(
        place=subject.config.point(section.line),
        message=f"[{section.header}] is hidden by [{later.header}] in line {later.line}",
        effect="The later section replaces this one entirely: none of these settings counts.",
        do=f"move what you need to line {later.line} of {subject.config.path}, then sekisho lint "
        "--fix",
        profiles=(ProfileName(section.name or ""),) if is_profile else (),
        fix=Fix((RemoveSection(section),), Fixable.SAFE),
    )


RULE = Rule(
    id="SK213",
    name="section-hidden",
    severity=Severity.ERROR,
    doc=__doc__,
    check=_check,
    bad=(
        Case(
            "a [profile default] below [default]",
            """\
[default]
region = ap-northeast-1
output = json

[profile default]
sso_region = us-east-1
""",
            lines=(1,),
            says=("[default] is hidden by [profile default] in line 5",),
            fixed="""\

[profile default]
sso_region = us-east-1
""",
        ),
        Case(
            "one name, with quotes and without",
            """\
[profile 'dev']
region = ap-northeast-1
[profile dev]
region = us-east-1
""",
            lines=(1,),
            fixed="""\
[profile dev]
region = us-east-1
""",
        ),
    ),
    good=(
        Case(
            "a profile and a session may have one name",
            """\
[profile dev]
sso_session = dev

[sso-session dev]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
""",
        ),
    ),
)
