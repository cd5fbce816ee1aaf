"""Several sso-sessions lead to one start URL: their tokens are apart, and mean the same.

What it finds
-------------
Two or more `[sso-session]` sections with one start URL, however it is spelt. It is information:
this is how environments are kept apart.

Why it matters
--------------
Each session has a token in a file of its own, so a login opens the profiles of its session only.
But every one of these tokens is the person's: whoever reads any of them can fetch every role that
the person is assigned, those of the other sessions too.

What to do
----------
Nothing, where you know it. `sekisho reach` shows what each login opens, and what its token could
open.
"""

from collections.abc import Iterator

from sekisho.awsconfig.profiles import SsoSession
from sekisho.lint.rule import Case, Found, Rule, Severity
from sekisho.lint.subject import Subject
from sekisho.lint.wording import listed
from sekisho.wire.start_url import normalised

__all__ = ["RULE"]


def _check(subject: Subject) -> Iterator[Found]:
    by_url: dict[str, list[SsoSession]] = {}
    for session in subject.facts.sessions.values():
        url = session.text("sso_start_url")
        if url:
            by_url.setdefault(normalised(url), []).append(session)
    for url, sharing in by_url.items():
        if len(sharing) > 1:
            names = [session.name for session in sharing]
            yield Found(
                place=subject.value(sharing[1].settings["sso_start_url"]),
                message=f"{len(names)} sso-sessions lead to one start URL: {listed(names)}",
                effect="Their tokens lie in separate files, and each of them can fetch every role "
                f"that the person is assigned at {url}.",
                do="sekisho reach",
            )


RULE = Rule(
    id="SK103",
    name="sessions-with-one-start-url",
    severity=Severity.INFO,
    doc=__doc__,
    check=_check,
    bad=(
        Case(
            "dev and stg have sessions of their own, at one organisation",
            """\
[sso-session hoge-dev]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1

[sso-session hoge-stg]
sso_start_url = https://hoge.awsapps.com/start/#
sso_region = us-east-1
""",
            lines=(6,),
            says=("2 sso-sessions lead to one start URL: hoge-dev, hoge-stg",),
        ),
    ),
    good=(
        Case(
            "two organisations",
            """\
[sso-session hoge]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1

[sso-session fuga]
sso_start_url = https://fuga.awsapps.com/start
sso_region = us-east-1
""",
        ),
    ),
)
