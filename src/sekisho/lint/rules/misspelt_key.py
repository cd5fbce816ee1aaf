"""A key that no AWS tool knows, and that is nearly one they do know.

What it finds
-------------
A key of a profile or an sso-session that AWS does not know and that differs by a letter or two
from a known one: `sso_sssion` for `sso_session`.

Why it matters
--------------
AWS tools pass over unknown keys without a word. With `sso_sssion` in a profile, the AWS CLI does
not see the session: it complains about keys that seem to be missing, or, where the keys of the
legacy form are there as well, it silently uses the legacy form, with a token that every profile
of the start URL shares.

What to do
----------
Correct the key. If it is meant for another tool, leave it: AWS tools do not mind.
"""

from collections.abc import Iterator, Mapping

from sekisho.awsconfig.profiles import Setting, misspelt
from sekisho.lint.mending import removed, respelt
from sekisho.lint.rule import Case, Found, Rule, Severity
from sekisho.lint.subject import Subject
from sekisho.lint.wording import where
from sekisho.model import ProfileName

__all__ = ["RULE"]

_SILENT = "AWS tools do not say that they do not know the key: they go on without it."


def _check(subject: Subject) -> Iterator[Found]:
    for profile in subject.facts.profiles.values():
        yield from _in_section(subject, profile.settings, (profile.name,))
    for session in subject.facts.sessions.values():
        yield from _in_section(subject, session.settings, ())


def _in_section(
    subject: Subject, settings: Mapping[str, Setting], profiles: tuple[ProfileName, ...]
) -> Iterator[Found]:
    for key, setting in settings.items():
        meant = misspelt(key)
        if meant is not None:
            yield Found(
                place=subject.key(setting),
                message=f'unknown key "{key}"; did you mean "{meant}"?',
                effect=_effect(meant, settings, profiles),
                do=_do(key, meant, setting, there=settings.get(meant)),
                profiles=profiles,
                fix=removed(subject, setting, key)
                if meant in settings
                else respelt(subject, setting, key, meant),
            )


def _effect(meant: str, settings: Mapping[str, Setting], profiles: tuple[ProfileName, ...]) -> str:
    if meant != "sso_session" or not profiles or meant in settings:
        return _SILENT
    missing = [key for key in ("sso_start_url", "sso_region") if key not in settings]
    if not missing:
        return (
            "The AWS CLI silently uses the legacy form: the token is shared by every profile of "
            "the start URL, and cannot refresh."
        )
    return (
        f'The profile "{profiles[0]}" is configured to use SSO but is missing required '
        f"configuration: {', '.join(missing)}\nThe key itself is never named."
    )


def _do(key: str, meant: str, setting: Setting, *, there: Setting | None) -> str:
    if there is not None:
        return f"remove {key} in {where(setting)}: {meant} is there already, in line {there.line}"
    return f"write {meant} instead of {key} in {where(setting)}"


RULE = Rule(
    id="SK201",
    name="misspelt-key",
    severity=Severity.ERROR,
    doc=__doc__,
    check=_check,
    bad=(
        Case(
            "sso_session lacks a letter",
            """\
[profile dev]
sso_sssion = hoge-dev
sso_account_id = 123456789012
sso_role_name = AdministratorAccess

[sso-session hoge-dev]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
""",
            lines=(2,),
            says=(
                'unknown key "sso_sssion"; did you mean "sso_session"?',
                "is missing required configuration: sso_start_url, sso_region",
            ),
            fixed="""\
[profile dev]
sso_session = hoge-dev
sso_account_id = 123456789012
sso_role_name = AdministratorAccess

[sso-session hoge-dev]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
""",
        ),
        Case(
            "the legacy keys hide it",
            """\
[profile dev]
sso_sssion = hoge-dev
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
sso_account_id = 123456789012
sso_role_name = AdministratorAccess
""",
            lines=(2,),
            says=("The AWS CLI silently uses the legacy form",),
        ),
        Case(
            "the right key is there as well",
            """\
[profile dev]
sso_session = hoge-dev
sso_sesion = hoge-stg
sso_account_id = 123456789012
sso_role_name = AdministratorAccess

[sso-session hoge-dev]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
""",
            lines=(3,),
            says=("AWS tools do not say that they do not know the key",),
        ),
        Case(
            "the session's scopes are misspelt",
            """\
[sso-session hoge-dev]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
sso_registration_scope = sso:account:access
""",
            lines=(4,),
            says=('did you mean "sso_registration_scopes"?',),
        ),
    ),
    good=(
        Case(
            "case does not matter, and another tool's key is nothing like AWS's",
            """\
[profile dev]
SSO_Session = hoge-dev
sso_account_id = 123456789012
sso_role_name = AdministratorAccess
team_colour = green

[sso-session hoge-dev]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
sso_registration_scopes = sso:account:access
""",
        ),
    ),
)
