"""A profile has the sso-session's keys once more, with the same values.

What it finds
-------------
A profile with `sso_session` that has a key of the session itself, most often `sso_start_url` and
`sso_region`, and with the very value that the session gives it.

Why it matters
--------------
The session wins, so the keys do nothing today. They are a trap for tomorrow: a misspelt
`sso_session` silently becomes the legacy form with its shared token, and as soon as one of the two
places is edited, every command fails with `The value for sso_start_url is inconsistent between
profile and sso-session`.

What to do
----------
Remove the keys from the profile: `sekisho lint --fix` does, since nothing resolves differently
without them.
"""

from collections.abc import Iterator

from sekisho.lint.mending import removed
from sekisho.lint.rule import Case, Fixable, Found, Rule, Severity
from sekisho.lint.subject import Subject
from sekisho.lint.wording import where
from sekisho.model import SessionName

__all__ = ["RULE"]

_SESSIONS_OWN = ("sso_start_url", "sso_region", "sso_registration_scopes")


def _check(subject: Subject) -> Iterator[Found]:
    for profile in subject.facts.profiles.values():
        session = subject.facts.sessions.get(SessionName(profile.text("sso_session") or ""))
        if session is None:
            continue
        for key in _SESSIONS_OWN:
            own, of_session = profile.settings.get(key), session.settings.get(key)
            if own is None or of_session is None or own.value != of_session.value:
                continue
            yield Found(
                place=subject.key(own),
                message=f"{key} of profile {profile.name} stands in [sso-session {session.name}] "
                f"as well",
                effect="The session's counts. The legacy form lies ready, should sso_session ever "
                "be misspelt.",
                do=f"remove {where(own)}",
                profiles=(profile.name,),
                fix=removed(subject, own, key, Fixable.SAFE),
            )


RULE = Rule(
    id="SK206",
    name="both-forms",
    severity=Severity.INFO,
    doc=__doc__,
    check=_check,
    bad=(
        Case(
            "the legacy keys stayed when the session came",
            """\
[profile dev]
sso_session = hoge-dev
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
sso_account_id = 123456789012
sso_role_name = AdministratorAccess

[sso-session hoge-dev]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
""",
            lines=(3, 4),
            says=("sso_start_url of profile dev stands in [sso-session hoge-dev] as well",),
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
            "each key stands once",
            """\
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
)
