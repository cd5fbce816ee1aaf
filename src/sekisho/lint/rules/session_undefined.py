"""A profile names an sso-session that no section defines.

What it finds
-------------
An `sso_session` without an `[sso-session NAME]` section of that name in the config file. Names
are compared letter for letter, capitals included; a section in the credentials file does not
count.

Why it matters
--------------
Neither a login nor any command works with the profile: `The specified sso-session does not
exist`.

What to do
----------
Correct the name (the finding says which session's is nearest), or add the section.
"""

from collections.abc import Iterator

from sekisho.awsconfig.profiles import Profile, Setting
from sekisho.lint.mending import rewritten
from sekisho.lint.rule import Case, Found, Rule, Severity
from sekisho.lint.subject import Subject
from sekisho.lint.wording import Suggestions, where
from sekisho.model import SessionName

__all__ = ["RULE"]


def _check(subject: Subject) -> Iterator[Found]:
    sessions = subject.facts.sessions
    suggestions = Suggestions(sessions)
    for profile in subject.facts.profiles.values():
        setting = profile.settings.get("sso_session")
        if setting is None or not isinstance(setting.value, str):
            continue
        name = setting.value
        if SessionName(name) in sessions:
            continue
        yield _found(subject, profile, setting, name, suggestions.of(name))


def _found(
    subject: Subject, profile: Profile, setting: Setting, name: str, near: str | None
) -> Found:
    meant = f'; did you mean "{near}"?' if near is not None else ""
    return Found(
        place=subject.value(setting),
        message=f'profile {profile.name} names the sso-session "{name}", which is not defined'
        f"{meant}",
        effect=f'The specified sso-session does not exist: "{name}"\n'
        "Neither a login nor any command works with this profile.",
        do=f"write `sso_session = {near}` in {where(setting)}"
        if near is not None
        else f"change the name in {where(setting)}, or add a section [sso-session {name}] with "
        "sso_start_url, sso_region and sso_registration_scopes",
        profiles=(profile.name,),
        fix=rewritten(subject, setting, "sso_session", near),
    )


RULE = Rule(
    id="SK202",
    name="session-undefined",
    severity=Severity.ERROR,
    doc=__doc__,
    check=_check,
    bad=(
        Case(
            "the name is nearly a session's",
            """\
[profile dev]
sso_session = hoge-dve
sso_account_id = 123456789012
sso_role_name = AdministratorAccess

[sso-session hoge-dev]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
""",
            lines=(2,),
            says=(
                'did you mean "hoge-dev"?',
                'The specified sso-session does not exist: "hoge-dve"',
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
        Case(
            "there is no session at all",
            """\
[profile dev]
region = ap-northeast-1
sso_session = nope
""",
            lines=(3,),
            says=('The specified sso-session does not exist: "nope"',),
        ),
        Case(
            "the section is in the credentials file, where it is a profile",
            """\
[profile dev]
sso_session = hoge
""",
            credentials="""\
[sso-session hoge]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
""",
            lines=(2,),
        ),
    ),
    good=(
        Case(
            "quotes in a header are no part of the name",
            """\
[profile dev]
sso_session = hoge dev

[sso-session "hoge dev"]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
""",
        ),
    ),
)
