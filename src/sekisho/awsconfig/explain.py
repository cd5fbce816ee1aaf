"""Why a profile means what it means: every value with its origin, and what it takes part in.

It goes as far as it can: what is wrong with a profile stands among the problems, and the rest is
explained all the same.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sekisho.awsconfig.chain import RoleChain, role_chain
from sekisho.awsconfig.endpoints import endpoint_overrides
from sekisho.awsconfig.guarded import (
    DELIVERY_KEY,
    SESSION_KEY,
    guard_session,
    guarded_profile,
    is_guarded,
)
from sekisho.awsconfig.known_keys import KNOWN_KEYS, misspelt
from sekisho.awsconfig.masked import masked
from sekisho.awsconfig.origins import (
    BuiltIn,
    Explained,
    Option,
    Valued,
    Variable,
    in_file,
)
from sekisho.awsconfig.others import is_chain
from sekisho.awsconfig.settings import (
    AwsConfig,
    Profile,
    Setting,
    SsoSession,
    profile_named,
)
from sekisho.awsconfig.sso import sso_profile
from sekisho.errors import ConfigError, NotSso
from sekisho.model import Delivery, Environ, Form, ProfileName, SessionName, TokenKey

__all__ = ["Explanation", "ProfileForm", "explain"]


class ProfileForm(StrEnum):
    """What kind of profile it is."""

    LEGACY = "legacy"
    SSO_SESSION = "sso-session"
    GUARDED = "guarded"
    """A `credential_process` that asks the agent, with sekisho's own keys beside it."""
    CHAIN = "chain"
    """`role_arn`: assumes a role with the credentials of another profile."""
    OTHER = "other"
    """Nothing that a sign-in would open."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """All that the config and the environment say about one profile."""

    profile: Profile
    form: ProfileForm
    settings: Mapping[str, Explained]
    """By lower-cased key: the profile's, its session's, and what only the environment sets."""
    token_key: TokenKey | None
    """Of the cached token that would be used; for a chain, of the profile that it begins at."""
    account_id: str | None
    role_name: str | None
    """The permission set's name; for a chain, the role's at the end of its ARN."""
    chain: tuple[ProfileName, ...]
    """The source profiles of a chain, the SSO profile that it begins at last."""
    problems: tuple[ConfigError, ...]
    """What is wrong, each with file:line where it stands in a file."""


_ROLE_KEYS = ("sso_account_id", "sso_role_name")
_SSO_PREFIX = "sso_"
_DEFAULTS = {"output": "json"}
_VARIABLES = {
    "region": ("AWS_REGION", "AWS_DEFAULT_REGION"),
    "output": ("AWS_DEFAULT_OUTPUT",),
    "ca_bundle": ("AWS_CA_BUNDLE",),
    "endpoint_url": ("AWS_ENDPOINT_URL",),
}
"""Those that win over a key, the strongest first; one that is set to nothing says nothing."""
_FLAG_KEYS = (
    "ignore_configured_endpoint_urls",
    "use_fips_endpoint",
    "use_dualstack_endpoint",
)
"""Keys whose variable, AWS_ and the key in capitals, counts even when it is set to nothing."""


def explain(
    config: AwsConfig,
    config_file_alone: AwsConfig,
    name: str,
    environ: Environ,
    *,
    region: str | None = None,
) -> Explanation:
    """Explain the profile `name`; `region` is what the option --region says.

    `config_file_alone` is the config without the credentials file: it tells which of its values
    the credentials file overrules. Raises `ProfileNotFound`, and nothing for a profile that is
    broken.
    """
    profile = profile_named(config, name)
    form = _form(profile)
    guarded = form is ProfileForm.GUARDED
    session = guard_session(config, profile) if guarded else _session(config, profile)
    alone = config_file_alone.profiles.get(profile.name)
    settings = _settings(profile, alone.settings if alone else {}, session, environ, region)
    chain, problems = _refusals(config, profile, form)
    token_key, account_id, role_name = _identity(form, profile, session, chain)
    return Explanation(
        profile=profile,
        form=form,
        settings=settings,
        token_key=token_key,
        account_id=account_id,
        role_name=role_name,
        chain=_sources(chain) if chain else (),
        problems=(*problems, *_misspellings(profile, session, problems)),
    )


def _session(config: AwsConfig, profile: Profile) -> SsoSession | None:
    return config.sessions.get(SessionName(profile.text("sso_session") or ""))


def _form(profile: Profile) -> ProfileForm:
    if is_chain(profile):
        return ProfileForm.CHAIN
    keys = profile.settings.keys()
    wants_role = any(key in keys for key in _ROLE_KEYS)
    if is_guarded(profile):
        return ProfileForm.GUARDED
    if "sso_session" in keys:
        return ProfileForm.SSO_SESSION
    if wants_role or "sso_start_url" in keys:
        return ProfileForm.LEGACY
    return ProfileForm.OTHER


# --- which value wins ------------------------------------------------------------------------------


def _settings(
    profile: Profile,
    alone: Mapping[str, Setting],
    session: SsoSession | None,
    environ: Environ,
    region: str | None,
) -> Mapping[str, Explained]:
    laid_over = _laid_over(profile, session)
    keys = [*profile.settings, *laid_over, *_VARIABLES, *_FLAG_KEYS]
    found: dict[str, Explained] = {}
    for key in dict.fromkeys(keys):
        candidates = [
            *_from_outside(key, environ, region),
            *_from_files(key, profile, alone, laid_over, session),
        ]
        if key in _DEFAULTS:
            candidates.append(Valued(_DEFAULTS[key], BuiltIn()))
        if candidates:
            found[key] = Explained.of(candidates)
    return found


def _laid_over(profile: Profile, session: SsoSession | None) -> Mapping[str, Setting]:
    """The session's keys that have a say.

    An AWS setting that is not about SSO, such as `region`, has none in a session: it can only
    disagree with the profile's.
    """
    return {
        key: setting
        for key, setting in (session.settings if session else {}).items()
        if key.startswith(_SSO_PREFIX) or key in profile.settings or key not in KNOWN_KEYS
    }


def _from_outside(key: str, environ: Environ, region: str | None) -> Iterator[Valued]:
    if key == "region" and region:
        yield Valued(region, Option("--region"))
    for variable in _VARIABLES.get(key, ()):
        if text := environ.get(variable):
            yield Valued(masked(key, text), Variable(variable))
    flag = f"AWS_{key.upper()}"
    if key in _FLAG_KEYS and flag in environ:
        yield Valued(environ[flag], Variable(flag))


def _from_files(
    key: str,
    profile: Profile,
    alone: Mapping[str, Setting],
    laid_over: Mapping[str, Setting],
    session: SsoSession | None,
) -> Iterator[Valued]:
    """The session's value, the credentials file's, the config file's."""
    if session and key in laid_over:
        yield in_file(key, laid_over[key], section=f"[{session.kind} {session.name}]")
    own = profile.settings.get(key)
    if own:
        yield in_file(key, own)
    if own and key in alone and alone[key] != own:
        yield in_file(key, alone[key])


# --- what it signs in as ---------------------------------------------------------------------------


def _identity(
    form: ProfileForm,
    profile: Profile,
    session: SsoSession | None,
    chain: RoleChain | None,
) -> tuple[TokenKey | None, str | None, str | None]:
    """Token key, account and role, as far as they are known."""
    match form:
        case ProfileForm.CHAIN:
            account, role = _of_arn(profile.text("role_arn") or "")
            return _chained_key(chain), account, role
        case ProfileForm.GUARDED:
            key = _sealed_key(profile)
            return key, profile.text("sekisho_account_id"), profile.text("sekisho_role_name")
        case ProfileForm.OTHER:
            return None, None, None
        case _:
            account, role = (
                profile.text(key) or (session.text(key) if session else None) or None
                for key in _ROLE_KEYS
            )
            return _token_key(form, profile), account, role


def _token_key(form: ProfileForm, profile: Profile) -> TokenKey | None:
    if form is ProfileForm.SSO_SESSION:
        name = profile.text("sso_session")
        return TokenKey(Form.SSO_SESSION, name) if name else None
    url = profile.text("sso_start_url")
    return TokenKey(Form.LEGACY, url) if url else None


def _chained_key(chain: RoleChain | None) -> TokenKey | None:
    """The key of the token that a chain lives on; one that begins at a gate lives on none."""
    if chain is None or chain.source.target.delivery is Delivery.GUARDED:
        return None
    return chain.source.token_key


def _sealed_key(profile: Profile) -> TokenKey | None:
    """The key in the sealed store; a guarded profile has a gate, and no token."""
    session, delivery = profile.text(SESSION_KEY), profile.text(DELIVERY_KEY)
    if session is None or delivery != Delivery.SEALED:
        return None
    return TokenKey(Form.SSO_SESSION, session, Delivery.SEALED)


def _of_arn(arn: str) -> tuple[str | None, str | None]:
    """Account and name of `arn:PARTITION:iam::ACCOUNT:role/PATH/NAME`."""
    parts = arn.split(":", 5)
    if len(parts) < 6:
        return None, None
    return parts[4] or None, parts[5].rpartition("/")[2] or None


# --- what is wrong ---------------------------------------------------------------------------------


def _refusals(
    config: AwsConfig, profile: Profile, form: ProfileForm
) -> tuple[RoleChain | None, tuple[ConfigError, ...]]:
    """What the AWS tools would refuse, too; and the chain, where it can be followed.

    A chain that begins elsewhere than at SSO is none of sekisho's, and no problem.
    """
    chain = None
    problems: list[ConfigError] = []
    try:
        if form is ProfileForm.CHAIN:
            chain = role_chain(config, profile.name)
        elif form in (ProfileForm.LEGACY, ProfileForm.SSO_SESSION):
            sso_profile(config, profile.name)
        elif form is ProfileForm.GUARDED:
            guarded_profile(config, profile.name)
    except ConfigError as problem:
        if not isinstance(problem, NotSso):
            problems.append(problem)
    try:
        endpoint_overrides(config, profile.name)
    except ConfigError as problem:
        problems.append(problem)
    return chain, tuple(problems)


def _sources(chain: RoleChain) -> tuple[ProfileName, ...]:
    followed = [link.profile for link in reversed(chain.links)]
    return (*followed[1:], chain.source.name)


def _misspellings(
    profile: Profile, session: SsoSession | None, problems: tuple[ConfigError, ...]
) -> Iterator[ConfigError]:
    """Keys that AWS does not know and that are like one it knows, unless a problem says so."""
    said = "\n".join(problem.what for problem in problems)
    for key, setting in (*profile.settings.items(), *(session.settings if session else {}).items()):
        meant = misspelt(key)
        if meant is not None and f"{setting.place}: AWS knows no key" not in said:
            yield ConfigError(
                f"{setting.place}: AWS knows no key {key}; did you mean {meant}?",
                do=f"write {meant} in line {setting.line} of {setting.file}",
            )
