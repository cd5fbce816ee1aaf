"""Other config files than the one that is edited: their profiles may use the same tokens.

The token caches know no config file. Whoever has several, by `AWS_CONFIG_FILE`, has one cache.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sekisho import files as disk
from sekisho.awsconfig.locate import ConfigFiles
from sekisho.awsconfig.profiles import AwsConfig, Profile, interpret, sso_profiles
from sekisho.configure.backups import edited_files
from sekisho.errors import ConfigUnreadable, FileUnreadable
from sekisho.model import Form, ProfileName, Role, StartUrl, TokenKey

__all__ = ["Elsewhere", "known_configs", "mentioned_key"]


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The config files that are known beside the one that is edited."""

    configs: tuple[AwsConfig, ...]

    @classmethod
    def read(cls, paths: Iterable[Path], files: ConfigFiles) -> "Elsewhere":
        """Read those of `paths` that are there and are not of `files`.

        What cannot be read, or botocore would refuse, uses no token. Raises nothing.
        """
        here = {Path(os.path.realpath(path)) for path in (files.config, files.credentials)}
        there = dict.fromkeys(Path(os.path.realpath(path)) for path in paths)
        found = (_config(path) for path in there if path not in here)
        return cls(tuple(config for config in found if config is not None))

    def users(self, key: TokenKey) -> tuple[tuple[ProfileName, Path], ...]:
        """Return the profiles that ask for the token of `key`, and the files they are in."""
        return tuple(
            (profile.name, config.files.config)
            for config in self.configs
            for profile in config.profiles.values()
            if mentioned_key(profile) == key
        )

    def roles(self, start_url: StartUrl) -> tuple[Role, ...]:
        """Return the roles that profiles have of the portal at `start_url`."""
        profiles = (profile for config in self.configs for profile in sso_profiles(config))
        roles = (profile.role for profile in profiles if profile.target.start_url == start_url)
        return tuple(dict.fromkeys(role for role in roles if role is not None))


def known_configs(home: Path, backup_folder: Path) -> tuple[Path, ...]:
    """Return the config files that sekisho knows of: the usual one, and all that it has edited."""
    return home / ".aws" / "config", *edited_files(backup_folder)


def mentioned_key(profile: Profile) -> TokenKey | None:
    """Return the token that a profile asks for, even if something else keeps it from working."""
    session, start_url = profile.text("sso_session"), profile.text("sso_start_url")
    if session is not None:
        return TokenKey(Form.SSO_SESSION, session)
    return None if start_url is None else TokenKey(Form.LEGACY, start_url)


def _config(path: Path) -> AwsConfig | None:
    try:
        return interpret(disk.read(path), None, ConfigFiles(path, Path()))
    except (ConfigUnreadable, FileUnreadable):
        return None
