"""What the wizard writes: both sections at once, and no other byte of the file.

Source of keys and their order: `spec/aws-cli.md` §5.2. What is read afterwards is compared with
what was asked for.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sekisho import files as disk
from sekisho.awsconfig.diff import unified_diff
from sekisho.awsconfig.document import Document, Section, SectionKind, parse, render
from sekisho.awsconfig.edit import (
    AddSection,
    Change,
    RemoveKey,
    SetValue,
    apply,
    header_for,
)
from sekisho.awsconfig.guarded import GUARD_KEYS, is_guarded
from sekisho.awsconfig.locate import ConfigFiles
from sekisho.awsconfig.process_command import PROCESS_KEY
from sekisho.awsconfig.profiles import AwsConfig, interpret, sso_profile
from sekisho.errors import EditRefused
from sekisho.model import ProfileName, Region, Role, SessionName, SignInTarget

__all__ = ["Edit", "NewProfile", "Snapshot", "plan_profile", "plan_session"]

_Settings = Sequence[tuple[str, str]]
_OF_THE_SESSION = ("sso_start_url", "sso_region", "sso_registration_scopes")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Both files at one moment."""

    files: ConfigFiles
    config: bytes | None
    """`None`: there is no such file."""
    credentials: bytes | None

    @classmethod
    def take(cls, files: ConfigFiles) -> "Snapshot":
        """Read both files. Raises `FileUnreadable`."""
        return cls(files, *(disk.read(path) for path in (files.config, files.credentials)))

    def meaning(self) -> AwsConfig:
        """What they say. Raises `ConfigUnreadable`."""
        return interpret(self.config, self.credentials, self.files)


@dataclass(frozen=True, slots=True)
class NewProfile:
    """What the wizard has found out."""

    name: ProfileName
    target: SignInTarget
    scopes: str
    """Of the session, as the file is to have them; empty: the key is not to be written."""
    role: Role
    region: Region | None
    """`None`, here and below, leaves it as it is."""
    output: str | None


@dataclass(frozen=True, slots=True)
class Edit:
    """A change of the config file, ready to be written."""

    read: bytes | None
    """What the file held; `None`: there was none."""
    after: bytes
    diff: str
    """Unified; empty when nothing changes."""
    replaces: str
    """The header of a section that was there before and changes; empty when none does."""
    config: AwsConfig
    """What the files mean afterwards."""


def plan_profile(snapshot: Snapshot, profile: NewProfile) -> Edit:
    """Return the edit that makes `profile`, and its sso-session where it has one.

    Settings of the profile that are the session's, or of the form that it leaves, are removed
    from it; so is what made it a guarded one. Raises `ConfigUnreadable`; `EditRefused` when the text cannot be written, or when
    something else in the files would make the profile mean another thing than was asked for.
    """
    config, document = snapshot.meaning(), parse(snapshot.config or b"")
    target = profile.target
    role: _Settings = (
        ("sso_account_id", profile.role.account_id),
        ("sso_role_name", profile.role.role_name),
        ("region", profile.region or ""),
        ("output", profile.output or ""),
    )
    portal: _Settings = (("sso_start_url", target.start_url), ("sso_region", target.region))
    changes: list[Change] = []
    if target.session is None:
        changes += _profile(config, document, profile.name, [*portal, *role], ("sso_session",))
    else:
        settings = [("sso_session", target.session), *role]
        changes += _profile(config, document, profile.name, settings, _OF_THE_SESSION)
        scopes = ("sso_registration_scopes", profile.scopes)
        changes += _session(config, document, target.session, [*portal, scopes])
    edit = _edit(snapshot, document, changes, _header_there(config, profile.name))
    _refuse_another_meaning(edit.config, profile)
    return edit


def plan_session(snapshot: Snapshot, target: SignInTarget, scopes: str) -> Edit:
    """Return the edit that makes, or changes, the sso-session of `target`. Raises as above."""
    config, document = snapshot.meaning(), parse(snapshot.config or b"")
    name = target.session or SessionName("")
    settings = (
        ("sso_start_url", target.start_url),
        ("sso_region", target.region),
        ("sso_registration_scopes", scopes),
    )
    there = f"[sso-session {name}]" if name in config.sessions else ""
    return _edit(snapshot, document, _session(config, document, name, settings), there)


def _edit(snapshot: Snapshot, document: Document, changes: list[Change], there: str) -> Edit:
    before = snapshot.config or b""
    after = render(apply(document, changes))
    return Edit(
        read=snapshot.config,
        after=after,
        diff=unified_diff(before, after, snapshot.files.config),
        replaces=there if after != before else "",
        config=interpret(after, snapshot.credentials, snapshot.files),
    )


def _header_there(config: AwsConfig, name: ProfileName) -> str:
    known = config.profiles.get(name)
    return f"[{header_for(SectionKind.PROFILE, name)}]" if known and known.settings else ""


def _profile(
    config: AwsConfig,
    document: Document,
    name: ProfileName,
    settings: _Settings,
    unwanted: Sequence[str],
) -> list[Change]:
    known = config.profiles.get(name)
    there = known.line if known is not None and known.file == config.files.config else 0
    section = _section_at(document, there)
    changes = _changes(section, header_for(SectionKind.PROFILE, name), settings)
    if known is not None and is_guarded(known):
        unwanted = (*unwanted, PROCESS_KEY, *GUARD_KEYS)
    return changes + ([RemoveKey(section, key) for key in unwanted] if section else [])


def _session(
    config: AwsConfig, document: Document, name: SessionName, settings: _Settings
) -> list[Change]:
    known = config.sessions.get(name)
    section = _section_at(document, known.line if known is not None else 0)
    return _changes(section, header_for(SectionKind.SSO_SESSION, name), settings)


def _section_at(document: Document, line: int) -> Section | None:
    return next((section for section in document.sections if section.line == line), None)


def _changes(section: Section | None, header: str, settings: _Settings) -> list[Change]:
    """Set what is not empty; the section is added at the end of the file where there is none."""
    said = tuple((key, value) for key, value in settings if value)
    if section is None:
        return [AddSection(header, said, after=None)]
    return [SetValue(section, key, value) for key, value in said]


def _refuse_another_meaning(config: AwsConfig, wanted: NewProfile) -> None:
    profile = sso_profile(config, wanted.name)
    target = profile.target
    checks = (
        ("sso_session", target.session, wanted.target.session),
        ("sso_start_url", target.start_url, wanted.target.start_url),
        ("sso_region", target.region, wanted.target.region),
        ("sso_account_id", profile.role and profile.role.account_id, wanted.role.account_id),
        ("sso_role_name", profile.role and profile.role.role_name, wanted.role.role_name),
        ("region", profile.region, wanted.region or profile.region),
        ("output", profile.output, wanted.output or profile.output),
    )
    for key, found, asked in checks:
        if found != asked:
            setting = config.profiles[wanted.name].settings.get(key)
            place = setting.place if setting is not None else "another section"
            raise EditRefused(
                f"the profile {wanted.name}",
                f"{place} would give its {key} another value",
                do=f"remove {key} there, and run the command again",
            )
