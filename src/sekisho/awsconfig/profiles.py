"""The meaning of the config files, as botocore reads them: the front of this room.

What has a module of its own is handed on from here, so that a reader of the config needs to know
this name only (`spec/aws-cli.md` §1).
"""

from collections.abc import Iterator
from pathlib import Path
from typing import assert_never

from sekisho import files as disk
from sekisho.awsconfig.document import Document, Entry, Section, SectionKind, parse
from sekisho.awsconfig.endpoints import endpoint_overrides
from sekisho.awsconfig.guarded import GuardedProfile, guarded_profile, guarded_profiles
from sekisho.awsconfig.known_keys import misspelt
from sekisho.awsconfig.locate import ConfigFiles
from sekisho.awsconfig.opened import (
    delivered_profile,
    opened_profile,
    opened_profiles,
    opened_target,
)
from sekisho.awsconfig.settings import AwsConfig, Profile, Setting, SsoSession, profile_named
from sekisho.awsconfig.sso import SsoProfile, login_target, sso_profile, sso_profiles
from sekisho.errors import ConfigUnreadable
from sekisho.model import Environ, ProfileName, SessionName
from sekisho.values import replace

__all__ = [
    "AwsConfig",
    "GuardedProfile",
    "Profile",
    "Setting",
    "SsoProfile",
    "SsoSession",
    "chosen_profile",
    "contents",
    "delivered_profile",
    "endpoint_overrides",
    "guarded_profile",
    "guarded_profiles",
    "interpret",
    "interpret_documents",
    "login_target",
    "misspelt",
    "opened_profile",
    "opened_profiles",
    "opened_target",
    "profile_named",
    "read",
    "refuse_faults",
    "sso_profile",
    "sso_profiles",
]

_Settings = dict[str, Setting]


def read(files: ConfigFiles) -> AwsConfig:
    """Read both files from the disk; an absent one says nothing.

    Raises `ConfigUnreadable` for the first fault that makes botocore refuse a file, and
    `FileUnreadable` for a file that is there and cannot be read (botocore passes over that).
    """
    return interpret(contents(files.config), contents(files.credentials), files)


def contents(path: Path) -> bytes | None:
    """Return what one of the two files holds; `None` where there is none. Raises `FileUnreadable`.

    A variable that is set to nothing names no file (`awsconfig.locate`).
    """
    return disk.read(path) if path.name else None


def interpret(
    config_bytes: bytes | None, credentials_bytes: bytes | None, files: ConfigFiles
) -> AwsConfig:
    """Return what both files mean together; `None` is an absent file, `files` only names them.

    Raises `ConfigUnreadable`.
    """
    return interpret_documents(parse(config_bytes or b""), parse(credentials_bytes or b""), files)


def interpret_documents(config: Document, credentials: Document, files: ConfigFiles) -> AwsConfig:
    """Return what two files mean together that are parsed already; `files` only names them.

    As botocore's `Session.full_config` has it: of two sections for one profile the later counts
    alone; every section of the credentials file is a profile by its whole header, and its keys
    win one by one. Raises `ConfigUnreadable`.
    """
    profiles: dict[ProfileName, Profile] = {}
    sessions: dict[SessionName, SsoSession] = {}
    guard_sessions: dict[SessionName, SsoSession] = {}
    services: dict[str, _Settings] = {}
    for section, settings in _sections(config, files.config):
        if section.name is None:
            continue
        match section.kind:
            case SectionKind.DEFAULT | SectionKind.PROFILE:
                name = ProfileName(section.name)
                profiles[name] = Profile(name, settings, files.config, section.line)
            case SectionKind.SSO_SESSION | SectionKind.SEKISHO_SESSION:
                kind, session = section.kind, SessionName(section.name)
                there = sessions if kind is SectionKind.SSO_SESSION else guard_sessions
                there[session] = SsoSession(kind, session, settings, files.config, section.line)
            case SectionKind.SERVICES:
                services[section.name] = settings
            case SectionKind.OTHER | SectionKind.COMMON:
                pass
            case _:
                assert_never(section.kind)
    for section, settings in _sections(credentials, files.credentials):
        name = ProfileName(section.header)
        known = profiles.get(name)
        if known is None:
            profiles[name] = Profile(name, settings, files.credentials, section.line)
        else:
            profiles[name] = replace(known, settings={**known.settings, **settings})
    return AwsConfig(profiles, sessions, guard_sessions, services, files)


def refuse_faults(document: Document, path: Path) -> None:
    """Raise `ConfigUnreadable` for the first fault of `document`, which `path` is the name of."""
    if document.faults:
        fault = document.faults[0]
        raise ConfigUnreadable(path, fault.line, fault.message)


def chosen_profile(explicit: str | None, environ: Environ) -> tuple[str, bool]:
    """Return the profile's name, and whether somebody chose it: `default` is the last resort.

    The order is the AWS CLI v2's: `--profile` (`explicit`), `AWS_PROFILE`, `AWS_DEFAULT_PROFILE`;
    then, inside `sekisho exec`, the profile that the command has. A variable that is set to
    nothing counts as set.
    """
    variables = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "SEKISHO_PROFILE")
    for name in (explicit, *map(environ.get, variables)):
        if name is not None:
            return name, True
    return "default", False


def _sections(document: Document, path: Path) -> Iterator[tuple[Section, _Settings]]:
    """The sections of one file with their settings, those of `[DEFAULT]` filled in."""
    refuse_faults(document, path)
    common: _Settings = {}
    for section in document.sections:
        if section.kind is SectionKind.COMMON:
            common.update(_settings(section, path))
    for section in document.sections:
        if section.kind is not SectionKind.COMMON:
            settings = _settings(section, path)
            for name, setting in common.items():
                settings.setdefault(name, setting)
            yield section, settings


def _settings(section: Section, path: Path) -> _Settings:
    return {
        entry.name: Setting(_value(entry) if entry.nested else entry.value, path, entry.first)
        for entry in section.entries
    }


def _value(entry: Entry) -> dict[str, str]:
    return {nested.key: nested.value for nested in entry.nested}
