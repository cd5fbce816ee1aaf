"""`generate.toml`: how a team, or a person, wants profiles to be generated.

    sso_session = ["hoge"]
    template = "{account_name|trim:hoge-}-{role_name}"
    by = "environment"
    session_for = ["*-prod=hoge-prod"]
    region = "eu-central-1"
    region_for = ["*-us-*=us-east-1"]
    rate = 10

The settings are called as the options of `sekisho generate` are, and say what those say. What is
asked for on one occasion only (`--prune`, `--check`, `--dry-run`) is none.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sekisho import files as disk
from sekisho.configure.generate_names import Template, parse_template
from sekisho.configure.generate_rules import AccountRule, parse_rules
from sekisho.configure.generate_wanted import By
from sekisho.errors import GenerateSettingsInvalid, UsageError
from sekisho.model import Region

__all__ = ["MOST_CALLS_PER_SECOND", "GenerateSettings", "read_settings"]

MOST_CALLS_PER_SECOND = 1000
"""No portal grants more."""


@dataclass(frozen=True, slots=True)
class GenerateSettings:
    """The settings; what is left out is `None`, or empty."""

    sessions: tuple[str, ...] = ()
    """Names of sso-sessions."""
    template: Template | None = None
    by: By | None = None
    session_rules: tuple[AccountRule, ...] = ()
    region: Region | None = None
    region_rules: tuple[AccountRule, ...] = ()
    rate: int | None = None
    """Calls a second."""


def read_settings(path: Path) -> GenerateSettings | None:
    """Read the settings in `path`; `None`: there is no such file.

    Raises `GenerateSettingsInvalid` for what is no TOML, for a key that is not known and for a value
    that is none; `FileUnreadable`.
    """
    data = disk.read(path)
    if data is None:
        return None
    try:
        document = tomllib.loads(data.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise GenerateSettingsInvalid(path, f"it is not TOML: {error}") from error
    try:
        return _settings(document)
    except UsageError as error:
        raise GenerateSettingsInvalid(path, error.what) from error


def _settings(document: Mapping[str, object]) -> GenerateSettings:
    """Raises `UsageError`."""
    if strange := document.keys() - _KEYS:
        raise UsageError(f"there is no setting {min(strange)}; there are {', '.join(_KEYS)}", do="")
    region, template = _text(document, "region"), _text(document, "template")
    return GenerateSettings(
        sessions=_texts(document, "sso_session"),
        template=None if template is None else parse_template(template, "template"),
        by=_by(document),
        session_rules=parse_rules("session_for", _texts(document, "session_for"), "NAME"),
        region=None if region is None else Region(region),
        region_rules=parse_rules("region_for", _texts(document, "region_for"), "REGION"),
        rate=_rate(document),
    )


_KEYS = ("sso_session", "template", "by", "session_for", "region", "region_for", "rate")


def _text(document: Mapping[str, object], key: str) -> str | None:
    value = document.get(key)
    if value is None or (isinstance(value, str) and value):
        return value
    raise UsageError(f'{key} is a text: {key} = "…"', do="")


def _texts(document: Mapping[str, object], key: str) -> tuple[str, ...]:
    """One text stands for a list of one."""
    value = document.get(key, [])
    texts = [value] if isinstance(value, str) else value
    if isinstance(texts, list) and all(isinstance(text, str) and text for text in texts):
        return tuple(texts)
    raise UsageError(f'{key} is a list of texts: {key} = ["…"]', do="")


def _by(document: Mapping[str, object]) -> By | None:
    value = _text(document, "by")
    if value is None or value in list(By):
        return None if value is None else By(value)
    raise UsageError(f"by is one of {', '.join(By)}", do="")


def _rate(document: Mapping[str, object]) -> int | None:
    value = document.get("rate")
    if value is None:
        return None
    if isinstance(value, int) and value is not True and 1 <= value <= MOST_CALLS_PER_SECOND:
        return value
    raise UsageError(f"rate is a number from 1 to {MOST_CALLS_PER_SECOND}", do="")
