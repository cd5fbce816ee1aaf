"""An `[sso-session]` that AWS tools can still sign in to, though its profiles are guarded.

What it finds
-------------
1. An `[sso-session NAME]` beside a `[sekisho-session NAME]` of the same name.
2. An `[sso-session NAME]` that guarded profiles name, and no native profile.

Why it matters
--------------
`aws sso login --sso-session NAME`, an old script or a habit, writes a token to `~/.aws/sso/cache`. Who
reads that gets every role that you have, those of the guarded profiles included.

What to do
----------
`sekisho isolate --guard` renames the section where no native profile needs it, or takes it away where
sekisho's own says the same. Where native profiles need it, guard them, or give it another name.
"""

from collections.abc import Iterator

from sekisho.awsconfig.changes import RenameSection
from sekisho.awsconfig.document import SectionKind
from sekisho.awsconfig.edit import header_for
from sekisho.awsconfig.guarded import SESSION_KEY, is_guarded
from sekisho.awsconfig.profiles import SsoSession
from sekisho.lint.rule import Case, Fix, Fixable, Found, Rule, Severity
from sekisho.lint.subject import Subject

__all__ = ["RULE"]


def _check(subject: Subject) -> Iterator[Found]:
    facts = subject.facts
    native = {profile.text("sso_session") for profile in facts.profiles.values()}
    guarded = {
        profile.text(SESSION_KEY) for profile in facts.profiles.values() if is_guarded(profile)
    }
    for name, session in facts.sessions.items():
        if name in facts.guard_sessions:
            yield _found(subject, session, f"there is a [sekisho-session {name}], too", None)
        elif name in guarded and name not in native:
            yield _found(
                subject, session, "guarded profiles alone need it", _renamed(subject, session)
            )


def _found(subject: Subject, session: SsoSession, why: str, fix: Fix | None) -> Found:
    return Found(
        place=subject.header(session),
        message=f"AWS tools can sign in to [sso-session {session.name}], and {why}",
        effect="The token would lie on the disk, and who reads it gets the guarded roles, too.",
        do="sekisho isolate --guard",
        fix=fix,
    )


def _renamed(subject: Subject, session: SsoSession) -> Fix | None:
    section = subject.section_at(session)
    if section is None:
        return None
    header = header_for(SectionKind.SEKISHO_SESSION, session.name)
    return Fix((RenameSection(section, header),), Fixable.UNSAFE)


RULE = Rule(
    id="SK107",
    name="session-left-to-aws",
    severity=Severity.WARNING,
    doc=__doc__,
    check=_check,
    bad=(
        Case(
            "its last native profile was guarded by hand",
            """\
[profile prod]
credential_process = "/opt/sekisho" credential-process --profile prod
sekisho_sso_session = hoge
sekisho_account_id = 123456789012
sekisho_role_name = ReadOnlyAccess

[sso-session hoge]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
""",
            lines=(7,),
            says=("guarded profiles alone need it",),
            fixed="""\
[profile prod]
credential_process = "/opt/sekisho" credential-process --profile prod
sekisho_sso_session = hoge
sekisho_account_id = 123456789012
sekisho_role_name = ReadOnlyAccess

[sekisho-session hoge]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
""",
        ),
        Case(
            "a session of one name for each",
            """\
[profile prod]
credential_process = "/opt/sekisho" credential-process --profile prod
sekisho_sso_session = hoge
sekisho_account_id = 123456789012
sekisho_role_name = ReadOnlyAccess

[profile dev]
sso_session = hoge
sso_account_id = 210987654321
sso_role_name = AdministratorAccess

[sekisho-session hoge]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1

[sso-session hoge]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
""",
            lines=(16,),
            says=("there is a [sekisho-session hoge], too",),
        ),
    ),
    good=(
        Case(
            "each has its own name",
            """\
[profile prod]
credential_process = "/opt/sekisho" credential-process --profile prod
sekisho_sso_session = hoge
sekisho_account_id = 123456789012
sekisho_role_name = ReadOnlyAccess

[profile dev]
sso_session = hoge-dev
sso_account_id = 210987654321
sso_role_name = AdministratorAccess

[sekisho-session hoge]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1

[sso-session hoge-dev]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
""",
        ),
    ),
)
