"""Role chains: `role_arn` with a `source_profile`, followed to the SSO profile it begins at.

The rules and the sentences are those of botocore's `AssumeRoleProvider`: a profile with `role_arn`
assumes a role whatever else it has, and a source with static keys is followed no further.
"""

from pathlib import Path

from sekisho.awsconfig.opened import delivered_profile
from sekisho.awsconfig.others import is_chain
from sekisho.awsconfig.settings import AwsConfig, Profile, nearest, profile_named
from sekisho.awsconfig.sso import SsoProfile
from sekisho.errors import (
    ChainLoop,
    ConfigError,
    NotSso,
    SettingsMissing,
    SourceProfileNotFound,
)
from sekisho.model import ProfileName, Region
from sekisho.values import dataclass

__all__ = ["RoleChain", "RoleLink", "role_chain"]

_STATIC_KEYS = ("aws_access_key_id", "aws_secret_access_key")
_MOST_LINKS = 32
"""Each costs a call; nobody has a tenth of it, and botocore's own recursion ends, too."""


@dataclass(frozen=True, slots=True)
class RoleLink:
    """One step of a chain: the AssumeRole call that one profile configures."""

    profile: ProfileName
    role_arn: str
    session_name: str | None
    """`role_session_name`; `None` leaves it to the caller."""
    external_id: str | None
    duration_seconds: int | None
    """`None` where it is not configured, or is no number: botocore passes over that."""
    mfa_serial: str | None
    """Whose code has to be asked for at each call."""
    source_identity: str | None
    """`source_identity`: botocore knows no key for it; this is the one that aws-vault reads."""
    place: str
    """`file:line` of `role_arn`, as messages name it."""


@dataclass(frozen=True, slots=True)
class RoleChain:
    """A profile whose credentials come from an SSO profile's, by way of one role or several."""

    name: ProfileName
    source: SsoProfile
    """Where it begins: who signs in for this, opens the chain. It has a role."""
    links: tuple[RoleLink, ...]
    """In the order in which the roles are assumed; the last is the profile's own."""
    region: Region | None
    """The profile's own `region`: also where the roles are assumed."""
    output: str | None
    file: Path
    line: int
    """The line of its header, from 1."""


def role_chain(config: AwsConfig, name: str) -> RoleChain | None:
    """Return the chain that gives the profile `name` its credentials; `None` if it is no chain.

    Raises `ProfileNotFound`; `SourceProfileNotFound`, `ChainLoop` and `SettingsMissing` for a
    chain that cannot be followed; `NotSso` for one that does not begin with IAM Identity Center;
    and whatever `delivered_profile` raises for the profile that it begins at.
    """
    profile = profile_named(config, name)
    if not is_chain(profile):
        return None
    followed = [profile]
    while len(followed) <= _MOST_LINKS:
        source = _source(config, followed)
        if _has_static_keys(source) or not is_chain(source):
            return _chain(config, followed, source)
        followed.append(source)
    raise ConfigError(
        f"the role chain of the profile {profile.name} has more than {_MOST_LINKS} roles",
        do=f"let source_profile of {profile.name} lead to an SSO profile sooner",
    )


def _source(config: AwsConfig, followed: list[Profile]) -> Profile:
    """Return the profile that `source_profile` of the last one names."""
    profile = followed[-1]
    reference = profile.settings.get("source_profile")
    elsewhere = profile.settings.get("credential_source")
    if elsewhere is not None and reference is not None:
        raise ConfigError(
            f'The profile "{profile.name}" contains both source_profile and credential_source.\n'
            f"{reference.place}",
            do=f"remove one of the two from the profile {profile.name}",
        )
    if elsewhere is not None:
        why = f"the role of {profile.name} is assumed with credential_source = {elsewhere.value}"
        raise NotSso(followed[0].name, why=why)
    if reference is None:
        raise SettingsMissing(
            profile.name,
            ("source_profile",),
            where=profile.place,
            sentence="Partial credentials found in assume-role, missing: source_profile or "
            "credential_source",
        )
    source = config.profiles.get(ProfileName(str(reference.value)))
    if source is None:
        near = nearest(str(reference.value), config.profiles)
        raise SourceProfileNotFound(
            str(reference.value), profile.name, near=near, where=reference.place
        )
    if source in followed and not (source is profile and _has_static_keys(source)):
        raise ChainLoop(source.name, [each.name for each in followed], where=reference.place)
    return source


def _has_static_keys(profile: Profile) -> bool:
    return any(key in profile.settings for key in _STATIC_KEYS)


def _chain(config: AwsConfig, followed: list[Profile], end: Profile) -> RoleChain:
    profile = followed[0]
    try:
        source = delivered_profile(config, end.name)
    except NotSso as error:
        why = f'its role chain begins at the profile "{end.name}", and {error.why}'
        raise NotSso(profile.name, why=why, hint=error.hint) from None
    if source.role is None:
        raise SettingsMissing(
            end.name,
            ("sso_account_id", "sso_role_name"),
            where=end.place,
            sentence=f'The source profile "{end.name}" must have credentials.',
        )
    region = profile.text("region")
    return RoleChain(
        name=profile.name,
        source=source,
        links=tuple(_link(each) for each in reversed(followed)),
        region=Region(region) if region else None,
        output=profile.text("output"),
        file=profile.file,
        line=profile.line,
    )


def _link(profile: Profile) -> RoleLink:
    role_arn = profile.text("role_arn")
    if not role_arn:
        raise SettingsMissing(
            profile.name,
            ("role_arn",),
            where=profile.settings["role_arn"].place,
            sentence=f'The profile "{profile.name}" has an empty role_arn.',
        )
    return RoleLink(
        profile=profile.name,
        role_arn=role_arn,
        session_name=profile.text("role_session_name") or None,
        external_id=profile.text("external_id") or None,
        duration_seconds=_whole(profile.text("duration_seconds")),
        mfa_serial=profile.text("mfa_serial") or None,
        source_identity=profile.text("source_identity") or None,
        place=profile.settings["role_arn"].place,
    )


def _whole(text: str | None) -> int | None:
    try:
        return None if text is None else int(text)
    except ValueError:
        return None
