"""`sso_session` without a name.

What it finds
-------------
An `sso_session` key of a profile that has no value.

Why it matters
--------------
The key counts as present, so AWS tools look for a session without a name, even where the keys of
the legacy form are there: `The specified sso-session does not exist: ""`.

What to do
----------
Name a session, or remove the key.
"""

from collections.abc import Iterator

from sekisho.lint.mending import removed
from sekisho.lint.rule import Case, Found, Rule, Severity
from sekisho.lint.subject import Subject
from sekisho.lint.wording import where

__all__ = ["RULE"]

_KEY = "sso_session"


def _check(subject: Subject) -> Iterator[Found]:
    for profile in subject.facts.profiles.values():
        setting = profile.settings.get(_KEY)
        if setting is None or setting.value != "":
            continue
        yield Found(
            place=subject.key(setting),
            message=f"{_KEY} of profile {profile.name} has no value",
            effect='The specified sso-session does not exist: ""',
            do=f"write `{_KEY} = NAME` in {where(setting)}, or remove the line",
            profiles=(profile.name,),
            fix=removed(subject, setting, _KEY),
        )


RULE = Rule(
    id="SK209",
    name="session-empty",
    severity=Severity.ERROR,
    doc=__doc__,
    check=_check,
    bad=(
        Case(
            "the legacy keys are there, and do not count",
            """\
[profile dev]
sso_session =
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
sso_account_id = 123456789012
sso_role_name = AdministratorAccess
""",
            lines=(2,),
            says=('The specified sso-session does not exist: ""',),
            fixed="""\
[profile dev]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
sso_account_id = 123456789012
sso_role_name = AdministratorAccess
""",
        ),
    ),
    good=(
        Case(
            "a session is named",
            """\
[profile dev]
sso_session = hoge
""",
        ),
    ),
)
