"""Writes the Region that a sign-in was made in into what the next one is read from.

A company's start URL leads to a portal whose Region may be another than the configured one
(`spec/aws-cli.md` §3.2). The AWS CLI then appends a `[profile default]` that hides the whole
`[default]`; here the value changes where it stands, and nothing else.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from sekisho.awsconfig.document import Document, Section, SectionKind, parse, render
from sekisho.awsconfig.edit import SetValue, apply
from sekisho.awsconfig.profiles import AwsConfig, Profile
from sekisho.awsconfig.settings import Setting, SsoSession
from sekisho.model import Form, Region, TokenKey

__all__ = ["with_sso_region"]

_KEY = "sso_region"


def with_sso_region(
    config: AwsConfig, contents: Mapping[Path, bytes], key: TokenKey, region: Region
) -> Mapping[Path, bytes]:
    """Return the config files that change, so that every use of the sign-in `key` has `region`.

    `config` is what `contents`, the files' bytes by path, mean. What changes is each `sso_region`
    of the sso-session and of the profiles that use it, or of the profiles in the legacy form with
    that start URL. Raises `EditRefused`.
    """
    changed: dict[Path, bytes] = {}
    for path, before in contents.items():
        document = parse(before)
        owners = [
            (owner, setting)
            for owner, setting in _owners(config, key)
            if path in (setting.file, owner.file)
        ]
        sections = [_section(document, path, owner, setting) for owner, setting in owners]
        changes = [SetValue(one, _KEY, region) for one in sections if one is not None]
        after = render(apply(document, changes)) if changes else before
        if after != before:
            changed[path] = after
    return changed


def _owners(config: AwsConfig, key: TokenKey) -> Iterator[tuple[Profile | SsoSession, Setting]]:
    """Each section by which the sign-in is used, with the `sso_region` that counts there."""
    for session in config.sessions.values():
        if key == TokenKey(Form.SSO_SESSION, session.name) and _KEY in session.settings:
            yield session, session.settings[_KEY]
    for profile in config.profiles.values():
        if _key_of(profile) == key and _KEY in profile.settings:
            yield profile, profile.settings[_KEY]


def _key_of(profile: Profile) -> TokenKey | None:
    session, start_url = profile.text("sso_session"), profile.text("sso_start_url")
    if session is not None:
        return TokenKey(Form.SSO_SESSION, session)
    return None if start_url is None else TokenKey(Form.LEGACY, start_url)


def _section(
    document: Document, path: Path, owner: Profile | SsoSession, setting: Setting
) -> Section | None:
    """The section of the file `path` to change; `None` where it stands in the other file.

    A value that all sections have from `[DEFAULT]` stays for the others: the owner gets its own.
    """
    holder = next(
        (
            section
            for section in document.sections
            if path == setting.file
            and any(entry.first == setting.line for entry in section.entries)
        ),
        None,
    )
    if holder is not None and holder.kind is not SectionKind.COMMON:
        return holder
    if holder is None or path != owner.file:
        return None
    return next((one for one in document.sections if one.line == owner.line), None)
