"""The languages of the pages, and which of them a browser asks for."""

import re
from enum import StrEnum

__all__ = ["Language", "chosen"]

_RANGE = re.compile(
    r"(?P<range>\*|[a-z0-9-]{1,64})(?:;q=(?P<quality>0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?))?"
)
_MOST_RANGES = 64


class Language(StrEnum):
    """A language that every text is written in; the value is what `lang` says."""

    ENGLISH = "en"
    JAPANESE = "ja"


def chosen(accept_language: str) -> Language:
    """Return the language that suits an `Accept-Language` best; English when none is asked for.

    The highest quality wins, and among equals the first (RFC 9110 §12.5.4). `ja-JP` asks for
    Japanese too (RFC 4647 §3.4), `*` is content with English, and what is malformed is skipped.
    """
    best, wanted = 0.0, Language.ENGLISH
    for part in accept_language.lower().split(",")[:_MOST_RANGES]:
        found = _RANGE.fullmatch("".join(part.split()))
        if found is None:
            continue
        quality = float(found["quality"] or 1)
        language = _spoken(found["range"])
        if language is not None and quality > best:
            best, wanted = quality, language
    return wanted


def _spoken(wanted: str) -> Language | None:
    if wanted == "*":
        return Language.ENGLISH
    primary = wanted.partition("-")[0]
    return next((language for language in Language if language.value == primary), None)
