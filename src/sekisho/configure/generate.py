"""Fills the AWS config with a profile for each account and role: pure, bytes in and bytes out.

1. Which profiles there are to be (`generate_wanted`); names that collide are refused, all at once.
2. Which are there: those that sekisho wrote and nobody has edited since are its own
   (`generate_marks`); any other is its writer's, and stays to the last byte.
3. What is missing is added at the end of the file, what differs gets its new settings, and what
   is no longer assigned is taken away where that is wished. Of other portals' generated profiles
   nothing is known, and they stay.
4. What is read afterwards is compared with what was read before: the new profiles mean what they
   should, and all others what they did.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sekisho.awsconfig.diff import unified_diff
from sekisho.awsconfig.document import Document, Section, SectionKind, parse, render
from sekisho.awsconfig.edit import (
    AddSection,
    Change,
    RemoveSection,
    SetValue,
    apply,
    header_for,
)
from sekisho.awsconfig.locate import ConfigFiles
from sekisho.awsconfig.profiles import (
    AwsConfig,
    GuardedProfile,
    Setting,
    SsoProfile,
    guarded_profiles,
    interpret,
    sso_profile,
    sso_profiles,
)
from sekisho.configure.generate_marks import KEYS, MARK, Ownership, digest, ownership
from sekisho.configure.generate_wanted import (
    Listed,
    WantedProfile,
    Wishes,
    portal,
    wanted_profiles,
)
from sekisho.errors import ConfigError, EditRefused, NamesCollide
from sekisho.model import ProfileName, SessionName, SignInTarget

__all__ = ["Difference", "Generation", "generate"]

_DEFAULT = "default"
_BY_ACCOUNT = "{account_name|slug}-{account_id}-{role_name}"
_BY_SESSION = "{session}-{account_name|slug}-{role_name}"
"""Where several sessions of one portal list the same roles."""
_MOST_LISTED = 3
"""Of more roles with one name only the number is said."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A setting of a generated profile that is not as it should be."""

    profile: ProfileName
    key: str
    held: str | None
    """`None`: it is not there."""
    wanted: str


@dataclass(frozen=True, slots=True)
class Generation:
    """A rewrite of the config file, ready to be written."""

    path: Path
    """The config file."""
    read: bytes | None
    """What it held; `None`: there was none."""
    after: bytes
    wanted: tuple[WantedProfile, ...]
    """Every profile that there is to be."""
    added: tuple[WantedProfile, ...]
    changed: tuple[Difference, ...]
    sessions: tuple[SessionName, ...]
    """The sso-sessions that are added."""
    stale: tuple[ProfileName, ...]
    """Generated profiles of roles that are no longer assigned, or have another name now."""
    pruned: bool
    """Those of `stale` are taken away."""
    own: tuple[ProfileName, ...]
    """Profiles that were written or edited by hand where a generated one would be; they stay."""
    kept: tuple[ProfileName, ...]
    """Generated profiles that would be stale, and were edited by hand since; they stay."""

    @property
    def in_order(self) -> bool:
        """Whether each wanted profile is there, and no stale one."""
        return not (self.added or self.changed or self.stale)

    @property
    def diff(self) -> str:
        """The change as a unified diff, empty when there is none; made anew each time."""
        return unified_diff(self.read or b"", self.after, self.path)


def generate(
    config_bytes: bytes | None,
    credentials_bytes: bytes | None,
    files: ConfigFiles,
    listed: Sequence[Listed],
    wishes: Wishes,
) -> Generation:
    """Return the rewrite of the config file after which all that is `listed` has its profile.

    `None` is an absent file; `files` only names the two. Doing it again changes nothing. Reads and
    writes nothing.

    Raises `ConfigUnreadable`; `UsageError` for a session rule that leads nowhere; `NamesCollide`;
    `EditRefused` for a name that cannot be written, and where a profile would not mean what it
    should because of what `[DEFAULT]` or the credentials file adds to it.
    """
    before = config_bytes or b""
    config = interpret(before, credentials_bytes, files)
    wanted = tuple(dict.fromkeys(wanted_profiles(config, listed, wishes)))
    there = _There(config, parse(before))
    if collisions := [*_collisions(wanted), *there.collisions(wanted)]:
        several = len({each.target for each in listed}) > len({portal(e.target) for e in listed})
        raise NamesCollide(collisions, template=_BY_SESSION if several else _BY_ACCOUNT)
    plan = _Plan(there)
    for profile in wanted:
        plan.want(profile)
    plan.leave_over({portal(each.target) for each in listed}, prune=wishes.prune)
    after = before
    if plan.changes:
        after = render(plan.made())
        _refuse_another_meaning(config, interpret(after, credentials_bytes, files), plan)
    return Generation(
        path=files.config,
        read=config_bytes,
        after=after,
        wanted=wanted,
        added=tuple(plan.added),
        changed=tuple(plan.changed),
        sessions=tuple(plan.sessions),
        stale=tuple(plan.stale),
        pruned=wishes.prune,
        own=tuple(plan.own),
        kept=tuple(plan.kept),
    )


def _collisions(wanted: Sequence[WantedProfile]) -> Iterator[str]:
    """Say which names stand for several profiles, and which are none."""
    by_name: dict[ProfileName, list[WantedProfile]] = {}
    for profile in wanted:
        by_name.setdefault(profile.name, []).append(profile)
    for name, profiles in by_name.items():
        if not name.strip() or name == _DEFAULT:
            why = "is what commands take that name no profile" if name else "is no name"
            yield f"{name or '(nothing)'}: {why}; for {_listed(profiles)}"
        elif len(profiles) > 1:
            yield f"{name}: {_listed(profiles)}"


def _listed(profiles: Sequence[WantedProfile]) -> str:
    several = len({p.target.session for p in profiles}) > 1
    named = [
        f"{p.role.role_name} in {p.role.account_id}" + f" by {p.target.session}" * several
        for p in profiles[:_MOST_LISTED]
    ]
    more = len(profiles) - _MOST_LISTED
    return ", ".join([*named, f"and {more:,} more"] if more > 0 else named)


class _There:
    """The profiles that the config has."""

    def __init__(self, config: AwsConfig, document: Document) -> None:
        self.config = config
        self.document = document
        self.sections = {
            ProfileName(section.name): section
            for section in document.sections
            if section.kind in (SectionKind.PROFILE, SectionKind.DEFAULT) and section.name
        }
        resolved: tuple[SsoProfile | GuardedProfile, ...] = (
            *sso_profiles(config),
            *guarded_profiles(config),
        )
        self.resolved = {profile.name: profile for profile in resolved}

    def generated(self, name: ProfileName) -> tuple[Section, Ownership] | None:
        """The section of a generated profile, and whose it is now."""
        section = self.sections.get(name)
        owned = None if section is None else ownership(section)
        return None if section is None or owned is None else (section, owned)

    def collisions(self, wanted: Sequence[WantedProfile]) -> Iterator[str]:
        """Say which names are those of profiles for something else that sekisho may not change."""
        for profile in wanted:
            held = self.config.profiles.get(profile.name)
            generated = self.generated(profile.name)
            if held is None or (generated is not None and not generated[1].edited):
                continue
            if not self.stands_for(profile):
                role = f"{profile.role.role_name} in {profile.role.account_id}"
                place = f"{held.file}:{held.line}"
                yield f"{profile.name}: {place} has it for something else than {role}"

    def stands_for(self, wanted: WantedProfile) -> bool:
        """Whether there is a profile of that name for the same role at the same portal."""
        held = self.resolved.get(wanted.name)
        return (
            held is not None
            and held.role == wanted.role
            and portal(held.target) == portal(wanted.target)
        )


@dataclass(slots=True)
class _Plan:
    """What is to be done, profile by profile."""

    there: _There
    names: set[ProfileName] = field(default_factory=set)
    changes: list[Change] = field(default_factory=list)
    added: list[WantedProfile] = field(default_factory=list)
    changed: list[Difference] = field(default_factory=list)
    touched: dict[ProfileName, WantedProfile] = field(default_factory=dict)
    sessions: dict[SessionName, SignInTarget] = field(default_factory=dict)
    removed: list[Section] = field(default_factory=list)
    stale: list[ProfileName] = field(default_factory=list)
    own: list[ProfileName] = field(default_factory=list)
    kept: list[ProfileName] = field(default_factory=list)

    def want(self, profile: WantedProfile) -> None:
        """Plan what it takes that `profile` is there."""
        self.names.add(profile.name)
        generated = self.there.generated(profile.name)
        if generated is not None and not generated[1].edited:
            self._update(profile, *generated)
        elif profile.name in self.there.config.profiles:
            self.own.append(profile.name)
        else:
            self._add(profile)

    def _add(self, profile: WantedProfile) -> None:
        self._need_session(profile.target)
        entries = (*profile.values.items(), (MARK, digest(profile.values)))
        header = header_for(SectionKind.PROFILE, profile.name)
        self.changes.append(AddSection(header, entries, None))
        self.added.append(profile)
        self.touched[profile.name] = profile

    def _update(self, profile: WantedProfile, section: Section, owned: Ownership) -> None:
        held = {entry.name: entry.value for entry in section.entries}
        by_hand = {key for key in KEYS if key in held and key not in owned.keys}
        wanted = {key: value for key, value in profile.values.items() if key not in by_hand}
        if profile.region is None and "region" in owned.keys:
            wanted["region"] = held["region"]  # no rule says otherwise any more
        differing = [
            Difference(profile.name, key, held.get(key), value)
            for key, value in wanted.items()
            if held.get(key) != value
        ]
        if not differing:
            return
        self._need_session(profile.target)
        self.changes += [SetValue(section, each.key, each.wanted) for each in differing]
        self.changes.append(SetValue(section, MARK, digest(wanted)))
        self.changed += differing
        self.touched[profile.name] = profile

    def _need_session(self, target: SignInTarget) -> None:
        name = target.session
        if name is None or name in self.there.config.sessions or name in self.sessions:
            return
        self.sessions[name] = target
        entries = (
            ("sso_start_url", target.start_url),
            ("sso_region", target.region),
            ("sso_registration_scopes", ",".join(target.scopes or ())),
        )
        header = header_for(SectionKind.SSO_SESSION, name)
        self.changes.append(AddSection(header, entries, None))

    def leave_over(self, portals: set[tuple[str, str]], *, prune: bool) -> None:
        """Find the generated profiles of `portals` that nobody wants, and take them away."""
        for name, section in self.there.sections.items():
            generated = self.there.generated(name)
            if name in self.names or generated is None or not self._is_of(name, portals):
                continue
            if generated[1].edited or generated[1].added:
                self.kept.append(name)
                continue
            self.stale.append(name)
            if prune:
                self.removed.append(section)
                self.changes.append(RemoveSection(section))

    def _is_of(self, name: ProfileName, portals: set[tuple[str, str]]) -> bool:
        resolved = self.there.resolved.get(name)
        return resolved is not None and portal(resolved.target) in portals

    def made(self) -> Document:
        """The document with all changes in it. Raises `EditRefused`."""
        document = self.there.document
        # with a section goes the blank line that was written above it
        blanks = {
            section.line - 2
            for section in self.removed
            if section.line > 1 and not document.lines[section.line - 2].strip()
        }
        if blanks:
            lines = (line for index, line in enumerate(document.lines) if index not in blanks)
            document = parse("".join(lines).encode("utf-8", "surrogateescape"))
        return apply(document, self.changes)


def _refuse_another_meaning(before: AwsConfig, after: AwsConfig, plan: _Plan) -> None:
    gone = set(plan.stale) if plan.removed else set()
    for name, old in before.profiles.items():
        if name in plan.touched or name in gone:
            continue
        if name not in after.profiles or _said(old.settings) != _said(
            after.profiles[name].settings
        ):
            raise _refused(name, "it would no longer mean the same")
    for name, wanted in plan.touched.items():
        try:
            made = sso_profile(after, name)
        except ConfigError as error:
            raise _refused(name, error.what) from error
        if (made.role, made.target.session) != (wanted.role, wanted.target.session):
            raise _refused(name, "it would not mean what it should")


def _said(settings: Mapping[str, Setting]) -> Mapping[str, object]:
    return {key: setting.value for key, setting in settings.items()}


def _refused(name: str, why: str) -> EditRefused:
    do = "sekisho lint; look at [DEFAULT] and the credentials file, which add to every profile"
    return EditRefused(f"the profile {name}", why, do=do)
