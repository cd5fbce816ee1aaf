"""A guarded profile has another source of credentials beside it, which some AWS tool takes first.

What it finds
-------------
A profile with `sekisho_sso_session` that also has SSO keys of AWS's own, static keys (in either
file), a `role_arn` or `source_profile`, a web identity or a `login_session`.

Why it matters
--------------
The guard is then passed by: the AWS CLI and boto3 take roles, SSO accounts and web identities before
`credential_process`, other SDKs take static keys or any SSO key first. With an SSO account in it the
profile is a native one, and `aws sso login` writes its token to the disk.

What to do
----------
Take the other keys out. `sekisho explain --profile NAME` shows what each tool would use.
"""

from collections.abc import Iterator

from sekisho.awsconfig.guarded import NATIVE_KEYS, SESSION_KEY
from sekisho.awsconfig.profiles import Profile
from sekisho.awsconfig.winners import OTHER_WINNERS, SSO_WINNERS
from sekisho.lint.mending import removed
from sekisho.lint.rule import Case, Fix, Fixable, Found, Rule, Severity
from sekisho.lint.subject import Subject
from sekisho.lint.wording import listed, where

__all__ = ["RULE"]

_WINNERS = {**OTHER_WINNERS, **SSO_WINNERS}


def _check(subject: Subject) -> Iterator[Found]:
    for profile in subject.facts.profiles.values():
        if SESSION_KEY not in profile.settings:
            continue
        keys = [key for key in _WINNERS if key in profile.settings]
        if keys:
            first = profile.settings[keys[0]]
            yield Found(
                place=subject.key(first),
                message=f"the guarded profile {profile.name} has {listed(keys)} beside it",
                effect=f"{_WINNERS[keys[0]].capitalize()}: those do not ask sekisho.",
                do=f"take {keys[0]} out, in {where(first)}",
                profiles=(profile.name,),
                fix=_fix(subject, profile, keys),
            )


def _fix(subject: Subject, profile: Profile, keys: list[str]) -> Fix | None:
    """Take AWS's SSO keys out; nobody but the user takes away what may be the only keys."""
    if not set(keys) <= set(NATIVE_KEYS):
        return None
    fixes = [removed(subject, profile.settings[key], key) for key in keys]
    changes = tuple(change for fix in fixes if fix for change in fix.changes)
    there = {profile.settings[key].file for key in keys}
    return Fix(changes, Fixable.UNSAFE) if len(there) == 1 and len(changes) == len(keys) else None


RULE = Rule(
    id="SK404",
    name="keys-beside-guard",
    severity=Severity.ERROR,
    doc=__doc__,
    check=_check,
    bad=(
        Case(
            "SSO keys that were put back",
            """\
[profile prod]
credential_process = "/opt/sekisho" credential-process --profile prod
sekisho_sso_session = hoge
sekisho_account_id = 123456789012
sekisho_role_name = ReadOnlyAccess
sso_session = hoge
sso_account_id = 123456789012
sso_role_name = ReadOnlyAccess
""",
            lines=(6,),
            says=("prod has sso_session, sso_account_id, sso_role_name beside it",),
            fixed="""\
[profile prod]
credential_process = "/opt/sekisho" credential-process --profile prod
sekisho_sso_session = hoge
sekisho_account_id = 123456789012
sekisho_role_name = ReadOnlyAccess
""",
        ),
        Case(
            "static keys of that name in the credentials file",
            """\
[profile prod]
credential_process = "/opt/sekisho" credential-process --profile prod
sekisho_sso_session = hoge
sekisho_account_id = 123456789012
sekisho_role_name = ReadOnlyAccess
""",
            credentials="""\
[prod]
aws_access_key_id = AKIAFAKEFAKEFAKEFAKE
aws_secret_access_key = fake
""",
            credentials_lines=(2,),
            says=("has aws_access_key_id, aws_secret_access_key beside it", "do not ask sekisho"),
        ),
    ),
    good=(
        Case(
            "one source each; a role chain may begin at a guarded profile",
            """\
[profile prod]
credential_process = "/opt/sekisho" credential-process --profile prod
sekisho_sso_session = hoge
sekisho_account_id = 123456789012
sekisho_role_name = ReadOnlyAccess

[profile deploy]
role_arn = arn:aws:iam::123456789012:role/deployer
source_profile = prod
""",
        ),
    ),
)
