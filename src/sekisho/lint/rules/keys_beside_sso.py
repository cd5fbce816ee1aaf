"""An SSO profile has another source of credentials beside it, and tools differ in which they use.

What it finds
-------------
A profile with an SSO account or role that also has static keys (in either file), `role_arn` or
`credential_process`.

Why it matters
--------------
The AWS CLI and boto3 take `role_arn` before SSO, and SSO before static keys and
`credential_process`. Other tools and older SDKs take static keys first. One profile name then means
two identities, and which one depends on the program.

What to do
----------
Remove one of the two, or give it another name. `sekisho explain --profile NAME` shows what each tool
would use.
"""

import shlex
from collections.abc import Iterator

from sekisho.awsconfig.guarded import SESSION_KEY
from sekisho.awsconfig.profiles import Profile
from sekisho.lint.rule import Case, Found, Rule, Severity
from sekisho.lint.subject import Subject

__all__ = ["RULE"]

_SSO = ("sso_account_id", "sso_role_name")
_OTHERS = ("role_arn", "aws_access_key_id", "credential_process")


def _check(subject: Subject) -> Iterator[Found]:
    for profile in subject.facts.profiles.values():
        if not any(key in profile.settings for key in _SSO) or SESSION_KEY in profile.settings:
            continue  # the latter is the business of `keys-beside-guard`
        other = next((key for key in _OTHERS if key in profile.settings), None)
        if other is not None:
            yield Found(
                place=subject.key(profile.settings[other]),
                message=f"profile {profile.name} has {other} beside its SSO account",
                effect=_effect(profile, other),
                do=f"sekisho explain --profile {shlex.quote(profile.name)}",
                profiles=(profile.name,),
            )


def _effect(profile: Profile, other: str) -> str:
    if other == "role_arn":
        return "The AWS CLI and boto3 assume the role, and the SSO keys count for nothing."
    if other == "credential_process":
        return "The AWS CLI and boto3 use SSO, and never start the process."
    return (
        f"The AWS CLI and boto3 use SSO; tools that read static keys first use those of "
        f"{profile.settings[other].file}."
    )


RULE = Rule(
    id="SK402",
    name="keys-beside-sso",
    severity=Severity.WARNING,
    doc=__doc__,
    check=_check,
    bad=(
        Case(
            "the credentials file has keys of that name",
            """\
[profile dev]
sso_session = hoge
sso_account_id = 123456789012
sso_role_name = AdministratorAccess
""",
            credentials="""\
[dev]
aws_access_key_id = AKIAFAKEFAKEFAKEFAKE
aws_secret_access_key = fake
""",
            credentials_lines=(2,),
            says=("profile dev has aws_access_key_id beside its SSO account",),
        ),
        Case(
            "a role, which wins",
            """\
[profile dev]
sso_session = hoge
sso_account_id = 123456789012
sso_role_name = AdministratorAccess
role_arn = arn:aws:iam::123456789012:role/deployer
""",
            lines=(5,),
            says=("assume the role",),
        ),
    ),
    good=(
        Case(
            "one source each",
            """\
[profile dev]
sso_session = hoge
sso_account_id = 123456789012
sso_role_name = AdministratorAccess
""",
            credentials="""\
[ci]
aws_access_key_id = AKIAFAKEFAKEFAKEFAKE
aws_secret_access_key = fake
""",
        ),
    ),
    looks_around=True,
)
