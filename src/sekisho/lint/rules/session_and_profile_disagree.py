"""A profile and its sso-session give one key two values.

What it finds
-------------
A key of an `[sso-session]` that a profile of that session has as well, with another value. A slash
at the end is another value; so is a plain `region` in both.

Why it matters
--------------
The AWS CLI's login succeeds, since it reads the session alone. Then every command fails: `The value
for sso_region is inconsistent between profile (eu-west-1) and sso-session (us-east-1).` sekisho
refuses at the login, naming both lines.

What to do
----------
Remove the key from the profile, or correct the session.
"""

from collections.abc import Iterator

from sekisho.awsconfig.profiles import Profile, Setting
from sekisho.lint.mending import removed
from sekisho.lint.rule import Case, Found, Rule, Severity
from sekisho.lint.subject import Subject
from sekisho.lint.wording import where
from sekisho.model import SessionName

__all__ = ["RULE"]

_ROLE_KEYS = frozenset({"sso_account_id", "sso_role_name"})


def _check(subject: Subject) -> Iterator[Found]:
    for profile in subject.facts.profiles.values():
        session = subject.facts.sessions.get(SessionName(profile.text("sso_session") or ""))
        if session is None or not (_ROLE_KEYS & profile.settings.keys()):
            continue  # without account and role the two are never laid over each other
        for key, of_session in session.settings.items():
            own = profile.settings.get(key)
            if own is not None and own.value != of_session.value:
                yield _found(subject, profile, key, own, of_session)


def _found(
    subject: Subject, profile: Profile, key: str, own: Setting, of_session: Setting
) -> Found:
    return Found(
        place=subject.value(own),
        message=f"{key} of profile {profile.name} is not what its sso-session says in "
        f"line {of_session.line}",
        effect=f"The value for {key} is inconsistent between profile ({own.value}) and "
        f"sso-session ({of_session.value}).\nThe AWS CLI's login succeeds, and then every command "
        "says this.",
        do=f"remove {where(own)}, or correct {where(of_session)}",
        profiles=(profile.name,),
        fix=removed(subject, own, key),
    )


RULE = Rule(
    id="SK207",
    name="session-and-profile-disagree",
    severity=Severity.ERROR,
    doc=__doc__,
    check=_check,
    bad=(
        Case(
            "a slash at the end of the start URL",
            """\
[profile dev]
sso_session = hoge-dev
sso_start_url = https://hoge.awsapps.com/start/
sso_account_id = 123456789012
sso_role_name = AdministratorAccess

[sso-session hoge-dev]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
""",
            lines=(3,),
            says=(
                "The value for sso_start_url is inconsistent between profile",
                "(https://hoge.awsapps.com/start/) and sso-session",
            ),
            fixed="""\
[profile dev]
sso_session = hoge-dev
sso_account_id = 123456789012
sso_role_name = AdministratorAccess

[sso-session hoge-dev]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
""",
        ),
    ),
    good=(
        Case(
            "the profile names no account, and only the session counts",
            """\
[profile dev]
sso_session = hoge-dev
sso_region = eu-west-1

[sso-session hoge-dev]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
""",
        ),
    ),
)
