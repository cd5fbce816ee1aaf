"""Half a guarded profile: sekisho's own keys are there, and something that they need is not.

What it finds
-------------
1. A profile with a key of sekisho's (`sekisho_sso_session`, `sekisho_account_id`, `sekisho_role_name`,
   `sekisho_delivery`) that lacks another one that it needs, or `credential_process`.
2. A `sekisho_sso_session` that neither `[sekisho-session NAME]` nor `[sso-session NAME]` defines, or
   whose section lacks `sso_start_url` or `sso_region`.
3. A `sekisho_delivery` other than `guarded` and `sealed`.

Why it matters
--------------
`sekisho login` refuses the profile, and AWS tools find no credentials for it. Without
`sekisho_sso_session` it is no guarded profile at all.

What to do
----------
Add what is missing. `sekisho isolate --guard` writes whole profiles.
"""

from collections.abc import Iterator

from sekisho.awsconfig.guarded import (
    ACCOUNT_KEY,
    DELIVERY_KEY,
    GUARD_KEYS,
    ROLE_KEY,
    SESSION_KEY,
    guard_session,
)
from sekisho.awsconfig.process_command import PROCESS_KEY
from sekisho.awsconfig.profiles import Profile, SsoSession
from sekisho.awsconfig.settings import nearest
from sekisho.awsconfig.sso import absent
from sekisho.lint.mending import respelt, rewritten
from sekisho.lint.rule import Case, Found, Rule, Severity
from sekisho.lint.subject import Place, Subject
from sekisho.lint.wording import Suggestions, where
from sekisho.model import Delivery

__all__ = ["RULE"]

_NEEDED = (PROCESS_KEY, SESSION_KEY, ACCOUNT_KEY, ROLE_KEY)
_NEEDED_IN_SESSION = ("sso_start_url", "sso_region")
_DELIVERIES = (Delivery.GUARDED, Delivery.SEALED)
_PREFIX = "sekisho_"


def _check(subject: Subject) -> Iterator[Found]:
    reported: set[tuple[str, str]] = set()
    suggestions = Suggestions((*subject.facts.guard_sessions, *subject.facts.sessions))
    for profile in subject.facts.profiles.values():
        if profile.settings.keys().isdisjoint(GUARD_KEYS):
            continue
        missing = absent(_NEEDED, profile.settings)
        for key in missing:
            yield _lacks(subject, profile, key)
        yield from _delivery(subject, profile)
        if SESSION_KEY in missing:
            continue
        session = guard_session(subject.facts, profile)
        if session is None:
            yield _undefined(subject, profile, suggestions)
        elif (session.kind, session.name) not in reported:
            reported.add((session.kind, session.name))
            yield from _session_lacks(subject, profile, session)


def _lacks(subject: Subject, profile: Profile, key: str) -> Found:
    wrong = _misspelt(profile, key)
    setting = profile.settings.get(wrong or "")
    place: Place = subject.header(profile)
    do, meant, fix = f"add {key} below line {profile.line} of {profile.file}", "", None
    if wrong is not None and setting is not None:
        place, do = subject.key(setting), f"write {key} in {where(setting)}"
        meant, fix = f"; {wrong} is no key", respelt(subject, setting, wrong, key)
    return Found(
        place=place,
        message=f"the guarded profile {profile.name} lacks {key}{meant}",
        effect=f'The profile "{profile.name}" is configured to be guarded but is missing required '
        f"configuration: {key}",
        do=do,
        profiles=(profile.name,),
        fix=fix,
    )


def _misspelt(profile: Profile, key: str) -> str | None:
    """The key of the profile that was probably meant to be `key`."""
    others = [k for k in profile.settings if k.startswith(_PREFIX) and k not in GUARD_KEYS]
    return nearest(key, others) if key.startswith(_PREFIX) else None


def _delivery(subject: Subject, profile: Profile) -> Iterator[Found]:
    setting = profile.settings.get(DELIVERY_KEY)
    if setting is not None and setting.value not in _DELIVERIES:
        yield Found(
            place=subject.value(setting),
            message=f"{DELIVERY_KEY} = {setting.value} is no delivery that there is",
            effect="No login and no command takes the profile.",
            do=f"write guarded or sealed in {where(setting)}",
            profiles=(profile.name,),
        )


def _undefined(subject: Subject, profile: Profile, suggestions: Suggestions) -> Found:
    setting = profile.settings[SESSION_KEY]
    near = suggestions.of(str(setting.value))
    return Found(
        place=subject.value(setting),
        message=f'profile {profile.name} names the session "{setting.value}", which is not defined'
        + (f'; did you mean "{near}"?' if near else ""),
        effect=f'The specified sekisho-session does not exist: "{setting.value}"',
        do=f"write `{SESSION_KEY} = {near}` in {where(setting)}"
        if near
        else f"add a section [sekisho-session {setting.value}] with sso_start_url and sso_region",
        profiles=(profile.name,),
        fix=rewritten(subject, setting, SESSION_KEY, near),
    )


def _session_lacks(subject: Subject, profile: Profile, session: SsoSession) -> Iterator[Found]:
    missing = absent(_NEEDED_IN_SESSION, session.settings)
    if missing:
        keys = " and ".join(missing)
        yield Found(
            place=subject.header(session),
            message=f"[{session.kind} {session.name}] lacks {keys}",
            effect=f'The profile "{profile.name}" is guarded, and its session "{session.name}" is '
            f"missing required configuration: {', '.join(missing)}",
            do=f"add {keys} below line {session.line} of {session.file}",
            profiles=(profile.name,),
        )


RULE = Rule(
    id="SK220",
    name="guarded-profile-incomplete",
    severity=Severity.ERROR,
    doc=__doc__,
    check=_check,
    bad=(
        Case(
            "a misspelt key",
            """\
[profile prod]
credential_process = "/opt/sekisho" credential-process --profile prod
sekisho_sso_session = hoge
sekisho_acount_id = 123456789012
sekisho_role_name = ReadOnlyAccess

[sekisho-session hoge]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
""",
            lines=(4,),
            says=("lacks sekisho_account_id; sekisho_acount_id is no key",),
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
            "no process, an unknown delivery, and a session without a Region",
            """\
[profile prod]
sekisho_sso_session = hoge
sekisho_account_id = 123456789012
sekisho_role_name = ReadOnlyAccess
sekisho_delivery = hidden

[sekisho-session hoge]
sso_start_url = https://hoge.awsapps.com/start
""",
            lines=(1, 5, 7),
            says=("the guarded profile prod lacks credential_process",),
        ),
        Case(
            "a session that is not there",
            """\
[profile prod]
credential_process = "/opt/sekisho" credential-process --profile prod
sekisho_sso_session = hoga
sekisho_account_id = 123456789012
sekisho_role_name = ReadOnlyAccess

[sekisho-session hoge]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
""",
            lines=(3,),
            says=('did you mean "hoge"?',),
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
    ),
    good=(
        Case(
            "whole; the session may still be one of AWS's, while a native profile needs it",
            """\
[profile prod]
credential_process = "/opt/sekisho" credential-process --profile prod
sekisho_sso_session = hoge
sekisho_account_id = 123456789012
sekisho_role_name = ReadOnlyAccess
sekisho_delivery = sealed

[profile dev]
sso_session = hoge
sso_account_id = 210987654321
sso_role_name = AdministratorAccess

[sso-session hoge]
sso_start_url = https://hoge.awsapps.com/start
sso_region = us-east-1
""",
        ),
    ),
)
