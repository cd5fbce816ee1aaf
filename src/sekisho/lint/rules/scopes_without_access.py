"""The scopes of an sso-session leave out `sso:account:access`, so its token opens no account.

What it finds
-------------
`sso_registration_scopes` without `sso:account:access` in an sso-session that profiles with an
account or a role use. A misspelt scope counts as left out.

Why it matters
--------------
The sign-in succeeds, or is refused with `InvalidScopeException`, and no command gets credentials:
the access portal does not take a token without that scope.

What to do
----------
Add it, with a comma between it and the others: `sso_registration_scopes = sso:account:access`.
"""

from collections.abc import Iterator

from sekisho.lint.mending import rewritten
from sekisho.lint.rule import Case, Found, Rule, Severity
from sekisho.lint.subject import Subject
from sekisho.lint.wording import listed, where
from sekisho.model import ProfileName, SessionName

__all__ = ["RULE"]

_KEY, _SCOPE = "sso_registration_scopes", "sso:account:access"


def _check(subject: Subject) -> Iterator[Found]:
    users_of: dict[SessionName | None, list[ProfileName]] = {}
    for profile in subject.sso:
        if profile.role is not None:
            users_of.setdefault(profile.target.session, []).append(profile.name)
    for session in subject.facts.sessions.values():
        scopes = [
            scope for each in (session.text(_KEY) or "").split(",") if (scope := each.strip())
        ]
        users = tuple(users_of.get(session.name, ()))
        if not scopes or _SCOPE in scopes or not users:
            continue
        setting = session.settings[_KEY]
        yield Found(
            place=subject.value(setting),
            message=f"the scopes of [sso-session {session.name}] leave out {_SCOPE}, and "
            f"{listed(users)} want credentials",
            effect="The access portal refuses the token of such a sign-in.",
            do=f"write `{_KEY} = {','.join([_SCOPE, *scopes])}` in {where(setting)}",
            profiles=users,
            fix=rewritten(subject, setting, _KEY, ",".join([_SCOPE, *scopes])),
        )


RULE = Rule(
    id="SK205",
    name="scopes-without-access",
    severity=Severity.ERROR,
    doc=__doc__,
    check=_check,
    bad=(
        Case(
            "only another application's scope",
            """\
[profile dev]
sso_session = hoge
sso_account_id = 123456789012
sso_role_name = AdministratorAccess

[sso-session hoge]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
sso_registration_scopes = codewhisperer:completions
""",
            lines=(9,),
            says=("leave out sso:account:access, and dev want",),
            fixed="""\
[profile dev]
sso_session = hoge
sso_account_id = 123456789012
sso_role_name = AdministratorAccess

[sso-session hoge]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
sso_registration_scopes = sso:account:access,codewhisperer:completions
""",
        ),
    ),
    good=(
        Case(
            "no profile of this session wants an account",
            """\
[profile completions]
sso_session = hoge

[sso-session hoge]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
sso_registration_scopes = codewhisperer:completions
""",
        ),
        Case(
            "both scopes",
            """\
[profile dev]
sso_session = hoge
sso_account_id = 123456789012
sso_role_name = AdministratorAccess

[sso-session hoge]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
sso_registration_scopes = codewhisperer:completions, sso:account:access
""",
        ),
    ),
)
