"""Profiles of several environments name one sso-session: a login for one opens them all.

What it finds
-------------
An `[sso-session]` that profiles of more than one environment use. What `policy.toml` declares in
sekisho's config folder counts:

```toml
[environment.prod]
profiles = ["prod", "*-prod"]
```

Any other profile's environment is guessed:

1. A profile whose name has an environment's word in it (`dev`, `stg`, `prod`, `hoge-staging`)
   belongs to that environment.
2. Any other profile belongs with the profiles of its account, when those agree on one environment.
3. What is left is one environment for each account.

Why it matters
--------------
An sso-session has one token. Whichever of its profiles asked for the login, every other one works
from then on as well, and stays so for as long as the token refreshes: a login meant for dev
reaches prod too.

What to do
----------
`sekisho isolate --by environment` gives each environment an sso-session of its own (`--by profile`
and `--by account` part more). That decides which
file a token lies in, and so which login a profile needs. It does not make the token weaker:
whoever reads it can still fetch every role that the person is assigned. If the profiles are meant
to open together, leave them as they are.
"""

from collections.abc import Iterator, Mapping

from sekisho.awsconfig.profiles import SsoProfile
from sekisho.lint.rule import Case, Found, Rule, Severity
from sekisho.lint.subject import Subject
from sekisho.lint.wording import listed
from sekisho.model import ProfileName, SessionName
from sekisho.reach.environments import guess_environments

__all__ = ["RULE"]


def _check(subject: Subject) -> Iterator[Found]:
    environments = guess_environments(subject.sso, subject.policy)
    by_session: dict[SessionName, list[SsoProfile]] = {}
    for profile in subject.sso:
        if profile.target.session is not None and profile.name in environments:
            by_session.setdefault(profile.target.session, []).append(profile)
    for session, sharing in by_session.items():
        if len({environments[profile.name] for profile in sharing}) > 1:
            yield _found(subject, session, sharing, environments)


def _found(
    subject: Subject,
    session: SessionName,
    sharing: list[SsoProfile],
    environments: Mapping[ProfileName, str],
) -> Found:
    names = [profile.name for profile in sharing]
    first = names[0]
    elsewhere = [name for name in names if environments[name] != environments[first]]
    met = list(dict.fromkeys(environments[name] for name in names))
    return Found(
        place=subject.header(subject.facts.sessions[session]),
        message=f"[sso-session {session}] is shared by {len(met)} environments "
        f"({listed(met)}), through the profiles {listed(names)}",
        effect=f"A login to {first} also opens {listed(elsewhere)}: an sso-session has one token, "
        "and it refreshes by itself.",
        do="sekisho isolate --by environment",
        profiles=tuple(names),
    )


RULE = Rule(
    id="SK102",
    name="session-shared-by-environments",
    severity=Severity.WARNING,
    doc=__doc__,
    check=_check,
    bad=(
        Case(
            "the names say dev and stg",
            """\
[sso-session hoge]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
sso_registration_scopes = sso:account:access

[profile dev]
sso_session = hoge
sso_account_id = 123456789012
sso_role_name = AdministratorAccess

[profile stg]
sso_session = hoge
sso_account_id = 210987654321
sso_role_name = AdministratorAccess
""",
            lines=(1,),
            says=("2 environments (dev, stg)", "A login to dev also opens stg"),
        ),
        Case(
            "the names say nothing, and the accounts are two",
            """\
[profile billing]
sso_session = hoge
sso_account_id = 123456789012
sso_role_name = Billing

[profile website]
sso_session = hoge
sso_account_id = 210987654321
sso_role_name = PowerUserAccess

[sso-session hoge]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
""",
            lines=(11,),
            says=("(123456789012, 210987654321)",),
        ),
    ),
    good=(
        Case(
            "all profiles of the session are dev's",
            """\
[sso-session hoge-dev]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
sso_registration_scopes = sso:account:access

[profile dev-web]
sso_session = hoge-dev
sso_account_id = 123456789012
sso_role_name = AdministratorAccess

[profile dev-data]
sso_session = hoge-dev
sso_account_id = 210987654321
sso_role_name = AdministratorAccess
""",
        ),
        Case(
            "a profile without a word in its name is of dev's account",
            """\
[sso-session hoge-dev]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1

[profile hoge-dev]
sso_session = hoge-dev
sso_account_id = 123456789012
sso_role_name = AdministratorAccess

[profile logs]
sso_session = hoge-dev
sso_account_id = 123456789012
sso_role_name = ReadOnlyAccess
""",
        ),
    ),
    looks_around=True,
)
