"""Another tool's SSO keys are in a profile that does not use that tool.

What it finds
-------------
`granted_sso_start_url` and its kin in a profile without the `credential_process` that reads them,
or beside AWS's own `sso_` keys.

Why it matters
--------------
AWS tools do not know these keys. Without the `credential_process` the profile has no credentials;
beside `sso_account_id`, AWS's own keys win, and the other tool's are not what is used.

What to do
----------
Finish the conversion in either direction: remove the other tool's keys, or AWS's and add
`credential_process` again.
"""

from collections.abc import Iterator

from sekisho.awsconfig.profiles import Profile
from sekisho.lint.rule import Case, Found, Rule, Severity
from sekisho.lint.subject import Subject

__all__ = ["RULE"]

_PREFIX = "granted_sso_"
_SSO_KEYS = ("sso_account_id", "sso_role_name", "sso_session")


def _check(subject: Subject) -> Iterator[Found]:
    for profile in subject.facts.profiles.values():
        foreign = next((key for key in profile.settings if key.startswith(_PREFIX)), None)
        problem = None if foreign is None else _problem(profile)
        if foreign is not None and problem is not None:
            yield Found(
                place=subject.key(profile.settings[foreign]),
                message=f"profile {profile.name} has {foreign}, and {problem}",
                effect="AWS tools do not read this key.",
                do=f"remove the {_PREFIX}… keys of profile {profile.name}, or AWS's sso_… keys",
                profiles=(profile.name,),
            )


def _problem(profile: Profile) -> str | None:
    own = next((key for key in _SSO_KEYS if key in profile.settings), None)
    if own is not None:
        return f"AWS's own {own} as well: that one counts"
    if "credential_process" not in profile.settings:
        return "no credential_process that would read it"
    return None


RULE = Rule(
    id="SK215",
    name="half-converted",
    severity=Severity.WARNING,
    doc=__doc__,
    check=_check,
    bad=(
        Case(
            "the credential_process is gone",
            """\
[profile dev]
granted_sso_start_url = https://hoge.awsapps.com/start
granted_sso_region = us-east-1
granted_sso_account_id = 123456789012
granted_sso_role_name = AdministratorAccess
""",
            lines=(2,),
            says=("no credential_process that would read it",),
        ),
        Case(
            "both",
            """\
[profile dev]
sso_session = hoge
granted_sso_account_id = 123456789012
credential_process = granted credential-process --profile dev
""",
            lines=(3,),
            says=("AWS's own sso_session as well",),
        ),
    ),
    good=(
        Case(
            "the other tool, whole",
            """\
[profile dev]
granted_sso_start_url = https://hoge.awsapps.com/start
granted_sso_region = us-east-1
granted_sso_account_id = 123456789012
granted_sso_role_name = AdministratorAccess
credential_process = granted credential-process --profile dev
""",
        ),
    ),
)
