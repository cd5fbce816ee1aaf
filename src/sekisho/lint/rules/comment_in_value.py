"""A comment after a value: it is part of the value.

What it finds
-------------
`#` or `;` after a blank in the value of a key whose values have neither: SSO keys, `region`,
`output`, `role_arn`, `source_profile`. (An account id is the business of
`account-id-not-12-digits`.)

Why it matters
--------------
AWS config has comments on lines of their own only. The AWS CLI reads `us-east-1 ; virginia` as the
Region's name: `Provided region_name 'us-east-1 ; virginia' doesn't match a supported format.` In a
start URL it ends up as another token's name.

What to do
----------
Put the comment on a line of its own, above.
"""

import re
from collections.abc import Iterator

from sekisho.lint.mending import rewritten
from sekisho.lint.rule import Case, Found, Rule, Severity
from sekisho.lint.subject import Subject
from sekisho.lint.wording import has_comment, where, without_comment

__all__ = ["RULE"]

_KEYS = re.compile(r"sso_(?!account_id).*|region|output|role_arn|source_profile")


def _check(subject: Subject) -> Iterator[Found]:
    for said in subject.texts_like(_KEYS):
        if not has_comment(said.value):
            continue
        meant = without_comment(said.value)
        yield Found(
            place=subject.value(said.setting),
            message=f"the comment after the value of {said.key} is part of it",
            effect=f'AWS tools read "{said.value}".',
            do=f"write `{said.key} = {meant}` in {where(said.setting)}, and the comment on a line "
            "above",
            profiles=said.profiles,
            fix=rewritten(subject, said.setting, said.key, meant),
        )


RULE = Rule(
    id="SK306",
    name="comment-in-value",
    severity=Severity.ERROR,
    doc=__doc__,
    check=_check,
    bad=(
        Case(
            "comments of both kinds",
            """\
[profile dev]
sso_start_url = https://hoge.awsapps.com/start # corp
sso_region = us-east-1 ; virginia
""",
            lines=(2, 3),
            says=('AWS tools read "https://hoge.awsapps.com/start # corp".',),
            fixed="""\
[profile dev]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
""",
        ),
    ),
    good=(
        Case(
            "a # without a blank before it belongs to the URL, and comments stand alone",
            """\
[profile dev]
# corp
sso_start_url = https://hoge.awsapps.com/start/#
cli_pager = less # -R
""",
        ),
    ),
)
