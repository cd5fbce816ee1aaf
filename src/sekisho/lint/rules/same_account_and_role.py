"""Two profiles are the same account and role under different names.

What it finds
-------------
SSO profiles with one organisation, one account and one role.

Why it matters
--------------
Two names for one thing look like two things. Where one is called `dev` and the other `prod`, one
of the names is wrong; a change to one is forgotten in the other; and each session needs a sign-in
of its own for the same credentials.

What to do
----------
Keep one of them. If they differ in `region` or `output` on purpose, leave them as they are.
"""

from collections.abc import Iterator

from sekisho.awsconfig.profiles import SsoProfile
from sekisho.lint.rule import Case, Found, Rule, Severity
from sekisho.lint.subject import Subject
from sekisho.lint.wording import listed
from sekisho.wire.start_url import normalised

__all__ = ["RULE"]


def _check(subject: Subject) -> Iterator[Found]:
    alike: dict[tuple[str, str, str], list[SsoProfile]] = {}
    for profile in subject.sso:
        if profile.role is not None:
            role = profile.role
            where = (normalised(profile.target.start_url), role.account_id, role.role_name)
            alike.setdefault(where, []).append(profile)
    for (_, account, role_name), profiles in alike.items():
        if len(profiles) > 1:
            names = [profile.name for profile in profiles]
            yield Found(
                place=subject.header(profiles[1]),
                message=f"{len(names)} profiles are role {role_name} in account {account}: "
                f"{listed(names)}",
                effect="Whichever is named, the credentials are the same.",
                do=f"keep one of them; the other is at line {profiles[1].line} of "
                f"{profiles[1].file}",
                profiles=(names[1], names[0], *names[2:]),
            )


RULE = Rule(
    id="SK106",
    name="same-account-and-role",
    severity=Severity.INFO,
    doc=__doc__,
    check=_check,
    bad=(
        Case(
            "dev was copied to make stg, and the account stayed",
            """\
[profile dev]
sso_session = hoge
sso_account_id = 123456789012
sso_role_name = AdministratorAccess

[profile stg]
sso_session = hoge
sso_account_id = 123456789012
sso_role_name = AdministratorAccess

[sso-session hoge]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
""",
            lines=(6,),
            says=("2 profiles are role AdministratorAccess in account 123456789012: dev, stg",),
        ),
    ),
    good=(
        Case(
            "one account, two roles",
            """\
[profile dev]
sso_session = hoge
sso_account_id = 123456789012
sso_role_name = AdministratorAccess

[profile dev-readonly]
sso_session = hoge
sso_account_id = 123456789012
sso_role_name = ReadOnlyAccess

[sso-session hoge]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
""",
        ),
    ),
)
