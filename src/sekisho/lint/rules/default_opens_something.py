"""`[default]` names an account or a role, so a command without a profile runs there.

What it finds
-------------
A `default` profile that gets credentials: an SSO account or role, static keys, `role_arn`,
`credential_process`, or a web identity.

Why it matters
--------------
Whatever is run without `--profile` and without `AWS_PROFILE` goes to that account: a command in a
new terminal, a script whose profile variable was empty, a tool that somebody else started. With no
such `[default]` it is refused instead, and nothing happens in the wrong account.

What to do
----------
Give the profile a name, and leave `region` and `output` in `[default]`. Name the profile with each
command, or with `AWS_PROFILE`.
"""

from collections.abc import Iterator

from sekisho.lint.rule import Case, Found, Rule, Severity
from sekisho.lint.subject import Subject
from sekisho.model import ProfileName

__all__ = ["RULE"]

_OPENING = (
    "sso_account_id",
    "sso_role_name",
    "role_arn",
    "aws_access_key_id",
    "credential_process",
    "login_session",
    "web_identity_token_file",
)


def _check(subject: Subject) -> Iterator[Found]:
    default = subject.facts.profiles.get(ProfileName("default"))
    key = next((key for key in _OPENING if default and key in default.settings), None)
    if default is None or key is None:
        return
    setting = default.settings[key]
    yield Found(
        place=subject.key(setting),
        message=f"[default] has {key}: commands without a profile get credentials",
        effect="A command that names no profile runs in this account, unasked.",
        do=f"give the profile a name: [profile NAME] in line {default.line} of {default.file}",
        profiles=(default.name,),
    )


RULE = Rule(
    id="SK104",
    name="default-opens-something",
    severity=Severity.WARNING,
    doc=__doc__,
    check=_check,
    bad=(
        Case(
            "an SSO profile is the default",
            """\
[default]
region = ap-northeast-1
sso_session = hoge-dev
sso_account_id = 123456789012
sso_role_name = ReadOnlyAccess

[sso-session hoge-dev]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
""",
            lines=(4,),
            says=("[default] has sso_account_id",),
        ),
        Case(
            "static keys are",
            "",
            credentials="""\
[default]
aws_access_key_id = AKIAFAKEFAKEFAKEFAKE
aws_secret_access_key = fake
""",
            credentials_lines=(2,),
            says=("[default] has aws_access_key_id",),
        ),
    ),
    good=(
        Case(
            "settings for every command, and no account",
            """\
[default]
region = ap-northeast-1
output = json
""",
        ),
    ),
)
