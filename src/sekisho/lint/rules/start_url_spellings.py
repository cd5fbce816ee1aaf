"""One organisation's start URL is spelt in several ways.

What it finds
-------------
Start URLs that lead to one place and differ in a slash at the end, a `#`, or capitals.

Why it matters
--------------
The legacy form keeps its token under the URL exactly as it is spelt: each spelling has a token of
its own, and a login by one does not open the profiles of another. People then sign in twice, and
sign out once.

What to do
----------
Spell it in one way everywhere: `https://NAME.awsapps.com/start`. Profiles of the legacy form need a
new sign-in after that.
"""

from collections.abc import Iterator

from sekisho.awsconfig.changes import SetValue
from sekisho.awsconfig.profiles import Setting
from sekisho.lint.rule import Case, Fix, Fixable, Found, Rule, Severity
from sekisho.lint.subject import Subject
from sekisho.lint.wording import has_comment, where
from sekisho.model import ProfileName
from sekisho.wire.start_url import normalised

__all__ = ["RULE"]

_KEY = "sso_start_url"


def _check(subject: Subject) -> Iterator[Found]:
    spelt: dict[str, dict[str, list[tuple[Setting, tuple[ProfileName, ...]]]]] = {}
    for setting, profiles in _settings(subject):
        url = str(setting.value)
        spelt.setdefault(normalised(url), {}).setdefault(url, []).append((setting, profiles))
    for spellings in spelt.values():
        commonest = max(spellings, key=lambda url: (len(spellings[url]), -len(url)))
        for url, places in spellings.items():
            if url != commonest:
                for setting, profiles in places:
                    yield _found(subject, setting, profiles, url, commonest)


def _settings(subject: Subject) -> Iterator[tuple[Setting, tuple[ProfileName, ...]]]:
    for profile in subject.facts.profiles.values():
        yield from _of(profile.settings.get(_KEY), (profile.name,))
    for session in subject.facts.sessions.values():
        yield from _of(session.settings.get(_KEY), ())


def _of(
    setting: Setting | None, profiles: tuple[ProfileName, ...]
) -> Iterator[tuple[Setting, tuple[ProfileName, ...]]]:
    if setting and isinstance(setting.value, str) and not has_comment(setting.value):
        yield setting, profiles


def _found(
    subject: Subject, setting: Setting, profiles: tuple[ProfileName, ...], url: str, commonest: str
) -> Found:
    section = subject.section_of(setting)
    return Found(
        place=subject.value(setting),
        message=f"the start URL {url} is spelt {commonest} elsewhere",
        effect="In the legacy form each spelling has a token of its own: a login by one does not "
        "open the other.",
        do=f"write `{_KEY} = {commonest}` in {where(setting)}",
        profiles=profiles,
        fix=None if section is None else Fix((SetValue(section, _KEY, commonest),), Fixable.UNSAFE),
    )


RULE = Rule(
    id="SK304",
    name="start-url-spellings",
    severity=Severity.WARNING,
    doc=__doc__,
    check=_check,
    bad=(
        Case(
            "a slash and a # at the end",
            """\
[profile dev]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1

[profile stg]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1

[profile prod]
sso_start_url = https://hoge.awsapps.com/start/#/
sso_region = us-east-1
""",
            lines=(10,),
            says=("is spelt https://hoge.awsapps.com/start elsewhere",),
            fixed="""\
[profile dev]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1

[profile stg]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1

[profile prod]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
""",
        ),
    ),
    good=(
        Case(
            "one spelling, and another organisation",
            """\
[sso-session hoge]
sso_start_url = https://hoge.awsapps.com/start/#
sso_region = us-east-1

[sso-session fuga]
sso_start_url = https://fuga.awsapps.com/start
sso_region = us-east-1
""",
        ),
    ),
)
