"""What the config files say, as values: settings by profile, by sso-session and by service."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from sekisho.awsconfig.document import SectionKind
from sekisho.awsconfig.locate import ConfigFiles
from sekisho.errors import ProfileNotFound
from sekisho.model import ProfileName, SessionName
from sekisho.values import dataclass

__all__ = ["AwsConfig", "Profile", "Setting", "SsoSession", "nearest", "profile_named", "text_of"]


@dataclass(frozen=True, slots=True)
class Setting:
    """One value, and where it stands."""

    value: str | Mapping[str, str]
    """Text as botocore has it; a nested block is a mapping whose keys keep their case."""
    file: Path
    line: int
    """The line of the key, from 1."""

    @property
    def place(self) -> str:
        """`file:line`, as messages name it."""
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Profile:
    """One profile, merged from both files: what the credentials file says wins."""

    name: ProfileName
    settings: Mapping[str, Setting]
    """By lower-cased key; those of `[DEFAULT]` are among them."""
    file: Path
    """Where its section stands: the config file, if that has one."""
    line: int
    """The line of its header, from 1."""

    @property
    def place(self) -> str:
        """`file:line` of its header, as messages name it."""
        return f"{self.file}:{self.line}"

    def text(self, key: str) -> str | None:
        """Return the value of `key`; `None` when it is absent or a nested block."""
        return text_of(self.settings, key)


@dataclass(frozen=True, slots=True)
class SsoSession:
    """One `[sso-session NAME]` or `[sekisho-session NAME]` section of the config file."""

    kind: SectionKind
    """Which of the two."""
    name: SessionName
    settings: Mapping[str, Setting]
    """By lower-cased key; those of `[DEFAULT]` are among them."""
    file: Path
    line: int
    """The line of its header, from 1."""

    @property
    def place(self) -> str:
        """`file:line` of its header, as messages name it."""
        return f"{self.file}:{self.line}"

    def text(self, key: str) -> str | None:
        """Return the value of `key`; `None` when it is absent or a nested block."""
        return text_of(self.settings, key)


@dataclass(frozen=True, slots=True)
class AwsConfig:
    """Both files together, as botocore understands them."""

    profiles: Mapping[ProfileName, Profile]
    """In the order of the files: the config file's, then what only the credentials file has."""
    sessions: Mapping[SessionName, SsoSession]
    """The `[sso-session NAME]` sections."""
    guard_sessions: Mapping[SessionName, SsoSession]
    """The `[sekisho-session NAME]` sections, which botocore passes over."""
    services: Mapping[str, Mapping[str, Setting]]
    """The `[services NAME]` sections: by name, then by service (`sso_oidc`) or other key."""
    files: ConfigFiles
    """Where all this was read from."""


def profile_named(config: AwsConfig, name: str) -> Profile:
    """Return the profile `name`.

    Raises `ProfileNotFound`, with the nearest name there is. That a `default` which nobody chose
    may be absent is the caller's business.
    """
    profile = config.profiles.get(ProfileName(name))
    if profile is None:
        raise ProfileNotFound(name, near=nearest(name, config.profiles))
    return profile


def nearest(word: str, words: Iterable[str]) -> str | None:
    """Return the one of `words` that is most like `word`, if one is like it at all."""
    import difflib  # for what goes wrong

    return next(iter(difflib.get_close_matches(word, words, n=1)), None)


def text_of(settings: Mapping[str, Setting], key: str) -> str | None:
    """Return the value of `key`; `None` when it is absent or a nested block."""
    setting = settings.get(key)
    return setting.value if setting is not None and isinstance(setting.value, str) else None
