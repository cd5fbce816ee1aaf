"""An sso-session that no profile names.

What it finds
-------------
An `[sso-session]` section whose name stands in no profile's `sso_session`.

Why it matters
--------------
It may be a leftover, or the other half of a misspelling: the profile that was meant to use it uses
another session, or none. Its token, if it has one, still opens what it opens.

What to do
----------
Remove the section after `sekisho logout --sso-session NAME`, or name it in the profile that it was
made for.
"""

from collections.abc import Iterator

from sekisho.awsconfig.guarded import SESSION_KEY
from sekisho.lint.rule import Case, Found, Rule, Severity
from sekisho.lint.subject import Subject

__all__ = ["RULE"]


def _check(subject: Subject) -> Iterator[Found]:
    named = {
        profile.text(key)
        for profile in subject.facts.profiles.values()
        for key in ("sso_session", SESSION_KEY)
    }
    for session in subject.facts.sessions.values():
        if session.name not in named:
            yield Found(
                place=subject.header(session),
                message=f"no profile names [sso-session {session.name}]",
                effect="A login with --sso-session still makes a token for it, which opens no "
                "profile.",
                do=f"remove the section in line {session.line} of {session.file}, or name it in a "
                f"profile: sso_session = {session.name}",
            )


RULE = Rule(
    id="SK208",
    name="session-unused",
    severity=Severity.INFO,
    doc=__doc__,
    check=_check,
    bad=(
        Case(
            "the profile went, and its session stayed",
            """\
[sso-session hoge-old]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
""",
            lines=(1,),
            says=("no profile names [sso-session hoge-old]",),
        ),
    ),
    good=(
        Case(
            "a profile names it, although it has no account",
            """\
[profile tokens]
sso_session = hoge

[sso-session hoge]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
""",
        ),
    ),
)
