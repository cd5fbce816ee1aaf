"""The config that the agent reads: two files, read again when they are not the ones that were read.

A release looks at both files' status only (stat(2)); reading thousands of profiles takes a second,
and is done beside the event loop.
"""

import os
import threading
from dataclasses import dataclass
from pathlib import Path

from sekisho.awsconfig.guarded import GuardedProfile, guarded_profile, guarded_profiles
from sekisho.awsconfig.locate import ConfigFiles
from sekisho.awsconfig.profiles import read
from sekisho.awsconfig.settings import AwsConfig
from sekisho.model import ProfileName

__all__ = ["ConfigNow", "WatchedConfig"]

_Status = tuple[int, int, int, int, int] | None


@dataclass(frozen=True, slots=True)
class ConfigNow:
    """The config, as it was when its files had the status that they have."""

    config: AwsConfig
    guarded: dict[ProfileName, GuardedProfile]
    """The guarded profiles that resolve."""

    def profile(self, name: str) -> GuardedProfile | None:
        """Return the guarded profile `name`, or say what is wrong with it, as `guarded_profile`."""
        return self.guarded.get(ProfileName(name)) or guarded_profile(self.config, name)


class WatchedConfig:
    """The config files, and what they said when they were read last. Threads may share it."""

    def __init__(self, files: ConfigFiles) -> None:
        """Watch `files`; nothing is read yet."""
        self.files = files
        """The two files."""
        self._paths = (os.fspath(files.config), os.fspath(files.credentials))
        self._turn = threading.Lock()
        self._read: tuple[tuple[_Status, ...], ConfigNow] | None = None

    def current(self) -> ConfigNow | None:
        """Return what the files say, if they are those that were read. Two calls of stat(2)."""
        kept = self._read
        return kept[1] if kept is not None and kept[0] == self._status() else None

    def read(self) -> ConfigNow:
        """Return what the files say, and read them where they have changed.

        Raises `ConfigUnreadable`, `FileUnreadable`.
        """
        with self._turn:
            found = self.current()
            if found is None:
                status = self._status()  # before they are read: a later change is another one
                config = read(self.files)
                found = ConfigNow(config, {one.name: one for one in guarded_profiles(config)})
                self._read = (status, found)
            return found

    def known(self, name: str | None) -> GuardedProfile | None:
        """Return what was read last of the guarded profile `name`, if anything was; raises nothing."""
        kept = self._read
        return None if kept is None or name is None else kept[1].guarded.get(ProfileName(name))

    def is_it(self, path: str) -> bool:
        """Whether `path` is the config file that is watched."""
        return path == self._paths[0] or Path(path) == self.files.config

    def _status(self) -> tuple[_Status, ...]:
        return tuple(map(_status, self._paths))


def _status(path: str) -> _Status:
    try:
        found = os.stat(path)  # noqa: PTH116  # a path object costs as much as the call
    except OSError:
        return None
    return (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)
