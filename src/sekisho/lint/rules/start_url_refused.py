"""A start URL that the AWS CLI does not sign in to.

What it finds
-------------
A start URL that does not begin with `https://`, and one without a host.

A company's own URL (`https://sso.example.com`) is asked where it leads at the login, which lint does
not: it needs no network.

Why it matters
--------------
Since 2.35.13 the AWS CLI ends the login there: `The sso_start_url must use the https scheme.`

What to do
----------
Write the URL that the access portal shows: `https://NAME.awsapps.com/start`.
"""

from collections.abc import Iterator
from urllib.parse import urlsplit

from sekisho.lint.rule import Case, Found, Rule, Severity
from sekisho.lint.subject import Subject
from sekisho.lint.wording import where

__all__ = ["RULE"]

_KEY = "sso_start_url"


def _check(subject: Subject) -> Iterator[Found]:
    for said in subject.texts(_KEY):
        why = _why(said.value)
        if why is not None:
            yield Found(
                place=subject.value(said.setting),
                message=f'nobody can sign in to the start URL "{said.value}"',
                effect=why,
                do=f"write `{_KEY} = https://NAME.awsapps.com/start` in {where(said.setting)}",
                profiles=said.profiles,
            )


def _why(url: str) -> str | None:
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return f"Invalid sso_start_url: '{url}'"
    if parts.scheme != "https":
        return "The sso_start_url must use the https scheme."
    return None if host else f"Invalid sso_start_url: '{url}'"


RULE = Rule(
    id="SK305",
    name="start-url-refused",
    severity=Severity.ERROR,
    doc=__doc__,
    check=_check,
    bad=(
        Case(
            "plain http",
            """\
[sso-session hoge]
sso_start_url = http://hoge.awsapps.com/start
sso_region = us-east-1
""",
            lines=(2,),
            says=("The sso_start_url must use the https scheme.",),
        ),
        Case(
            "no scheme, no host, nothing at all",
            """\
[profile a]
sso_start_url = hoge.awsapps.com/start
[profile b]
sso_start_url = https:///start
[profile c]
sso_start_url =
""",
            lines=(2, 4, 6),
        ),
    ),
    good=(
        Case(
            "AWS's, and a company's own",
            """\
[sso-session hoge]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1

[sso-session own]
sso_start_url = https://sso.example.com
sso_region = us-east-1
""",
        ),
    ),
)
