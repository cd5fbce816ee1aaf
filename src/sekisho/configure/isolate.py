"""Rewrites the AWS config so that one login opens one group of profiles: bytes in, bytes out.

1. Which profiles belong together: `groups`. A group is a profile, an account or an environment.
2. Which of them move: those of the legacy form, and those that share their sso-session with another
   group. What is parted already is never joined.
3. Where to: to a session that the group has for itself, or to a new one, named by `session_names`.
   A section that is there already is taken when it says the same and nobody else names it.
4. The lines: in the legacy form the line of `sso_start_url` becomes that of `sso_session`, and
   `sso_region` goes; the new section follows the first profile's. No other byte changes.
5. What is read afterwards is compared with what was read before. Every profile keeps its account,
   role, Region, output format and portal, and shares its token with no other group.

A session that nobody uses any more is kept, and said: another tool may know it by name.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sekisho.awsconfig.diff import unified_diff
from sekisho.awsconfig.document import Document, parse, render
from sekisho.awsconfig.guarded import SESSION_KEY
from sekisho.awsconfig.locate import ConfigFiles
from sekisho.awsconfig.profiles import (
    AwsConfig,
    Profile,
    SsoProfile,
    interpret_documents,
    sso_profile,
    sso_profiles,
)
from sekisho.configure.elsewhere import mentioned_key
from sekisho.configure.groups import By, Group, group_names, groups
from sekisho.configure.moves import ACCOUNT_ACCESS, Move, plan_moves, rewritten
from sekisho.errors import ConfigError, NotIsolated
from sekisho.model import ProfileName, Role, SignInTarget, TokenKey
from sekisho.reach.policy import NO_POLICY, Policy

__all__ = ["LIMITS", "By", "Isolation", "OldKey", "OwnSession", "isolate"]

LIMITS = (
    "This decides which file a token lies in, and so which login a profile needs: a wrong profile "
    "name, or a script that walks all profiles, no longer reaches another environment.\n"
    "It does not make a token weaker. A token belongs to the person: whoever reads one of them can "
    "still fetch the credentials of every role that the person is assigned. Nor does it stop what "
    "runs as you from signing in by itself while your browser is signed in, and role credentials "
    "that were handed out live until they expire."
)
"""What isolation protects from, and what not (design §7); to be said wherever it is offered."""

_MOST_REASONS = 20
"""Of more profiles than this only the number is said."""
_SSO_KEYS = ("sso_session", "sso_start_url", "sso_account_id", "sso_role_name")
_OWNED = ("sso_session", "sso_start_url", "sso_region")
"""The keys of a profile that may change."""


@dataclass(frozen=True, slots=True)
class OwnSession:
    """The sign-in that profiles take which moved."""

    target: SignInTarget
    profiles: tuple[ProfileName, ...]
    """Those that moved to it; others of their group may have been there."""
    existed: bool
    """The section was there already; otherwise it was added."""


@dataclass(frozen=True, slots=True)
class OldKey:
    """A token that no profile uses any more: to be ended at the portal, and removed."""

    target: SignInTarget
    """The sign-in that it came from; its `token_key` says which cached token it is."""
    roles: tuple[Role, ...]
    """Whose role credentials may be cached under it."""
    profiles: tuple[ProfileName, ...]
    """Who used it."""


@dataclass(frozen=True, slots=True)
class Isolation:
    """A rewrite of the config file, ready to be written."""

    by: By
    path: Path
    """The config file."""
    read: bytes | None
    """What it held; `None`: there was none."""
    after: bytes
    groups: tuple[Group, ...]
    """All of them, in the order in which the profiles of the file name them."""
    sessions: tuple[OwnSession, ...]
    """In the order of the profiles."""
    old_keys: tuple[OldKey, ...]
    """Until they are revoked and removed, whoever has the file with such a token can use it."""
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


def isolate(
    config_bytes: bytes | None,
    credentials_bytes: bytes | None,
    files: ConfigFiles,
    by: By = By.PROFILE,
    policy: Policy = NO_POLICY,
) -> Isolation:
    """Return the rewrite of the config file after which each login opens one group of profiles.

    `None` is an absent file; `files` only names the two; `policy` declares environments. Profiles
    that do not resolve are left as they are, and noted. Doing it again changes nothing. Reads and
    writes nothing.

    Raises `ConfigUnreadable`; `NotIsolated` for a profile whose settings come from the
    credentials file or from `[DEFAULT]`, or that would not mean the same afterwards;
    `EditRefused` for settings that cannot be written again.
    """
    document, credentials = parse(config_bytes or b""), parse(credentials_bytes or b"")
    before = _state(document, credentials, files)
    names = group_names(before.sso, by, policy)
    moves = plan_moves(before.config, before.sso, document, names)
    if moves:
        document = rewritten(before.config, document, moves)
    after = _state(document, credentials, files) if moves else before
    _refuse_another_meaning(before, after, names)
    sessions = _own_sessions(moves, after)
    return Isolation(
        by=by,
        path=files.config,
        read=config_bytes,
        after=render(document),
        groups=groups(names, by, policy),
        sessions=sessions,
        old_keys=_old_keys(moves, after.config),
        notes=tuple(_notes(before, moves, after.config, sessions)),
    )


@dataclass(frozen=True, slots=True)
class _State:
    """What the two files mean, before or afterwards."""

    config: AwsConfig
    sso: tuple[SsoProfile, ...]
    """The profiles of it that resolve."""


def _state(document: Document, credentials: Document, files: ConfigFiles) -> _State:
    config = interpret_documents(document, credentials, files)
    return _State(config, sso_profiles(config))


def _refuse_another_meaning(
    before: _State, after: _State, names: Mapping[ProfileName, str]
) -> None:
    now = {profile.name: profile for profile in after.sso}
    sharing: dict[TokenKey, set[str]] = {}
    for profile in now.values():
        sharing.setdefault(profile.token_key, set()).add(names.get(profile.name, profile.name))
    for then in before.sso:
        result = now.get(then.name)
        if result is None or _meaning(result) != _meaning(then):
            reason = "it would no longer mean the same"
        elif len(sharing[result.token_key]) > 1:
            reason = "it would still share its token"
        else:
            continue
        do = "sekisho lint; look at what [DEFAULT] adds to the profile and to its session"
        raise NotIsolated(then.name, reason, do=do)
    for name, old in before.config.profiles.items():
        if _not_owned(old) != _not_owned(after.config.profiles[name]):
            raise NotIsolated(name, "other settings of it would change", do="sekisho lint")


def _meaning(profile: SsoProfile) -> tuple[object, ...]:
    target = profile.target
    return profile.role, profile.region, profile.output, target.start_url, target.region


def _not_owned(profile: Profile) -> Mapping[str, object]:
    return {k: setting.value for k, setting in profile.settings.items() if k not in _OWNED}


def _own_sessions(moves: Sequence[Move], after: _State) -> tuple[OwnSession, ...]:
    targets = {profile.name: profile.target for profile in after.sso}
    added = {move.session for move in moves if move.adds}
    moved: dict[SignInTarget, list[ProfileName]] = {}
    for move in moves:
        moved.setdefault(targets[move.profile.name], []).append(move.profile.name)
    return tuple(
        OwnSession(target, tuple(profiles), existed=target.session not in added)
        for target, profiles in moved.items()
    )


def _old_keys(moves: Sequence[Move], result: AwsConfig) -> tuple[OldKey, ...]:
    mentioned = {mentioned_key(profile) for profile in result.profiles.values()}
    users: dict[SignInTarget, list[SsoProfile]] = {}
    for move in moves:
        if move.profile.token_key not in mentioned:
            users.setdefault(move.profile.target, []).append(move.profile)
    return tuple(
        OldKey(
            target,
            roles=tuple(dict.fromkeys(p.role for p in profiles if p.role is not None)),
            profiles=tuple(profile.name for profile in profiles),
        )
        for target, profiles in users.items()
    )


def _notes(
    before: _State, moves: Sequence[Move], result: AwsConfig, sessions: Sequence[OwnSession]
) -> Iterator[str]:
    yield from _left(before)
    used = {
        profile.text(key)
        for profile in result.profiles.values()
        for key in ("sso_session", SESSION_KEY)
    }
    for session in dict.fromkeys(move.profile.target.session for move in moves):
        if session is not None and session not in used:
            place = before.config.sessions[session].place
            yield f"[sso-session {session}] ({place}) is used by no profile any more; it was kept."
    for own in sessions:
        scopes = own.target.scopes or ()
        if ACCOUNT_ACCESS not in scopes:
            yield (
                f"[sso-session {own.target.session}] asks for {', '.join(scopes) or 'no scope'}: "
                f"without {ACCOUNT_ACCESS} a sign-in gets no role credentials."
            )


def _left(before: _State) -> Iterator[str]:
    """Say which profiles use SSO, do not resolve, and so were left as they are."""
    resolved = {profile.name for profile in before.sso}
    left = [
        name
        for name, profile in before.config.profiles.items()
        if name not in resolved and not profile.settings.keys().isdisjoint(_SSO_KEYS)
    ]
    for name in left[:_MOST_REASONS]:
        try:
            sso_profile(before.config, name)
        except ConfigError as error:
            yield f"The profile {name} was left as it is: {error.what}"
    if (more := len(left) - _MOST_REASONS) > 0:
        yield f"{more:,} more profiles were left as they are; `sekisho lint` says why."
