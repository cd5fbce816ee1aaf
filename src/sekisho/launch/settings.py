"""The config file of a command that is to have one profile: all of it that is not about credentials.

The profile stands there twice, as `[default]` and under its own name, so that a command that names
it goes on working. What else the person's config has is not there to be named.
"""

from collections.abc import Iterator, Mapping

from sekisho.awsconfig.document import SectionKind
from sekisho.awsconfig.edit import header_for
from sekisho.awsconfig.settings import AwsConfig, Profile, Setting

__all__ = ["is_about_credentials", "settings_only"]

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


def settings_only(
    config: AwsConfig,
    profile: Profile,
    region: str | None,
    added: Mapping[str, str] | None = None,
) -> str:
    """Return the text of a config file with `profile` alone, in `region`, and without credentials.

    `added` are settings that the profile is given instead, such as a `credential_process`. The
    `[services]` section that it names comes with it. Raises `EditRefused` for a name that no
    header can hold.
    """
    headers = dict.fromkeys(["default", header_for(SectionKind.PROFILE, profile.name)])
    lines = list(_profile(profile, region, added or {}))
    parts = [line for header in headers for line in (f"[{header}]", *lines, "")]
    services = profile.text("services")
    if services and services in config.services:
        parts += [f"[{header_for(SectionKind.SERVICES, services)}]"]
        parts += [
            line for key, kept in config.services[services].items() for line in _spelt(key, kept)
        ]
    return "\n".join(parts).rstrip("\n") + "\n"


def _profile(profile: Profile, region: str | None, added: Mapping[str, str]) -> Iterator[str]:
    if region:
        yield f"region = {region}"
    for key, value in added.items():
        yield f"{key} = {value}"
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
