"""An sso-session without `sso_registration_scopes`: signed in by device code it cannot refresh.

What it finds
-------------
An `[sso-session]` section that has no `sso_registration_scopes`, or an empty one.

Why it matters
--------------
With the default sign-in the AWS CLI asks for `sso:account:access` by itself. With
`--use-device-code`, over SSH or in a container, it asks for nothing, and the service then issues no
refresh token: the session ends without a warning after its first token. Other tools leave the
default out, too.

What to do
----------
Write `sso_registration_scopes = sso:account:access`. The next sign-in registers anew.
"""

from collections.abc import Iterator

from sekisho.awsconfig.changes import SetValue
from sekisho.awsconfig.profiles import SsoSession
from sekisho.lint.rule import Case, Fix, Fixable, Found, Rule, Severity
from sekisho.lint.subject import Subject

__all__ = ["RULE"]

_KEY, _SCOPE = "sso_registration_scopes", "sso:account:access"


def _check(subject: Subject) -> Iterator[Found]:
    for session in subject.facts.sessions.values():
        scopes = session.text(_KEY)
        if session.settings and not (scopes or "").strip(" ,"):
            yield Found(
                place=subject.header(session),
                message=f"[sso-session {session.name}] has no {_KEY}",
                effect="Signed in by a device code, its token cannot refresh.",
                do=f"add `{_KEY} = {_SCOPE}` to [sso-session {session.name}], line "
                f"{session.line} of {session.file}",
                fix=_fix(subject, session),
            )


def _fix(subject: Subject, session: SsoSession) -> Fix | None:
    section = subject.section_at(session)
    return None if section is None else Fix((SetValue(section, _KEY, _SCOPE),), Fixable.UNSAFE)


RULE = Rule(
    id="SK204",
    name="scopes-missing",
    severity=Severity.WARNING,
    doc=__doc__,
    check=_check,
    bad=(
        Case(
            "no scopes at all",
            """\
[sso-session hoge]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
""",
            lines=(1,),
            says=("[sso-session hoge] has no sso_registration_scopes",),
            fixed="""\
[sso-session hoge]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
sso_registration_scopes = sso:account:access
""",
        ),
        Case(
            "an empty list",
            """\
[sso-session hoge]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
sso_registration_scopes =
""",
            lines=(1,),
            fixed="""\
[sso-session hoge]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
sso_registration_scopes = sso:account:access
""",
        ),
    ),
    good=(
        Case(
            "the scope of the access portal",
            """\
[sso-session hoge]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
sso_registration_scopes = sso:account:access
""",
        ),
    ),
)
