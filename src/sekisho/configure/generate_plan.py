"""What is to be done to a config, profile by profile, so that the wanted ones are there: pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sekisho.awsconfig.document import Document, Section, SectionKind, parse
from sekisho.awsconfig.edit import (
    AddSection,
    Change,
    RemoveSection,
    RenameSection,
    SetValue,
    apply,
    header_for,
)
from sekisho.awsconfig.profiles import (
    AwsConfig,
    GuardedProfile,
    SsoProfile,
    guarded_profiles,
    sso_profiles,
)
from sekisho.configure.generate_marks import KEYS, MARK, Ownership, digest, ownership
from sekisho.configure.generate_wanted import WantedProfile, portal
from sekisho.model import ProfileName, Region, Role, SessionName, SignInTarget

__all__ = ["Difference", "Plan", "Renaming", "There"]


@dataclass(frozen=True, slots=True)
class Difference:
    """A setting of a generated profile that is not as it should be."""

    profile: ProfileName
    key: str
    held: str | None
    """`None`: it is not there."""
    wanted: str


@dataclass(frozen=True, slots=True)
class Renaming:
    """A generated profile whose role has another name now."""

    held: ProfileName
    """What it is called in the file."""
    profile: WantedProfile
    """What it is to be."""


class There:
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
class Plan:
    """What is to be done, profile by profile."""

    there: There
    names: set[ProfileName] = field(default_factory=set)
    changes: list[Change] = field(default_factory=list)
    missing: list[WantedProfile] = field(default_factory=list)
    added: list[WantedProfile] = field(default_factory=list)
    renamed: list[Renaming] = field(default_factory=list)
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
            self.missing.append(profile)

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

    def settle(self, portals: set[tuple[str, str]], *, prune: bool) -> None:
        """Add what is missing, or rename what of `portals` nobody wants by its name any more.

        What is left of that is taken away with `prune`.
        """
        free = self._free(portals)
        by_role = {self._role_of(name): name for name in reversed(free)}
        for profile in self.missing:
            held = by_role.pop((profile.role, portal(profile.target)), None)
            if held is None:
                self._add(profile)
            else:
                self._rename(held, profile, *free.pop(held))
        for name, (section, owned) in free.items():
            if owned.added:
                self.kept.append(name)
                continue
            self.stale.append(name)
            if prune:
                self.removed.append(section)
                self.changes.append(RemoveSection(section))

    def _rename(
        self, held: ProfileName, profile: WantedProfile, section: Section, owned: Ownership
    ) -> None:
        self.changes.append(RenameSection(section, header_for(SectionKind.PROFILE, profile.name)))
        self.renamed.append(Renaming(held, profile))
        self.touched[profile.name] = profile
        self._update(profile, section, owned)

    def _free(self, portals: set[tuple[str, str]]) -> dict[ProfileName, tuple[Section, Ownership]]:
        """The generated profiles of `portals` that nobody wants by their names, and that may go."""
        named = {profile.text("source_profile") for profile in self.there.config.profiles.values()}
        free = {}
        for name in self.there.sections:
            generated = self.there.generated(name)
            if name in self.names or generated is None or not self._is_of(name, portals):
                continue
            if generated[1].edited or name in named:
                self.kept.append(name)
            else:
                free[name] = generated
        return free

    def _role_of(self, name: ProfileName) -> tuple[Role | None, tuple[str, Region]]:
        resolved = self.there.resolved[name]
        return resolved.role, portal(resolved.target)

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
