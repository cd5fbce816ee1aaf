"""This machine's clock, compared with that of whoever answers.

A clock that is off makes tokens expire too early or too late, and signatures be refused, with
messages that name anything but the clock. Every answer has its sender's time in `Date` (RFC 9110
§6.6.1), so the cause can be named before the effects are seen.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from sekisho.ports import Clock, Http
from sekisho.wire.http import Request, Response

__all__ = ["TOLERATED", "ClockCheckedHttp", "date_of"]

TOLERATED = timedelta(minutes=5)
"""By more than this AWS refuses a signature."""


class ClockCheckedHttp:
    """Satisfies `ports.Http`: tells, once, when the clocks at both ends are far apart."""

    def __init__(self, http: Http, clock: Clock, notice: Callable[[str], None]) -> None:
        """Send through `http`; `notice` is told in a sentence without its stop."""
        self._http = http
        self._clock = clock
        self._notice = notice
        self._told = False

    def send(self, request: Request) -> Response:
        """Send `request`; see `ports.Http`. What `Date` says changes nothing but the notice."""
        response = self._http.send(request)
        theirs = None if self._told else date_of(response)
        if theirs is not None:
            ahead = self._clock.now() - theirs
            if abs(ahead) > TOLERATED:
                self._told = True
                self._notice(_sentence(ahead, theirs, urlsplit(request.url).hostname or ""))
        return response


def date_of(response: Response) -> datetime | None:
    """Return the time of an answer: aware, UTC.

    `None` where it has none, or comes out of a cache (RFC 9111 §5.1).
    """
    from email.utils import parsedate_to_datetime  # it costs more than what the caches answer

    if "Age" in response.headers:
        return None
    try:
        at = parsedate_to_datetime(response.headers.get("Date", ""))
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        return None


def _sentence(ahead: timedelta, theirs: datetime, host: str) -> str:
    way = "ahead of" if ahead > timedelta(0) else "behind"
    minutes = abs(ahead) / timedelta(minutes=1)
    return (
        f"this machine's clock is {minutes:.0f} minutes {way} that of {host}, which says "
        f"{theirs:%Y-%m-%d %H:%M} UTC; what expires and what is signed goes wrong by that, so set "
        "the clock"
    )
