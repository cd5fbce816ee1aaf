"""Times as people type them."""

import re
from datetime import date, datetime, time, timedelta

from sekisho.errors import UsageError

__all__ = ["moment"]

_AGO = re.compile(r"([0-9]{1,5})(m|h|d|w)")
_LENGTH = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def moment(text: str, now: datetime) -> datetime:
    """Return the moment that `text` means, by the clock on the wall; `now` is aware.

    `today` and `yesterday` begin at midnight, as a date does; `2h` is two hours ago; `09:30` is
    today's. Raises `UsageError`.
    """
    here = now.astimezone()
    days_ago = {"today": 0, "yesterday": 1}.get(text)
    if days_ago is not None:
        return _local(datetime.combine(here.date() - timedelta(days=days_ago), time()))
    try:
        if found := _AGO.fullmatch(text):
            return here - timedelta(**{_LENGTH[found[2]]: int(found[1])})
        if ":" in text and not re.match(r"[0-9]{4}-", text):
            return _local(datetime.combine(here.date(), time.fromisoformat(text)))
        if len(text) == len("2026-11-28"):
            return _local(datetime.combine(date.fromisoformat(text), time()))
        return _local(datetime.fromisoformat(text))
    except (ValueError, OverflowError) as error:
        raise UsageError(
            f'cannot tell when "{text}" is',
            do="say today, yesterday, 30m, 2h, 3d, 1w, 09:30, 2026-11-28 or 2026-11-28T09:30",
        ) from error


def _local(at: datetime) -> datetime:
    """A time without a zone is local."""
    return at.astimezone()
