"""An event of the audit trail in a sentence, in the words of a catalogue.

Facts are what the row has; a row of another release may have others, so one that a sentence names and
the row has not is a question mark, and an event without a sentence is told by its name.
"""

from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

from markupsafe import Markup

from sekisho.center.audit import OPERATOR
from sekisho.center.events import Event
from sekisho.center.pages.texts import Texts
from sekisho.center.trail import Entry

__all__ = ["browser_name", "facts_of", "key_of", "name_of", "told", "told_by"]

_BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("CriOS/", "Chrome"),
    ("Safari/", "Safari"),
)
"""What names a browser, in this order: each claims to be the ones below it too."""
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)
_KNOWN = frozenset(Event)
_TIMES = frozenset({"asked_at", "until"})
"""Facts that are seconds of the epoch."""
_TARGETS = ("group", "permission_set", "account_name", "account", "name", "resource_arn")
"""What an administrator's change can be about, besides a person."""


def key_of(event: str) -> str:
    """Return what the texts of an event are called, in each of their sections."""
    return event.replace(".", "_")


def name_of(texts: Texts, event: str) -> str:
    """Return what an event is called where one is looked for."""
    return texts(f"event_names.{key_of(event)}") if event in _KNOWN else event


def told(texts: Texts, entry: Entry) -> Markup:
    """Tell an entry in a sentence, without who else did it (`told_by`)."""
    somebody = texts("events.somebody") if entry.person is None else entry.person.name
    said: dict[str, object] = defaultdict(lambda: "?", facts_of(entry))
    said |= {"person": somebody, "event": entry.event, "target": _target(entry)}
    if entry.event == Event.SIGNED_IN:
        known = browser_name(str(entry.facts.get("browser", "")))
        said["browser"] = known or texts("events.some_browser")
    key = key_of(entry.event) if entry.event in _KNOWN else "other"
    return texts.filled(f"events.{key}", said)


def told_by(texts: Texts, entry: Entry) -> Markup | None:
    """Say who did it, where that was somebody else."""
    by = entry.by or (entry.person if entry.event == Event.ADMINISTERED else None)
    if by is None:
        return None
    if by.id == OPERATOR.id:
        return texts("events.by_operator")
    return texts("events.by", by=by.name)


def facts_of(entry: Entry) -> dict[str, str]:
    """Return what the row has to say, as it is read: times are in UTC."""
    return {name: _spelt(name, fact) for name, fact in entry.facts.items()}


def browser_name(user_agent: str) -> str:
    """Name the browser and its system as people know them, `Firefox · Linux`; empty if unknown.

    It is what the browser says of itself: enough to know one's own by.
    """
    found = [
        next((name for mark, name in kind if mark in user_agent), "")
        for kind in (_BROWSERS, _SYSTEMS)
    ]
    return " · ".join(name for name in found if name)


def _target(entry: Entry) -> str:
    named = [str(entry.facts[name]) for name in _TARGETS if entry.facts.get(name)]
    if entry.person is not None and (entry.by is not None or not named):
        named.insert(0, entry.person.name)
    return ", ".join(named)


def _spelt(name: str, fact: Any) -> str:
    if name in _TIMES and isinstance(fact, int):
        return f"{datetime.fromtimestamp(fact, UTC):%Y-%m-%d %H:%M:%S} UTC"
    return str(fact)
