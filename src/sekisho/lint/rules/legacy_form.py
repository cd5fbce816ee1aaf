"""A profile of the legacy form: its token cannot refresh, and is kept under the start URL.

What it finds
-------------
A profile with `sso_start_url` and `sso_region` in it and no `sso_session`, alone with its start
URL. Where several share one, `legacy-profiles-share-token` says more.

Why it matters
--------------
The token of the legacy form lives eight hours and is never refreshed. It lies under the start URL,
so any profile that is ever added with that URL is opened by the same login.

What to do
----------
`sekisho isolate --by profile` turns it into the form with an sso-session. What the profiles resolve
to stays the same.
"""

from collections.abc import Iterator

from sekisho.awsconfig.profiles import SsoProfile
from sekisho.lint.rule import Case, Found, Rule, Severity
from sekisho.lint.subject import Subject
from sekisho.model import Form, StartUrl

__all__ = ["RULE"]


def _check(subject: Subject) -> Iterator[Found]:
    by_url: dict[StartUrl, list[SsoProfile]] = {}
    for profile in subject.sso:
        if profile.target.form is Form.LEGACY:
            by_url.setdefault(profile.target.start_url, []).append(profile)
    for first, *others in by_url.values():
        if not others:
            setting = subject.facts.profiles[first.name].settings["sso_start_url"]
            yield Found(
                place=subject.key(setting),
                message=f"profile {first.name} has the legacy form",
                effect="The token cannot refresh: after eight hours a sign-in is needed again.",
                do="sekisho isolate --by profile",
                profiles=(first.name,),
            )


RULE = Rule(
    id="SK203",
    name="legacy-form",
    severity=Severity.INFO,
    doc=__doc__,
    check=_check,
    bad=(
        Case(
            "the start URL stands in the profile",
            """\
[profile dev]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
sso_account_id = 123456789012
sso_role_name = AdministratorAccess
""",
            lines=(2,),
            says=("profile dev has the legacy form", "cannot refresh"),
        ),
    ),
    good=(
        Case(
            "two with one start URL are the business of legacy-profiles-share-token",
            """\
[profile dev]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1

[profile stg]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
""",
        ),
        Case(
            "it stands in an sso-session",
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
