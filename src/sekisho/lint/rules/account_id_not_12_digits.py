"""An account id that is not an AWS account id.

What it finds
-------------
An `sso_account_id`, in a profile or an sso-session, or a guarded profile's `sekisho_account_id`, that
is anything but twelve digits: a digit
too many or too few, blanks or hyphens between them, quotes around them, a comment after them.

Why it matters
--------------
Every AWS account id has twelve digits, zeros at the start included. The AWS CLI does not look:
the login succeeds, and only the first command fails, with a message that names neither the
profile nor the account.

What to do
----------
Write the twelve digits and nothing else. AWS config has no quotes, and no comments after a value:
both become part of it.
"""

import re
from collections.abc import Iterator

from sekisho.awsconfig.guarded import ACCOUNT_KEY
from sekisho.lint.mending import rewritten
from sekisho.lint.rule import Case, Found, Rule, Severity
from sekisho.lint.subject import Said, Subject
from sekisho.lint.wording import has_comment, where, without_comment

__all__ = ["RULE"]

_KEYS = ("sso_account_id", ACCOUNT_KEY)
_ACCOUNT_ID = re.compile(r"[0-9]{12}")
_NO_DIGIT = re.compile(r"[^0-9]")


def _check(subject: Subject) -> Iterator[Found]:
    for said in subject.texts(*_KEYS):
        if _ACCOUNT_ID.fullmatch(said.value):
            continue
        digits = _digits(said.value)
        yield Found(
            place=subject.value(said.setting),
            message=f'the account id "{said.value}" is not 12 digits: {_why(said.value)}',
            effect="An error occurred (ForbiddenException) when calling the GetRoleCredentials "
            "operation: No access\nThe AWS CLI does not check account ids: the login succeeds, and "
            "the first command says this, as for any account that nobody has assigned.",
            do=_do(said),
            profiles=said.profiles,
            fix=rewritten(subject, said.setting, said.key, digits if len(digits) == 12 else None),
        )


def _digits(value: str) -> str:
    return _NO_DIGIT.sub("", without_comment(value))


def _why(value: str) -> str:
    digits = len(_digits(value))
    if not value:
        return "it is empty"
    if has_comment(value):
        return "a comment after a value becomes part of it"
    if digits == 12:
        return "it has other characters in it"
    return f"it has {digits}"


def _do(said: Said) -> str:
    digits = _digits(said.value)
    if len(digits) == 12:
        return f"write `{said.key} = {digits}` in {where(said.setting)}"
    return f"write the account's 12 digits in {where(said.setting)}; the access portal shows them"


RULE = Rule(
    id="SK301",
    name="account-id-not-12-digits",
    severity=Severity.ERROR,
    doc=__doc__,
    check=_check,
    bad=(
        Case(
            "thirteen digits",
            """\
[profile dev]
sso_session = hoge-dev
sso_account_id = 1234567891011
sso_role_name = AdministratorAccess

[sso-session hoge-dev]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
""",
            lines=(3,),
            says=('"1234567891011" is not 12 digits: it has 13', "No access"),
        ),
        Case(
            "a blank between the digits",
            """\
[profile dev]
sso_account_id = 1234 5678 9012
""",
            lines=(2,),
            says=("it has other characters in it",),
        ),
        Case(
            "a comment after the value",
            """\
[profile dev]
sso_account_id = 123456789012 # the dev account
""",
            lines=(2,),
            says=("a comment after a value becomes part of it",),
            fixed="""\
[profile dev]
sso_account_id = 123456789012
""",
        ),
        Case(
            "digits of another script are not digits to AWS",
            """\
[profile dev]
sso_account_id = １２３４５６７８９０１２
""",
            lines=(2,),
        ),
        Case(
            "nothing at all",
            """\
[profile dev]
sso_account_id =
""",
            lines=(2,),
            says=("it is empty",),
        ),
        Case(
            "the credentials file has the last word",
            """\
[profile dev]
sso_account_id = 123456789012
""",
            credentials="""\
[dev]
sso_account_id = "123456789012"
""",
            credentials_lines=(2,),
        ),
    ),
    good=(
        Case(
            "twelve digits, a zero at the start",
            """\
[profile dev]
sso_account_id = 012345678901
""",
        ),
    ),
)
