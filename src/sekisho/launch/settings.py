"""The config file of a command that is to have one profile: all of it that is not about credentials.

The profile stands there twice, as `[default]` and under its own name, so that a command that names
it goes on working. What else the person's config has is not there to be named.
"""

import shlex
from collections.abc import Iterator, Sequence

from sekisho.awsconfig.document import SectionKind
from sekisho.awsconfig.edit import header_for
from sekisho.awsconfig.guarded import GUARD_KEYS, GuardedProfile
from sekisho.awsconfig.settings import AwsConfig, Profile, Setting

__all__ = ["guarded_only", "is_about_credentials", "settings_only"]

_ABOUT_CREDENTIALS = {
    "account_id",
    "aws_access_key_id",
    "aws_account_id",
    "aws_secret_access_key",
    "aws_security_token",
    "aws_session_token",
    "credential_process",
    "credential_source",
    "duration_seconds",
    "external_id",
    "login_session",
    "mfa_process",
    "mfa_serial",
    "region",  # it is handed in: an option or a variable may say another
    "role_arn",
    "role_session_name",
    "source_identity",
    "source_profile",
    "web_identity_token_file",
}
_BEGIN = ("sso_", "sekisho_", "granted_")


def is_about_credentials(key: str) -> bool:
    """Whether a profile's `key` says where its credentials come from."""
    return key in _ABOUT_CREDENTIALS or key.startswith(_BEGIN)


def settings_only(config: AwsConfig, profile: Profile, region: str | None) -> str:
    """Return the text of a config file with `profile` alone, in `region`, and without credentials.

    The `[services]` section that it names comes with it. Raises `EditRefused` for a name that no
    header can hold.
    """
    lines = list(_profile(profile, region))
    return _text([*_headed(profile, lines, is_default=True), *_services(config, [profile])])


def guarded_only(
    config: AwsConfig, guarded: Sequence[GuardedProfile], program: Sequence[str]
) -> str:
    """Return the text of a config file with the `guarded` profiles alone.

    They get their credentials by `credential_process` from `program`, and the one of several is
    `[default]`, too. Raises `EditRefused` for a name that no header can hold.
    """
    parts: list[str] = []
    for one in guarded:
        profile = config.profiles[one.name]
        process = shlex.join([*program, "credential-process", "--profile", one.name])
        lines = [
            *_profile(profile, one.region),
            f"credential_process = {process}",
            *(line for key in GUARD_KEYS if key in profile.settings for line in _of(profile, key)),
        ]
        parts += _headed(profile, lines, is_default=len(guarded) == 1)
    sessions = {one.target.session: one.target for one in guarded}
    for name, target in sessions.items():
        parts += [
            f"[{header_for(SectionKind.OTHER, f'sekisho-session {shlex.quote(str(name))}')}]",
            f"sso_start_url = {target.start_url}",
            f"sso_region = {target.region}",
            "",
        ]
    profiles = [config.profiles[one.name] for one in guarded]
    return _text([*parts, *_services(config, profiles)])


def _headed(profile: Profile, lines: Sequence[str], *, is_default: bool) -> Iterator[str]:
    own = header_for(SectionKind.PROFILE, profile.name)
    for header in dict.fromkeys(["default", own] if is_default else [own]):
        yield from (f"[{header}]", *lines, "")


def _services(config: AwsConfig, profiles: Sequence[Profile]) -> Iterator[str]:
    for name in dict.fromkeys(profile.text("services") for profile in profiles):
        if name and name in config.services:
            yield f"[{header_for(SectionKind.SERVICES, name)}]"
            for key, kept in config.services[name].items():
                yield from _spelt(key, kept)
            yield ""


def _text(lines: Sequence[str]) -> str:
    return "\n".join(lines).rstrip("\n") + "\n"


def _of(profile: Profile, key: str) -> Iterator[str]:
    return _spelt(key, profile.settings[key])


def _profile(profile: Profile, region: str | None) -> Iterator[str]:
    if region:
        yield f"region = {region}"
    for key, kept in profile.settings.items():
        if not is_about_credentials(key):
            yield from _spelt(key, kept)


def _spelt(key: str, kept: Setting) -> Iterator[str]:
    """The lines of one setting: what goes on over several lines is indented, as it was."""
    if isinstance(kept.value, str):
        first, *more = kept.value.split("\n")
        yield f"{key} = {first}".rstrip()
        yield from (f"    {line}" for line in more)
    else:
        yield f"{key} ="
        yield from (f"    {name} = {value}" for name, value in kept.value.items())
