"""A guarded profile whose `credential_process` asks for another profile, or does not ask sekisho.

What it finds
-------------
In a profile with `sekisho_sso_session`: a `credential_process` that names another profile with
`--profile`, or that starts something else than `sekisho credential-process`.

Why it matters
--------------
The profile then means two things. AWS tools get the credentials of the other one, under this one's
name: `aws --profile prod` works on dev, or on what the other program hands out. It comes of copying a
section and changing its name.

What to do
----------
Let it name its own profile. `sekisho isolate --guard --profile NAME` writes the command anew.
"""

import shlex
from collections.abc import Iterator

from sekisho.awsconfig.guarded import is_guarded
from sekisho.awsconfig.process_command import (
    PROCESS_KEY,
    asked_for,
    is_plain_command,
    process_command,
)
from sekisho.lint.mending import rewritten
from sekisho.lint.rule import Case, Found, Rule, Severity
from sekisho.lint.subject import Subject

__all__ = ["RULE"]


def _check(subject: Subject) -> Iterator[Found]:
    for profile in subject.facts.profiles.values():
        setting = profile.settings.get(PROCESS_KEY)
        if setting is None or not isinstance(setting.value, str) or not is_guarded(profile):
            continue
        asked = asked_for(setting.value)
        if not setting.value or (asked and asked.profile == profile.name):
            continue
        own = None
        if asked is not None and is_plain_command(setting.value):
            own = process_command(asked.program, profile.name)
        what = f"asks for {asked.profile}" if asked else "does not ask sekisho"
        yield Found(
            place=subject.value(setting),
            message=f"the {PROCESS_KEY} of the guarded profile {profile.name} {what}",
            effect=f"AWS tools get other credentials by the name {profile.name}"
            + (f": those of {asked.profile}, while that is open." if asked else "."),
            do=f"sekisho isolate --guard --profile {shlex.quote(profile.name)}",
            profiles=(profile.name,),
            fix=rewritten(subject, setting, PROCESS_KEY, own),
        )


RULE = Rule(
    id="SK311",
    name="process-for-another-profile",
    severity=Severity.ERROR,
    doc=__doc__,
    check=_check,
    bad=(
        Case(
            "a copied section with a new name",
            """\
[profile prod]
credential_process = "/opt/sekisho" credential-process --profile dev
sekisho_sso_session = hoge
sekisho_account_id = 123456789012
sekisho_role_name = ReadOnlyAccess
""",
            lines=(2,),
            says=("the guarded profile prod asks for dev", "those of dev"),
            fixed="""\
[profile prod]
credential_process = "/opt/sekisho" credential-process --profile prod
sekisho_sso_session = hoge
sekisho_account_id = 123456789012
sekisho_role_name = ReadOnlyAccess
""",
        ),
        Case(
            "another program",
            """\
[profile prod]
credential_process = /opt/fetch --profile prod
sekisho_sso_session = hoge
sekisho_account_id = 123456789012
sekisho_role_name = ReadOnlyAccess
""",
            lines=(2,),
            says=("the guarded profile prod does not ask sekisho",),
        ),
    ),
    good=(
        Case(
            "its own; a profile that is not guarded may ask for whom it likes",
            """\
[profile prod]
credential_process = "/opt/sekisho" credential-process --profile prod
sekisho_sso_session = hoge
sekisho_account_id = 123456789012
sekisho_role_name = ReadOnlyAccess

[profile alias]
credential_process = "/opt/sekisho" credential-process --profile prod
""",
        ),
    ),
)
