"""What a profile asks of IAM Identity Center: the sign-in, the account and the role.

The rules are botocore's `SSOProvider` and `SSOTokenProvider` for the use of a profile, and the
AWS CLI's `aws sso login` for the sign-in; so are the sentences (`spec/aws-cli.md` §1.5, §1.6).
"""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path

from sekisho.awsconfig.known_keys import misspelt
from sekisho.awsconfig.settings import (
    AwsConfig,
    Profile,
    Setting,
    SsoSession,
    nearest,
    profile_named,
    text_of,
)
from sekisho.errors import (
    ConfigError,
    NotSso,
    SessionNotFound,
    SettingsInconsistent,
    SettingsMissing,
)
from sekisho.model import (
    AccountId,
    ProfileName,
    Region,
    Role,
    RoleName,
    SessionName,
    SignInTarget,
    StartUrl,
    TokenKey,
)
from sekisho.values import dataclass

__all__ = [
    "SsoProfile",
    "absent",
    "login_target",
    "scopes_in",
    "session_target",
    "sso_profile",
    "sso_profiles",
]

_ROLE_KEYS = ("sso_role_name", "sso_account_id")
_SIGN_IN_KEYS = ("sso_start_url", "sso_region")
_LOGIN_MISSES = "Missing the following required SSO configuration values"
_PLEASE_CONFIGURE = (
    "To make sure this profile is properly configured to use SSO, please run: aws configure sso"
)


@dataclass(frozen=True, slots=True)
class SsoProfile:
    """A profile that gets its credentials from IAM Identity Center, fully resolved."""

    name: ProfileName
    target: SignInTarget
    """The sign-in whose token it uses."""
    role: Role | None
    """`None`: it names neither account nor role, so it can sign in and fetch no credentials."""
    region: Region | None
    """`region`: where its service calls go."""
    output: str | None
    file: Path
    line: int
    """The line of its header, from 1."""

    @property
    def token_key(self) -> TokenKey:
        """The key of the cached token that it uses."""
        return self.target.token_key


def sso_profile(config: AwsConfig, name: str) -> SsoProfile:
    """Return the profile `name` as botocore would use it for credentials.

    The keys of its sso-session are laid over its own. Raises `ProfileNotFound`;
    `SessionNotFound`; `SettingsMissing`, which names a key that is probably misspelt;
    `SettingsInconsistent` when profile and session give one key two values; `NotSso`.
    """
    profile = profile_named(config, name)
    resolved = _resolve(config, profile)
    if isinstance(resolved, SsoProfile):
        return resolved
    raise resolved()


def sso_profiles(config: AwsConfig) -> tuple[SsoProfile, ...]:
    """Return all profiles that resolve, in the order of the files; the others are left out."""
    resolved = (_resolve(config, profile) for profile in config.profiles.values())
    return tuple(one for one in resolved if isinstance(one, SsoProfile))


def login_target(config: AwsConfig, *, profile: str | None, session: str | None) -> SignInTarget:
    """Return what `login` signs in to: `session`, or else what `profile` (or `default`) names.

    Only the session's own values count, so a profile that disagrees with its session can still
    sign in, as with `aws sso login`. A `profile` must exist even where a `session` is given.
    Raises `ProfileNotFound`, `SessionNotFound`, `SettingsMissing` and `NotSso`.
    """
    if session is not None:
        if profile is not None:
            profile_named(config, profile)
        return _login_session(config, session, where="")
    chosen = profile_named(config, "default" if profile is None else profile)
    reference = chosen.settings.get("sso_session")
    if reference is not None:
        return _login_session(config, str(reference.value), where=reference.place)
    if missing := absent(_SIGN_IN_KEYS, chosen.settings):
        raise _cannot_sign_in(chosen, missing)
    return session_target(chosen.settings, None)


_Problem = Callable[[], ConfigError]
"""An error still to be made: its hints cost time, and `sso_profiles` does not want them."""


def _resolve(config: AwsConfig, profile: Profile) -> SsoProfile | _Problem:
    reference = profile.settings.get("sso_session")
    if reference is None:
        return _resolve_legacy(profile)
    session = config.sessions.get(SessionName(str(reference.value)))
    wants_role = any(key in profile.settings for key in _ROLE_KEYS)
    if session is None or not (session.settings or wants_role):
        return partial(_dangling, config, profile, reference)
    merged = {**profile.settings, **session.settings}
    if wants_role:
        for key, setting in session.settings.items():
            own = profile.settings.get(key, setting)
            if own.value != setting.value:
                return partial(_inconsistent, key, own, setting)
        if missing := absent(_ROLE_KEYS + _SIGN_IN_KEYS, merged):
            return partial(_incomplete, profile, session, missing)
    role = _role(merged) if wants_role else None
    # the token provider, which every client asks too, reads the session alone
    if missing := absent(_SIGN_IN_KEYS, session.settings):
        return partial(_token_incomplete, profile, session, missing)
    return _sso_profile(profile, session_target(session.settings, session.name), role)


def _resolve_legacy(profile: Profile) -> SsoProfile | _Problem:
    wants_role = any(key in profile.settings for key in _ROLE_KEYS)
    if not wants_role and "sso_start_url" not in profile.settings:
        return partial(_not_sso, profile)
    needed = _ROLE_KEYS + _SIGN_IN_KEYS if wants_role else _SIGN_IN_KEYS
    if missing := absent(needed, profile.settings):
        return partial(_incomplete, profile, None, missing)
    role = _role(profile.settings) if wants_role else None
    return _sso_profile(profile, session_target(profile.settings, None), role)


def _sso_profile(profile: Profile, target: SignInTarget, role: Role | None) -> SsoProfile:
    """Region and output are the profile's own: those of a session count for nothing."""
    region = profile.text("region")
    return SsoProfile(
        name=profile.name,
        target=target,
        role=role,
        region=Region(region) if region else None,
        output=profile.text("output"),
        file=profile.file,
        line=profile.line,
    )


def _role(settings: Mapping[str, Setting]) -> Role:
    account, name = text_of(settings, "sso_account_id"), text_of(settings, "sso_role_name")
    return Role(AccountId(account or ""), RoleName(name or ""))


def session_target(settings: Mapping[str, Setting], session: SessionName | None) -> SignInTarget:
    """Return the sign-in that the keys in `settings` make, of the sso-session where there is one.

    The scopes are split as the AWS CLI does; the legacy form has none.
    """
    scopes = None if session is None else text_of(settings, "sso_registration_scopes")
    return SignInTarget(
        start_url=StartUrl(text_of(settings, "sso_start_url") or ""),
        region=Region(text_of(settings, "sso_region") or ""),
        session=session,
        scopes=None if scopes is None else scopes_in(scopes),
    )


def scopes_in(text: str) -> tuple[str, ...]:
    """Split the value of `sso_registration_scopes`."""
    return tuple(scope for part in text.split(",") if (scope := part.strip()))


def absent(keys: Iterable[str], settings: Mapping[str, Setting]) -> tuple[str, ...]:
    """Return those of `keys` that `settings` lacks.

    An empty value and a nested block are as good as none: botocore fails on them later.
    """
    return tuple(key for key in keys if not text_of(settings, key))


def _login_session(config: AwsConfig, name: str, *, where: str) -> SignInTarget:
    session = config.sessions.get(SessionName(name))
    if session is None:
        raise SessionNotFound(name, near=nearest(name, config.sessions), where=where)
    if missing := absent(_SIGN_IN_KEYS, session.settings):
        raise SettingsMissing(
            name,
            missing,
            where=session.place,
            hint=_misspelling(session.settings),
            sentence=f"{_LOGIN_MISSES}: {', '.join(missing)}.",
        )
    return session_target(session.settings, session.name)


def _cannot_sign_in(profile: Profile, missing: tuple[str, ...]) -> ConfigError:
    hint = _misspelling(profile.settings)
    if hint is None and not any(key.startswith("sso_") for key in profile.settings):
        return NotSso(profile.name)
    sentence = f"{_LOGIN_MISSES}: {', '.join(missing)}. {_PLEASE_CONFIGURE}"
    return SettingsMissing(profile.name, missing, where=profile.place, hint=hint, sentence=sentence)


def _dangling(config: AwsConfig, profile: Profile, reference: Setting) -> ConfigError:
    name = str(reference.value)
    sentence = None
    if not any(key in profile.settings for key in _ROLE_KEYS):
        sentence = (
            f'The profile "{profile.name}" is configured to use the SSO token provider but the '
            f'"{name}" sso_session configuration does not exist.'
        )
    near = None if SessionName(name) in config.sessions else nearest(name, config.sessions)
    return SessionNotFound(name, near=near, where=reference.place, sentence=sentence)


def _inconsistent(key: str, own: Setting, of_session: Setting) -> ConfigError:
    from sekisho.awsconfig.masked import masked  # it costs time, and few need it

    values = (str(masked(key, own.value)), str(masked(key, of_session.value)))
    return SettingsInconsistent(key, *values, where=(own.place, of_session.place))


def _incomplete(
    profile: Profile, session: SsoSession | None, missing: tuple[str, ...]
) -> ConfigError:
    sessions_fault = session is not None and not set(missing) & set(_ROLE_KEYS)
    settings = {**(session.settings if session else {}), **profile.settings}
    return SettingsMissing(
        profile.name,
        missing,
        where=session.place if session and sessions_fault else profile.place,
        hint=_misspelling(settings),
    )


def _token_incomplete(
    profile: Profile, session: SsoSession, missing: tuple[str, ...]
) -> ConfigError:
    sentence = (
        f'The profile "{profile.name}" is configured to use the SSO token provider but is '
        f"missing the following configuration: {list(missing)}."
    )
    hint = _misspelling(session.settings)
    return SettingsMissing(profile.name, missing, where=session.place, hint=hint, sentence=sentence)


def _not_sso(profile: Profile) -> ConfigError:
    return NotSso(profile.name, hint=_misspelling(profile.settings))


def _misspelling(settings: Mapping[str, Setting]) -> str | None:
    """The first key that was probably meant to be an SSO key which is not there."""
    for key, setting in settings.items():
        meant = misspelt(key)
        if meant is not None and meant.startswith("sso_") and meant not in settings:
            return f"{setting.place}: AWS knows no key {key}; did you mean {meant}?"
    return None
