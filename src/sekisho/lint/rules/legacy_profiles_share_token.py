"""Several profiles of the legacy form live on one token: a login to one opens them all.

What it finds
-------------
Two or more profiles without `sso_session` whose `sso_start_url` is the same, letter for letter.

Why it matters
--------------
In the legacy form the AWS CLI keeps the access token under the start URL, and nothing else. After
`aws sso login --profile dev`, `aws --profile stg` works too, although nobody signed in to stg: a
wrong profile name, a script that walks all profiles, or a default that falls through reaches the
other environment without a question. The legacy form also cannot refresh its token.

What to do
----------
`sekisho isolate --by profile` gives each profile an sso-session of its own. That decides which
file a token lies in, and so which login a profile needs. It does not make the token weaker:
whoever reads it can still fetch every role that the person is assigned.
"""

from collections.abc import Iterator

from sekisho.awsconfig.profiles import SsoProfile
from sekisho.lint.rule import Case, Found, Rule, Severity
from sekisho.lint.subject import Subject
from sekisho.lint.wording import listed
from sekisho.model import Form, StartUrl

__all__ = ["RULE"]


def _check(subject: Subject) -> Iterator[Found]:
    by_url: dict[StartUrl, list[SsoProfile]] = {}
    for profile in subject.sso:
        if profile.target.form is Form.LEGACY:
            by_url.setdefault(profile.target.start_url, []).append(profile)
    for url, sharing in by_url.items():
        if len(sharing) > 1:
            yield _found(subject, url, sharing)


def _found(subject: Subject, url: StartUrl, sharing: list[SsoProfile]) -> Found:
    first, *others = (profile.name for profile in sharing)
    setting = subject.facts.profiles[first].settings["sso_start_url"]
    return Found(
        place=subject.key(setting),
        message=f"{len(sharing)} profiles share one token: {listed([first, *others])}",
        effect=f"A login to {first} also opens {listed(others)}: in the legacy form the token is "
        f"kept under the start URL alone ({url}), and it cannot refresh.",
        do="sekisho isolate --by profile",
        profiles=(first, *others),
    )


RULE = Rule(
    id="SK101",
    name="legacy-profiles-share-token",
    severity=Severity.ERROR,
    doc=__doc__,
    check=_check,
    bad=(
        Case(
            "dev and stg have one start URL",
            """\
[profile dev]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
sso_account_id = 123456789012
sso_role_name = AdministratorAccess
region = ap-northeast-1

[profile stg]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
sso_account_id = 210987654321
sso_role_name = AdministratorAccess
region = ap-northeast-1
""",
            lines=(2,),
            says=("2 profiles share one token: dev, stg", "A login to dev also opens stg"),
        ),
        Case(
            "one profile names a session, the two others share the portal's token",
            """\
[default]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
sso_account_id = 123456789012
sso_role_name = ReadOnlyAccess

[sso-session hoge-dev]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1

[profile dev]
sso_session = hoge-dev
sso_account_id = 123456789012
sso_role_name = AdministratorAccess

[profile audit]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
sso_account_id = 123456789012
sso_role_name = SecurityAudit
""",
            lines=(2,),
            says=("2 profiles share one token: default, audit",),
        ),
    ),
    good=(
        Case(
            "each profile has an sso-session of its own",
            """\
[profile dev]
sso_session = hoge-dev
sso_account_id = 123456789012
sso_role_name = AdministratorAccess

[sso-session hoge-dev]
sso_region = us-east-1
sso_start_url = https://hoge.awsapps.com/start
sso_registration_scopes = sso:account:access

[profile stg]
sso_session = hoge-stg
sso_account_id = 210987654321
sso_role_name = AdministratorAccess

[sso-session hoge-stg]
sso_region = us-east-1
sso_start_url = https://hoge.awsapps.com/start
sso_registration_scopes = sso:account:access
""",
        ),
        Case(
            "the legacy profiles belong to two portals",
            """\
[profile work]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
sso_account_id = 123456789012
sso_role_name = AdministratorAccess

[profile club]
sso_start_url = https://fuga.awsapps.com/start
sso_region = us-east-1
sso_account_id = 210987654321
sso_role_name = AdministratorAccess
""",
        ),
    ),
)
