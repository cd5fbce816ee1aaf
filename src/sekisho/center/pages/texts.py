"""What the pages say, by key: a catalogue for each language, under `catalogues/`, in a few files.

A text may hold markup of ours; what is filled into it is escaped.
"""

import tomllib
from collections.abc import Mapping
from datetime import timedelta
from importlib import resources

from markupsafe import Markup

from sekisho.center.pages.languages import Language

__all__ = ["CATALOGUES", "Texts"]

_Entry = str | Mapping[str, str]
"""A text, or one for each plural category that the language has: `one` and `other`, or `other`."""


_PARTS = ("", "-administration", "-trail")


def _catalogue(language: Language) -> Mapping[str, _Entry]:
    folder = resources.files(__package__).joinpath("catalogues")
    return {
        f"{section}.{key}": text
        for part in _PARTS
        for section, texts in tomllib.loads(
            folder.joinpath(f"{language.value}{part}.toml").read_text(encoding="utf-8")
        ).items()
        for key, text in texts.items()
    }


CATALOGUES = {language: _catalogue(language) for language in Language}
"""Language → key (`section.name`) → text."""

_MINUTE = 60


class Texts:
    """The texts of one language; called with a key, it returns what to show."""

    def __init__(self, language: Language) -> None:
        """Speak `language`."""
        self.language = language
        self._entries = CATALOGUES[language]

    def __call__(self, key: str, **values: object) -> Markup:
        """Return the text of `key` with `values` in it; `count` among them picks the plural.

        A key that is not there is a bug, and raises `KeyError`.
        """
        entry = self._entries[key]
        if not isinstance(entry, str):
            only_one = values["count"] == 1 and "one" in entry
            entry = entry["one" if only_one else "other"]
            values["count"] = f"{values['count']:,}"
        return Markup(entry).format(**values)  # noqa: S704  the catalogue is ours, values are escaped

    def filled(self, key: str, values: Mapping[str, object]) -> Markup:
        """Return the text of `key`, which has no plural, with what it names of `values`."""
        entry = self._entries[key]
        if not isinstance(entry, str):
            raise KeyError(key)
        return Markup(entry).format_map(values)  # noqa: S704  the catalogue is ours, values are escaped

    def length(self, length: timedelta | int) -> Markup:
        """Say how long `length` (or so many seconds) is: seconds below a minute, else minutes.

        Seconds are rounded up to minutes, so that nobody comes back too early.
        """
        seconds = int(length.total_seconds() if isinstance(length, timedelta) else length)
        if seconds < _MINUTE:
            return self("time.seconds", count=max(seconds, 0))
        return self("time.minutes", count=-(-seconds // _MINUTE))

    def ago(self, length: timedelta) -> Markup:
        """Say how long ago something was, in whole minutes."""
        minutes = int(length.total_seconds() // _MINUTE)
        return self("time.minutes_ago", count=minutes) if minutes > 0 else self("time.just_now")
