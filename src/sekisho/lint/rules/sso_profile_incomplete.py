"""Half an SSO profile: some of its keys are there, and others that it needs are not.

What it finds
-------------
1. A profile with an SSO key that lacks one of `sso_account_id` and `sso_role_name`, or, in the
   legacy form, one of `sso_start_url` and `sso_region`.
2. An sso-session that a profile uses and that lacks `sso_start_url` or `sso_region`.

A profile with `sso_session` and neither account nor role is whole: it is for bearer tokens. What is
there under a misspelt key is the business of `misspelt-key`.

Why it matters
--------------
AWS tools refuse it: `The profile "dev" is configured to use SSO but is missing required
configuration: sso_region`. A misspelt key is the usual cause, and is never named.

What to do
----------
Add what is missing. `sekisho configure sso --profile NAME` asks for it.
"""

from collections.abc import Iterator

from sekisho.awsconfig.profiles import Profile, SsoSession, misspelt
from sekisho.lint.rule import Case, Found, Rule, Severity
from sekisho.lint.subject import Subject
from sekisho.model import SessionName

__all__ = ["RULE"]

_ROLE = ("sso_role_name", "sso_account_id")
_SIGN_IN = ("sso_start_url", "sso_region")


def _check(subject: Subject) -> Iterator[Found]:
    reported: set[SessionName] = set()
    for profile in subject.facts.profiles.values():
        name = profile.text("sso_session")
        if name is None:
            if any(key in profile.settings for key in (*_ROLE, *_SIGN_IN)):
                yield from _look_at(subject, profile, (*_ROLE, *_SIGN_IN), profile)
            continue
        session = subject.facts.sessions.get(SessionName(name))
        if session is None:
            continue  # the business of `session-undefined`
        if any(key in profile.settings for key in _ROLE):
            inherited = tuple(key for key in _ROLE if key not in session.settings)
            yield from _look_at(subject, profile, inherited, profile)
        if session.name not in reported:
            reported.add(session.name)
            yield from _look_at(subject, session, _SIGN_IN, profile)


def _look_at(
    subject: Subject, of: Profile | SsoSession, keys: tuple[str, ...], profile: Profile
) -> Iterator[Found]:
    missing = [key for key in keys if key not in of.settings]
    meant = {misspelt(key) for key in of.settings} - of.settings.keys()
    if missing and not meant & {*missing, "sso_session"}:
        what = f"profile {of.name}" if isinstance(of, Profile) else f"[sso-session {of.name}]"
        yield Found(
            place=subject.header(of),
            message=f"{what} lacks {' and '.join(missing)}",
            effect=f'The profile "{profile.name}" is configured to use SSO but is missing required '
            f"configuration: {', '.join(missing)}",
            do=f"add {' and '.join(missing)} below line {of.line} of {of.file}",
            profiles=(profile.name,),
        )


RULE = Rule(
    id="SK210",
    name="sso-profile-incomplete",
    severity=Severity.ERROR,
    doc=__doc__,
    check=_check,
    bad=(
        Case(
            "the role is missing",
            """\
[profile dev]
sso_session = hoge
sso_account_id = 123456789012

[sso-session hoge]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
""",
            lines=(1,),
            says=("profile dev lacks sso_role_name", "is missing required configuration"),
        ),
        Case(
            "the session has no Region; two profiles use it, and it is said once",
            """\
[sso-session hoge]
sso_start_url = https://hoge.awsapps.com/start

[profile dev]
sso_session = hoge
sso_account_id = 123456789012
sso_role_name = AdministratorAccess

[profile stg]
sso_session = hoge
sso_account_id = 210987654321
sso_role_name = AdministratorAccess
""",
            lines=(1,),
            says=("[sso-session hoge] lacks sso_region",),
        ),
        Case(
            "the legacy form without a start URL",
            """\
[profile dev]
sso_region = us-east-1
sso_account_id = 123456789012
sso_role_name = AdministratorAccess
""",
            lines=(1,),
            says=("profile dev lacks sso_start_url",),
        ),
    ),
    good=(
        Case(
            "the session's name stands under a misspelt key",
            """\
[profile dev]
sso_sssion = hoge
sso_account_id = 123456789012
sso_role_name = AdministratorAccess
""",
        ),
        Case(
            "bearer tokens need neither account nor role; the session may bring the role",
            """\
[profile tokens]
sso_session = hoge

[profile dev]
sso_session = hoge
sso_account_id = 123456789012

[sso-session hoge]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
sso_role_name = ReadOnlyAccess
""",
        ),
    ),
)
