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
from collections.abc import Iterator, Mapping

from sekisho.awsconfig.changes import SetValue
from sekisho.awsconfig.profiles import Setting
from sekisho.lint.rule import Case, Fix, Fixable, Found, Rule, Severity
from sekisho.lint.subject import Subject
from sekisho.lint.wording import where
from sekisho.model import ProfileName

__all__ = ["RULE"]

_KEYS = re.compile(r"sso_(?!account_id).*|region|output|role_arn|source_profile|external_id")
_QUOTED = re.compile(r"(['\"])\s*(.+?)\s*\1")


def _check(subject: Subject) -> Iterator[Found]:
    for profile in subject.facts.profiles.values():
        yield from _in(subject, profile.settings, (profile.name,))
    for session in subject.facts.sessions.values():
        yield from _in(subject, session.settings, ())


def _in(
    subject: Subject, settings: Mapping[str, Setting], profiles: tuple[ProfileName, ...]
) -> Iterator[Found]:
    for key, setting in settings.items():
        value = setting.value
        quoted = _QUOTED.fullmatch(value) if isinstance(value, str) else None
        if quoted is None or not _KEYS.fullmatch(key):
            continue
        section = subject.section_of(setting)
        yield Found(
            place=subject.value(setting),
            message=f"the quotes around the value of {key} are part of it",
            effect=f"AWS tools read {value}, with the quotes.",
            do=f"write `{key} = {quoted[2]}` in {where(setting)}",
            profiles=profiles,
            fix=None
            if section is None
            else Fix((SetValue(section, key, quoted[2]),), Fixable.UNSAFE),
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
