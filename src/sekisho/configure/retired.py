"""What profiles that are guarded now have left on the disk: native sign-ins, and roles assumed.

It is read off the config before and the config after, whatever wrote the one over the other. So a
run that was killed in between can be finished by the next one.
"""

import contextlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sekisho.awsconfig.chain import role_chain
from sekisho.awsconfig.others import is_chain
from sekisho.awsconfig.profiles import (
    AwsConfig,
    Profile,
    SsoProfile,
    guarded_profiles,
    sso_profiles,
)
from sekisho.configure.elsewhere import Elsewhere, mentioned_key
from sekisho.errors import ConfigError
from sekisho.model import Delivery, ProfileName, Role, SignInTarget, TokenKey

__all__ = ["AssumeRole", "RetiredSignIn", "retired_roles", "retired_sign_ins"]

AssumeRole = tuple[tuple[str, str | int], ...]
"""What botocore calls AssumeRole with for a profile, by AWS's names; a name that it makes up is
none of it. The AWS CLI's file of the result is named by just this (`spec/aws-cli.md` §6.1)."""


@dataclass(frozen=True, slots=True)
class RetiredSignIn:
    """A native sign-in that profiles used which are guarded now."""

    target: SignInTarget
    delivery: Delivery
    """How the first of them is guarded now."""
    profiles: tuple[ProfileName, ...]
    """Who used it, and is guarded now."""
    roles: tuple[Role, ...]
    """Theirs, but for those that a profile which stays gets with it."""
    users: tuple[ProfileName, ...]
    """The native profiles of the same file that go on using it."""


def retired_sign_ins(before: AwsConfig, after: AwsConfig) -> tuple[RetiredSignIn, ...]:
    """Return the sign-ins that profiles had which are native in `before` and guarded in `after`."""
    now = {profile.name: profile.delivery for profile in guarded_profiles(after)}
    by_target: dict[SignInTarget, list[SsoProfile]] = {}
    for profile in _moved(before, now):
        by_target.setdefault(profile.target, []).append(profile)
    users: dict[TokenKey | None, list[ProfileName]] = {}
    for native in after.profiles.values():
        users.setdefault(mentioned_key(native), []).append(native.name)
    kept = {(profile.token_key, profile.role) for profile in sso_profiles(after)}
    found = []
    for target, profiles in by_target.items():
        key = target.token_key
        roles = dict.fromkeys(p.role for p in profiles if p.role and (key, p.role) not in kept)
        names = tuple(profile.name for profile in profiles)
        others = tuple(users.get(key, ()))
        found.append(RetiredSignIn(target, now[names[0]], names, tuple(roles), others))
    return tuple(found)


def retired_roles(
    before: AwsConfig, after: AwsConfig, elsewhere: Elsewhere
) -> Mapping[AssumeRole, tuple[ProfileName, ...]]:
    """Return what role chains assume that begin at a profile which is guarded now, and which do.

    What another chain assumes in just the same way, here or `elsewhere`, is left out: the AWS
    CLI's file of it may be that one's.
    """
    now = {profile.name for profile in guarded_profiles(after)}
    moved = {profile.name for profile in _moved(before, now)}
    ours, others = dict[AssumeRole, list[ProfileName]](), set[AssumeRole]()
    for profile in _chains((before,)):
        asked = _asked(profile)
        if _start(before, profile) in moved:
            ours.setdefault(asked, []).append(profile.name)
        else:
            others.add(asked)
    others |= {_asked(profile) for profile in _chains(elsewhere.configs)}
    return {asked: tuple(names) for asked, names in ours.items() if asked not in others}


def _moved(before: AwsConfig, guarded: Collection[ProfileName]) -> Iterator[SsoProfile]:
    return (profile for profile in sso_profiles(before) if profile.name in guarded)


def _chains(configs: Sequence[AwsConfig]) -> Iterator[Profile]:
    return (
        profile for config in configs for profile in config.profiles.values() if is_chain(profile)
    )


def _start(config: AwsConfig, profile: Profile) -> ProfileName | None:
    try:
        chain = role_chain(config, profile.name)
    except ConfigError:
        return None
    return chain.source.name if chain else None


def _asked(profile: Profile) -> AssumeRole:
    """As botocore's `AssumeRoleProvider` puts it together."""
    asked: dict[str, str | int] = {"RoleArn": profile.text("role_arn") or ""}
    if name := profile.text("role_session_name"):
        asked["RoleSessionName"] = name
    for key, argument in (("external_id", "ExternalId"), ("mfa_serial", "SerialNumber")):
        if (value := profile.text(key)) is not None:
            asked[argument] = value
    with contextlib.suppress(ValueError):
        asked["DurationSeconds"] = int(profile.text("duration_seconds") or "")
    return tuple(sorted(asked.items()))
