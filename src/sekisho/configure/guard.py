"""Puts profiles behind the guard: native SSO profiles become guarded ones. Bytes in, bytes out.

1. Which profiles: those that were named, or all SSO profiles that resolve and have a role.
2. What stands in the way is refused with its place: `guard_obstacles`.
3. The lines of each profile: `guard_moves`. The SSO keys become sekisho's own, which AWS tools pass
   over, and `credential_process` names the program to ask. No other byte of the profile changes.
4. The sessions: `guard_sessions`. `[sso-session X]` becomes `[sekisho-session X]` where no native
   profile needs it any more.
5. What is read afterwards is compared with what was read before. Each profile keeps its account,
   role, Region, output format and portal, and the process is the only way to its credentials.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sekisho.awsconfig.diff import unified_diff
from sekisho.awsconfig.document import parse, render
from sekisho.awsconfig.guarded import GUARD_KEYS, NATIVE_KEYS, is_guarded
from sekisho.awsconfig.locate import ConfigFiles
from sekisho.awsconfig.others import Method, ways_of
from sekisho.awsconfig.process_command import PROCESS_KEY
from sekisho.awsconfig.profiles import (
    AwsConfig,
    GuardedProfile,
    Profile,
    Setting,
    SsoProfile,
    guarded_profile,
    guarded_profiles,
    interpret,
    sso_profile,
    sso_profiles,
)
from sekisho.configure.guard_moves import guarded, retold
from sekisho.configure.guard_obstacles import sections_of
from sekisho.configure.guard_sessions import renamed, sessions_for
from sekisho.configure.moves import ACCOUNT_ACCESS
from sekisho.errors import ConfigError, NotGuarded
from sekisho.model import Delivery, ProfileName

__all__ = ["LIMITS", "Guarding", "guard"]

_NO_BOUNDARY = (
    "It is no boundary against code that is written to defeat it and runs as you: such code can "
    "sign in by itself while your browser is signed in, or replace sekisho. Role credentials that "
    "were handed out live until they expire, and what the AWS CLI itself caches for a role chain "
    "on top of a profile lies on the disk as before."
)
LIMITS: Mapping[Delivery, str] = {
    Delivery.GUARDED: (
        "The token of a guarded profile is in the memory of sekisho's agent and nowhere on the "
        "disk; what reads your files finds none, and what asks sekisho gets the profiles that you "
        f"opened and no others.\n{_NO_BOUNDARY}"
    ),
    Delivery.SEALED: (
        "The token of a sealed profile lies on the disk encrypted: what reads your files finds "
        "nothing that it can use. What runs as you can ask the unlocked keyring, and gets "
        f"credentials for every sealed profile that is signed in.\n{_NO_BOUNDARY}"
    ),
}
"""What each delivery protects from, and what not (design §7); to be said where it is offered."""

_MOST_REASONS = 20
"""Of more profiles than this only the number is said."""
_OWNED = (*NATIVE_KEYS, *GUARD_KEYS, PROCESS_KEY)
"""The keys of a profile that may change."""


@dataclass(frozen=True, slots=True)
class Guarding:
    """A rewrite of the config file, ready to be written."""

    delivery: Delivery
    path: Path
    """The config file."""
    read: bytes | None
    """What it held; `None`: there was none."""
    after: bytes
    before: AwsConfig
    """What both files meant."""
    result: AwsConfig
    """What they mean afterwards."""
    profiles: tuple[ProfileName, ...]
    """Those that change, in the order of the file."""
    notes: tuple[str, ...]
    """What was left as it is, and why: a sentence each."""

    @property
    def changed(self) -> bool:
        """Whether there is anything to write."""
        return (self.read or b"") != self.after

    @property
    def diff(self) -> str:
        """The change as a unified diff, empty when there is none; made anew each time."""
        return unified_diff(self.read or b"", self.after, self.path)


def guard(
    config_bytes: bytes | None,
    credentials_bytes: bytes | None,
    files: ConfigFiles,
    *,
    delivery: Delivery,
    program: str,
    names: Sequence[str] = (),
) -> Guarding:
    """Return the rewrite of the config file after which profiles get credentials from sekisho alone.

    `None` is an absent file; `files` only names the two; `program` is the name or path by which
    AWS tools start sekisho. Without `names` all SSO profiles that resolve are meant, and the others
    are left as they are and noted. A guarded profile that is named gets this delivery and program.
    Doing it again changes nothing. Reads and writes nothing.

    Raises `ConfigUnreadable`; `ProfileNotFound` and what `sso_profile` raises for a profile that
    was named; `NotGuarded` where another provider of that name would win in some SDK, or the
    profile's settings come from elsewhere; `EditRefused` for what cannot be written again.
    """
    before = config_bytes or b""
    config, document = interpret(before, credentials_bytes, files), parse(before)
    native, again = _chosen(config, names)
    sections = sections_of(config, document, (*native, *again))
    sessions = sessions_for(config, document, native)
    document = retold(document, again, sections, delivery, program)
    document = guarded(document, native, sections, sessions, delivery, program)
    document = renamed(document, interpret(render(document), credentials_bytes, files))
    after = render(document)
    result = interpret(after, credentials_bytes, files)
    _refuse_another_meaning(config, result, native, delivery)
    return Guarding(
        delivery=delivery,
        path=files.config,
        read=config_bytes,
        after=after,
        before=config,
        result=result,
        profiles=tuple(
            name for name, profile in config.profiles.items() if _differs(profile, result)
        ),
        notes=(*_left(config, names), *_scopes(config, result)),
    )


def _chosen(
    config: AwsConfig, names: Sequence[str]
) -> tuple[tuple[SsoProfile, ...], tuple[GuardedProfile, ...]]:
    """Which native profiles are meant, and which guarded ones are to be told again."""
    if not names:
        return tuple(profile for profile in sso_profiles(config) if profile.role), ()
    native, again = list[SsoProfile](), list[GuardedProfile]()
    for name in dict.fromkeys(names):
        there = guarded_profile(config, name)
        if there is not None:
            again.append(there)
            continue
        profile = sso_profile(config, name)
        if profile.role is None:
            raise NotGuarded(
                name,
                f"{profile.file}:{profile.line}: it names no account and role to open",
                do=f"add sso_account_id and sso_role_name to the profile, below {profile.file}:"
                f"{profile.line}",
            )
        native.append(profile)
    return tuple(native), tuple(again)


def _refuse_another_meaning(
    before: AwsConfig, after: AwsConfig, native: Sequence[SsoProfile], delivery: Delivery
) -> None:
    do = "sekisho lint; look at what [DEFAULT] adds to the profile and to its session"
    now = {profile.name: profile for profile in guarded_profiles(after)}
    moved = {profile.name for profile in native}
    for then in native:
        result = now.get(then.name)
        if result is None or _meaning(result) != _meaning(then) or result.delivery is not delivery:
            raise NotGuarded(then.name, "it would no longer mean the same", do=do)
        ways = [way.method for way in ways_of(after, after.profiles[then.name], {})]
        if ways != [Method.PROCESS]:
            raise NotGuarded(then.name, "AWS tools would find other credentials for it", do=do)
    for earlier in guarded_profiles(before):
        if earlier.name not in now or _meaning(now[earlier.name]) != _meaning(earlier):
            raise NotGuarded(earlier.name, "it would no longer mean the same", do=do)
    natives = {profile.name: profile for profile in sso_profiles(after)}
    for stays in sso_profiles(before):
        if stays.name not in moved and (
            stays.name not in natives or natives[stays.name].target != stays.target
        ):
            raise NotGuarded(stays.name, "it is native, and would not find its session", do=do)
    for name, old in before.profiles.items():
        if _not_owned(old) != _not_owned(after.profiles[name]):
            raise NotGuarded(name, "other settings of it would change", do=do)


def _meaning(profile: SsoProfile | GuardedProfile) -> tuple[object, ...]:
    target = profile.target
    return profile.role, profile.region, profile.output, target.start_url, target.region


def _not_owned(profile: Profile) -> Mapping[str, object]:
    return {key: said for key, said in _said(profile.settings).items() if key not in _OWNED}


def _differs(profile: Profile, after: AwsConfig) -> bool:
    """Whether the settings of `profile` are others afterwards; where they stand counts nothing."""
    result = after.profiles[profile.name]
    return _said(profile.settings) != _said(result.settings)


def _said(settings: Mapping[str, Setting]) -> Mapping[str, object]:
    return {key: setting.value for key, setting in settings.items()}


def _left(config: AwsConfig, names: Sequence[str]) -> Iterator[str]:
    """Say which profiles use SSO, cannot be guarded, and so were left as they are."""
    if names:
        return
    resolved = {profile.name: profile for profile in sso_profiles(config)}
    left = [
        name
        for name, profile in config.profiles.items()
        if not (profile.settings.keys().isdisjoint(NATIVE_KEYS) or is_guarded(profile))
        and (name not in resolved or resolved[name].role is None)
    ]
    for name in left[:_MOST_REASONS]:
        try:
            sso_profile(config, name)
            yield f"The profile {name} was left as it is: it names no account and role to open."
        except ConfigError as error:
            yield f"The profile {name} was left as it is: {error.what}"
    if (more := len(left) - _MOST_REASONS) > 0:
        yield f"{more:,} more profiles were left as they are; `sekisho lint` says why."


def _scopes(before: AwsConfig, after: AwsConfig) -> Iterator[str]:
    there = {profile.name for profile in guarded_profiles(before)}
    targets = dict.fromkeys(
        profile.target for profile in guarded_profiles(after) if profile.name not in there
    )
    for target in targets:
        scopes = target.scopes or ()
        if ACCOUNT_ACCESS not in scopes:
            yield (
                f"The session {target.session} asks for {', '.join(scopes)}: without "
                f"{ACCOUNT_ACCESS} a sign-in gets no role credentials."
            )
