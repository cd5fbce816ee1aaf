"""Quotes around a value: they are part of it.

What it finds
-------------
A value that begins and ends with the same quote, of SSO keys, `region`, `output`, `role_arn`,
`source_profile`, `external_id`. (An account id is the business of `account-id-not-12-digits`.)

Why it matters
--------------
AWS config has no quotes for values: AWS tools read `"us-east-1"` with both of them, and look for a
Region of that name.

What to do
----------
Take the quotes away. Headers are another matter: `[profile "my dev"]` is right.
"""

import re
from collections.abc import Iterator

from sekisho.lint.mending import rewritten
from sekisho.lint.rule import Case, Found, Rule, Severity
from sekisho.lint.subject import Subject
from sekisho.lint.wording import where, without_quotes

__all__ = ["RULE"]

_KEYS = re.compile(r"sso_(?!account_id).*|region|output|role_arn|source_profile|external_id")


def _check(subject: Subject) -> Iterator[Found]:
    for said in subject.texts_like(_KEYS):
        quoted = without_quotes(said.value)
        if quoted is None:
            continue
        yield Found(
            place=subject.value(said.setting),
            message=f"the quotes around the value of {said.key} are part of it",
            effect=f"AWS tools read {said.value}, with the quotes.",
            do=f"write `{said.key} = {quoted}` in {where(said.setting)}",
            profiles=said.profiles,
            fix=rewritten(subject, said.setting, said.key, quoted),
        )


RULE = Rule(
    id="SK310",
    name="quoted-value",
    severity=Severity.ERROR,
    doc=__doc__,
    check=_check,
    bad=(
        Case(
            "as in a shell",
            """\
[profile dev]
region = "us-east-1"
sso_role_name = 'AdministratorAccess'
""",
            lines=(2, 3),
            says=('AWS tools read "us-east-1", with the quotes.',),
            fixed="""\
[profile dev]
region = us-east-1
sso_role_name = AdministratorAccess
""",
        ),
    ),
    good=(
        Case(
            "a header, a command, and an apostrophe",
            """\
[profile "my dev"]
region = us-east-1
credential_process = "/opt/my tools/fetch" --profile "my dev"
""",
        ),
    ),
)
