"""Guarded profiles: what they ask of the agent, by keys of sekisho's own that AWS tools pass over.

    [profile prod]
    credential_process = "/home/you/.local/bin/sekisho" credential-process --profile prod
    sekisho_sso_session = hoge
    sekisho_account_id = 123456789012
    sekisho_role_name = ReadOnlyAccess

The session is `[sekisho-session hoge]`, or else `[sso-session hoge]`, while other profiles need
that. With `sekisho_delivery = sealed` the token lies in the sealed store and no agent is asked.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from sekisho.awsconfig.process_command import PROCESS_KEY
from sekisho.awsconfig.settings import (
    AwsConfig,
    Profile,
    Setting,
    SsoSession,
    nearest,
    profile_named,
)
from sekisho.awsconfig.sso import absent, session_target
from sekisho.errors import ConfigError, SessionNotFound, SettingsMissing
from sekisho.model import (
    AccountId,
    Delivery,
    ProfileName,
    Region,
    Role,
    RoleName,
    SessionName,
    SignInTarget,
)
from sekisho.values import dataclass, replace

__all__ = [
    "ACCOUNT_KEY",
    "DELIVERY_KEY",
    "GUARD_KEYS",
    "NATIVE_KEYS",
    "ROLE_KEY",
    "SESSION_KEY",
    "GuardedProfile",
    "guard_session",
    "guarded_profile",
    "guarded_profiles",
    "is_guarded",
]

SESSION_KEY = "sekisho_sso_session"
"""What makes a profile a guarded one."""
ACCOUNT_KEY = "sekisho_account_id"
"""As `sso_account_id` of a native profile."""
ROLE_KEY = "sekisho_role_name"
"""As `sso_role_name` of a native profile."""
DELIVERY_KEY = "sekisho_delivery"
"""`guarded`, which need not be said, or `sealed`."""
GUARD_KEYS = (SESSION_KEY, ACCOUNT_KEY, ROLE_KEY, DELIVERY_KEY)
"""Sekisho's own keys of the form."""
NATIVE_KEYS = (
    "sso_session",
    "sso_start_url",
    "sso_region",
    "sso_account_id",
    "sso_role_name",
    "sso_registration_scopes",
)
"""The SSO keys of AWS: a guarded profile has none of them, as some SDK would take them first."""

_NEEDED = (PROCESS_KEY, SESSION_KEY, ACCOUNT_KEY, ROLE_KEY)
_NEEDED_IN_SESSION = ("sso_start_url", "sso_region")
_DELIVERIES = (Delivery.GUARDED, Delivery.SEALED)
_DEFAULT_SCOPES = ("sso:account:access",)
_WINS = ("role_arn", "web_identity_token_file", "sso_account_id", "sso_role_name")
"""A profile with one of these gets its credentials elsewhere: AWS tools ask no process."""


@dataclass(frozen=True, slots=True)
class GuardedProfile:
    """A profile whose credentials come from sekisho alone, fully resolved."""

    name: ProfileName
    delivery: Delivery
    """Guarded or sealed."""
    target: SignInTarget
    """The sign-in that opens it. The scopes are filled in."""
    role: Role
    region: Region | None
    """`region`: where its service calls go."""
    output: str | None
    file: Path
    line: int
    """The line of its header, from 1."""


def is_guarded(profile: Profile) -> bool:
    """Whether `profile` is of the guarded form, complete or not: no native sign-in is for it."""
    keys = profile.settings.keys()
    return SESSION_KEY in keys and keys.isdisjoint(_WINS)


def guarded_profile(config: AwsConfig, name: str) -> GuardedProfile | None:
    """Return the profile `name` as the agent is to see it; `None` where it is of another form.

    Raises `ProfileNotFound`; `SettingsMissing` for an incomplete profile or session;
    `SessionNotFound`; `ConfigError` for a delivery that there is not.
    """
    resolved = _resolve(config, profile_named(config, name))
    if resolved is None or isinstance(resolved, GuardedProfile):
        return resolved
    raise resolved()


def guarded_profiles(config: AwsConfig) -> tuple[GuardedProfile, ...]:
    """Return all guarded profiles that resolve, in the order of the files."""
    resolved = (_resolve(config, profile) for profile in config.profiles.values())
    return tuple(one for one in resolved if isinstance(one, GuardedProfile))


def guard_session(config: AwsConfig, profile: Profile) -> SsoSession | None:
    """Return the session that the guarded `profile` names, if there is one of that name."""
    name = SessionName(profile.text(SESSION_KEY) or "")
    return config.guard_sessions.get(name) or config.sessions.get(name)


_Problem = Callable[[], ConfigError]
"""An error still to be made: its hints cost time, and `guarded_profiles` does not want them."""


def _resolve(config: AwsConfig, profile: Profile) -> GuardedProfile | _Problem | None:
    if not is_guarded(profile):
        return None
    if missing := absent(_NEEDED, profile.settings):
        return partial(_incomplete, profile, missing)
    session = guard_session(config, profile)
    if session is None:
        return partial(_dangling, config, profile.settings[SESSION_KEY])
    if missing := absent(_NEEDED_IN_SESSION, session.settings):
        return partial(_session_incomplete, profile, session, missing)
    delivery = profile.settings.get(DELIVERY_KEY)
    if delivery is not None and delivery.value not in _DELIVERIES:
        return partial(_no_delivery, delivery)
    chosen = Delivery.GUARDED if delivery is None else Delivery(str(delivery.value))
    target = session_target(session.settings, session.name)
    region = profile.text("region")
    return GuardedProfile(
        name=profile.name,
        delivery=chosen,
        target=replace(target, scopes=target.scopes or _DEFAULT_SCOPES, delivery=chosen),
        role=Role(
            AccountId(profile.text(ACCOUNT_KEY) or ""), RoleName(profile.text(ROLE_KEY) or "")
        ),
        region=Region(region) if region else None,
        output=profile.text("output"),
        file=profile.file,
        line=profile.line,
    )


def _incomplete(profile: Profile, missing: tuple[str, ...]) -> ConfigError:
    sentence = (
        f'The profile "{profile.name}" is configured to be guarded but is missing required '
        f"configuration: {', '.join(missing)}"
    )
    return SettingsMissing(profile.name, missing, where=profile.place, sentence=sentence)


def _session_incomplete(
    profile: Profile, session: SsoSession, missing: tuple[str, ...]
) -> ConfigError:
    sentence = (
        f'The profile "{profile.name}" is guarded, and its session "{session.name}" is missing '
        f"required configuration: {', '.join(missing)}"
    )
    return SettingsMissing(profile.name, missing, where=session.place, sentence=sentence)


def _dangling(config: AwsConfig, reference: Setting) -> ConfigError:
    name = str(reference.value)
    near = nearest(name, (*config.guard_sessions, *config.sessions))
    return SessionNotFound(name, near=near, where=reference.place, guarded=True)


def _no_delivery(delivery: Setting) -> ConfigError:
    return ConfigError(
        f"{delivery.place}: {DELIVERY_KEY} = {delivery.value} is no delivery that there is",
        do=f"write guarded or sealed in line {delivery.line} of {delivery.file}",
    )
