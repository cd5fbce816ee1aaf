"""A role chain begins at a profile that is not there.

What it finds
-------------
A `source_profile` that names no profile, and a `role_arn` with neither `source_profile` nor
`credential_source`.

Why it matters
--------------
The role cannot be assumed: `The source_profile "dve" referenced in the profile "deploy" does not
exist.`

What to do
----------
Correct the name; the finding says which profile's is nearest.
"""

from collections.abc import Iterator

from sekisho.awsconfig.profiles import Profile, Setting
from sekisho.lint.mending import rewritten
from sekisho.lint.rule import Case, Found, Rule, Severity
from sekisho.lint.subject import Subject
from sekisho.lint.wording import Suggestions, where
from sekisho.model import ProfileName

__all__ = ["RULE"]

_KEY = "source_profile"
_SOURCES = (_KEY, "credential_source", "web_identity_token_file")


def _check(subject: Subject) -> Iterator[Found]:
    suggestions = Suggestions(subject.facts.profiles)
    for profile in subject.facts.profiles.values():
        setting = profile.settings.get(_KEY)
        if setting is not None and ProfileName(str(setting.value)) not in subject.facts.profiles:
            near = suggestions.of(str(setting.value))
            yield _missing(subject, profile, setting, near)
        elif "role_arn" in profile.settings and not any(s in profile.settings for s in _SOURCES):
            yield _nowhere(subject, profile)


def _missing(subject: Subject, profile: Profile, setting: Setting, near: str | None) -> Found:
    name = str(setting.value)
    return Found(
        place=subject.value(setting),
        message=f'the source_profile "{name}" of profile {profile.name} does not exist'
        + (f'; did you mean "{near}"?' if near else ""),
        effect=f'The source_profile "{name}" referenced in the profile "{profile.name}" does not '
        "exist.",
        do=f"write `{_KEY} = {near or 'NAME'}` in {where(setting)}",
        profiles=(profile.name,),
        fix=rewritten(subject, setting, _KEY, near),
    )


def _nowhere(subject: Subject, profile: Profile) -> Found:
    role = profile.settings["role_arn"]
    return Found(
        place=subject.key(role),
        message=f"profile {profile.name} has role_arn, and nothing to assume it with",
        effect="Partial credentials found in assume-role, missing: source_profile or "
        "credential_source",
        do=f"add `{_KEY} = NAME` below {where(role)}",
        profiles=(profile.name,),
    )


RULE = Rule(
    id="SK216",
    name="source-profile-missing",
    severity=Severity.ERROR,
    doc=__doc__,
    check=_check,
    bad=(
        Case(
            "nearly a profile's name",
            """\
[profile deploy]
role_arn = arn:aws:iam::123456789012:role/deployer
source_profile = dve

[profile dev]
region = us-east-1
""",
            lines=(3,),
            says=('did you mean "dev"?', "does not exist."),
            fixed="""\
[profile deploy]
role_arn = arn:aws:iam::123456789012:role/deployer
source_profile = dev

[profile dev]
region = us-east-1
""",
        ),
        Case(
            "no source at all",
            """\
[profile deploy]
role_arn = arn:aws:iam::123456789012:role/deployer
""",
            lines=(2,),
            says=("missing: source_profile or credential_source",),
        ),
    ),
    good=(
        Case(
            "the source is in the credentials file",
            """\
[profile deploy]
role_arn = arn:aws:iam::123456789012:role/deployer
source_profile = base
""",
            credentials="""\
[base]
aws_access_key_id = AKIAFAKEFAKEFAKEFAKE
aws_secret_access_key = fake
""",
        ),
    ),
    looks_around=True,
)
