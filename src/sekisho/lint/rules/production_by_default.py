"""Production is what a command without a profile reaches.

What it finds
-------------
A `default` profile of a production environment: its account is one that profiles with `prod` in
their names have, or its session's name has `prod` in it (also `prd`, `production`, `live`).

Why it matters
--------------
A forgotten `--profile` is the commonest slip there is. Here it runs in production.

What to do
----------
Give the profile a name, such as `[profile prod]`, and leave `region` and `output` in `[default]`.
"""

from collections.abc import Iterator

from sekisho.awsconfig.profiles import SsoProfile
from sekisho.lint.rule import Case, Found, Rule, Severity
from sekisho.lint.subject import Subject
from sekisho.reach.environments import environment_in, guess_environments

__all__ = ["RULE"]

_PRODUCTION = "prod"


def _check(subject: Subject) -> Iterator[Found]:
    default = next((profile for profile in subject.sso if profile.name == "default"), None)
    if default is None or default.role is None:
        return
    why = _why(default, subject)
    if why is not None:
        yield Found(
            place=subject.header(default),
            message=f"[default] is production: {why}",
            effect="A command that names no profile runs in production, unasked.",
            do=f"write [profile prod] instead of [default] in line {default.line} of "
            f"{default.file}",
            profiles=(default.name,),
        )


def _why(default: SsoProfile, subject: Subject) -> str | None:
    if (subject.policy.environment_of(default.name) or "").startswith(_PRODUCTION):
        return "policy.toml declares it"
    guessed = guess_environments(subject.sso, subject.policy)[default.name]
    if guessed.startswith(_PRODUCTION):
        return f"its account {_account(default)} is that of profiles named so"
    session = default.target.session
    if session is not None and (environment_in(session) or "").startswith(_PRODUCTION):
        return f"its sso-session is {session}"
    return None


def _account(profile: SsoProfile) -> str:
    return profile.role.account_id if profile.role else ""


RULE = Rule(
    id="SK105",
    name="production-by-default",
    severity=Severity.ERROR,
    doc=__doc__,
    check=_check,
    bad=(
        Case(
            "its account is production's",
            """\
[default]
sso_session = hoge
sso_account_id = 123456789012
sso_role_name = AdministratorAccess

[profile prod-readonly]
sso_session = hoge
sso_account_id = 123456789012
sso_role_name = ReadOnlyAccess

[sso-session hoge]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
""",
            lines=(1,),
            says=("[default] is production: its account 123456789012",),
        ),
        Case(
            "its session is",
            """\
[default]
sso_session = hoge-production
sso_account_id = 123456789012
sso_role_name = AdministratorAccess

[sso-session hoge-production]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
""",
            lines=(1,),
            says=("its sso-session is hoge-production",),
        ),
    ),
    good=(
        Case(
            "dev is the default, and production has to be named",
            """\
[default]
sso_session = hoge-dev
sso_account_id = 210987654321
sso_role_name = AdministratorAccess

[profile prod]
sso_session = hoge-prod
sso_account_id = 123456789012
sso_role_name = ReadOnlyAccess

[sso-session hoge-dev]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1

[sso-session hoge-prod]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
""",
        ),
    ),
    looks_around=True,
)
