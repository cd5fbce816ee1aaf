"""Which profiles are generated ones: each carries a key that says so, and what was written.

    sekisho_generated = 5b1c0f4d9a3e7c21

The value is a digest of the settings that were written. While it fits, they are as they were
written, and may be changed or removed again. After an edit by hand it does not fit any more, and
the profile is its editor's. Keys that were added by hand are not in the digest: they stay, and a
profile with any is not removed. AWS's tools pass over the key (`docs/decisions/0018-what-generate-owns.md`).
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from sekisho.awsconfig.document import Section

__all__ = ["KEYS", "MARK", "Ownership", "digest", "ownership"]

MARK = "sekisho_generated"
KEYS = ("sso_session", "sso_account_id", "sso_role_name", "region")
"""What a generated profile is made of, in order; the last one only where a rule gives one."""
_DIGITS = 16
"""Of the digest. It finds edits, and keeps nobody from making one that fits."""


@dataclass(frozen=True, slots=True)
class Ownership:
    """What of a marked section is as it was written."""

    edited: bool
    """A setting that was written has been changed since, or taken away."""
    keys: tuple[str, ...]
    """Those of `KEYS` that were written; none of an edited section."""
    added: bool
    """There are other settings, too."""


def digest(values: Mapping[str, str]) -> str:
    """Return the value of the mark for the settings `values`."""
    told = json.dumps(sorted(values.items()), ensure_ascii=True)
    return hashlib.sha256(told.encode()).hexdigest()[:_DIGITS]


def ownership(section: Section) -> Ownership | None:
    """Return whose `section` is; `None` where it has no mark, so that somebody wrote it by hand."""
    values = {entry.name: entry.value for entry in section.entries}
    mark = values.get(MARK)
    if mark is None:
        return None
    for keys in (KEYS, KEYS[:-1]):
        if all(key in values for key in keys) and digest({k: values[k] for k in keys}) == mark:
            return Ownership(False, keys, added=not values.keys() <= {*keys, MARK})
    return Ownership(True, (), added=True)
