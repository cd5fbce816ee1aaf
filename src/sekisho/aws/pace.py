"""No more calls a second than the service grants one person, however many threads ask.

Each call waits for a slot of its own; slots lie evenly, since a burst that the service has room
for today is a 429 tomorrow. A throttled answer holds everybody up for as long as the service says
(`Retry-After`, RFC 9110 §10.2.3, or `x-amz-retry-after`): the others would only be refused, too.
"""

import threading
from datetime import UTC

from sekisho.aws.retry import RetryingHttp, is_throttled
from sekisho.ports import Clock, Http
from sekisho.wire.http import Request, Response

__all__ = ["PORTAL_CALLS_PER_SECOND", "PacedHttp", "paced"]

PORTAL_CALLS_PER_SECOND = 20
"""What the portal was seen to grant one person for ListAccountRoles."""

_UNSAID = 1.0  # seconds to hold, where a throttled answer names none
_LONGEST_HOLD = 60.0
_LONGEST_NUMBER = 9  # digits that are read


def paced(http: Http, clock: Clock, *, per_second: float) -> Http:
    """Return an `Http` for thousands of calls: at most `per_second`, and each made three times.

    The pace keeps the load down. A quota of retries beside it would be spent by the calls that fail
    here and there among thousands, and the later ones would be given up at their first failure.
    """
    return RetryingHttp(PacedHttp(http, clock, per_second=per_second), clock, has_quota=False)


class PacedHttp:
    """An `Http` that waits for its turn. Safe to share between threads, if what it wraps is.

    To stand below `aws.retry`: a second attempt is a call like the first.
    """

    def __init__(self, http: Http, clock: Clock, *, per_second: float) -> None:
        """Send through `http`, at most `per_second` (above 0) times; wait on `clock`."""
        self._http = http
        self._clock = clock
        self._interval = 1 / per_second
        self._lock = threading.Lock()
        self._next = self._held_until = clock.monotonic()

    def send(self, request: Request) -> Response:
        """Send `request` when its turn has come; see `ports.Http`. Blocks until then."""
        self._wait()
        response = self._http.send(request)
        if is_throttled(response):
            self._hold(self._asked_for(response))
        return response

    def _wait(self) -> None:
        slot = self._slot()
        while slot < self._held_until:  # somebody was throttled while this one waited
            slot = self._slot()

    def _slot(self) -> float:
        with self._lock:
            now = self._clock.monotonic()
            slot = max(now, self._next, self._held_until)
            self._next = slot + self._interval
        if slot > now:
            self._clock.sleep(slot - now)
        return slot

    def _hold(self, seconds: float) -> None:
        with self._lock:
            until = self._clock.monotonic() + min(seconds, _LONGEST_HOLD)
            self._held_until = max(self._held_until, until)

    def _asked_for(self, response: Response) -> float:
        milliseconds = _number(response.headers.get("x-amz-retry-after", ""))
        if milliseconds is not None:
            return milliseconds / 1000
        text = response.headers.get("Retry-After", "")
        seconds = _number(text)
        return self._until(text) if seconds is None else seconds

    def _until(self, date: str) -> float:
        from email.utils import parsedate_to_datetime  # for services that give a date

        try:
            at = parsedate_to_datetime(date)
        except (ValueError, TypeError, OverflowError):
            return _UNSAID
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at
        return max((at - self._clock.now()).total_seconds(), 0.0)


def _number(text: str) -> int | None:
    return int(text[:_LONGEST_NUMBER]) if text.isascii() and text.isdigit() else None
