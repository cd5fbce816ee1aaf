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

from sekisho.lint.mending import rewritten
from sekisho.lint.rule import Case, Found, Rule, Severity
from sekisho.lint.subject import Said, Subject
from sekisho.lint.wording import has_comment, where
from sekisho.wire.start_url import normalised

__all__ = ["RULE"]

_KEY = "sso_start_url"


def _check(subject: Subject) -> Iterator[Found]:
    spelt: dict[str, dict[str, list[Said]]] = {}
    for said in subject.texts(_KEY):
        if not has_comment(said.value):
            spelt.setdefault(normalised(said.value), {}).setdefault(said.value, []).append(said)
    for spellings in spelt.values():
        commonest = max(spellings, key=lambda url: (len(spellings[url]), -len(url)))
        for url, places in spellings.items():
            if url != commonest:
                for said in places:
                    yield _found(subject, said, commonest)


def _found(subject: Subject, said: Said, commonest: str) -> Found:
    return Found(
        place=subject.value(said.setting),
        message=f"the start URL {said.value} is spelt {commonest} elsewhere",
        effect="In the legacy form each spelling has a token of its own: a login by one does not "
        "open the other.",
        do=f"write `{_KEY} = {commonest}` in {where(said.setting)}",
        profiles=said.profiles,
        fix=rewritten(subject, said.setting, _KEY, commonest),
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
