"""Trying again, by the rules that the AWS SDKs call "standard".

Source: AWS SDKs reference "Retry behavior", and botocore 1.44's `retries/standard.py`:

1. at most three attempts
2. again after: no answer; 500, 502, 503, 504; 429; an error that is named for throttling
3. a wait before each, of a random part of (scale × 2 to the number of waits before it), at most
   20 s; the scale is 1 s for throttling and 50 ms else; the service may ask for up to 5 s more
4. a quota that is spent by retries and filled by successes, so that many calls to a service
   that is down do not triple its load
"""

import random
import threading
import uuid
from collections.abc import Callable

from sekisho.errors import Unreachable
from sekisho.ports import Clock, Http
from sekisho.wire.http import Request, Response
from sekisho.wire.rejection import rejection_of

__all__ = ["MAX_ATTEMPTS", "RetryingHttp", "is_throttled"]

MAX_ATTEMPTS = 3

_TRANSIENT_STATUSES = frozenset({500, 502, 503, 504})
_TRANSIENT_ERRORS = frozenset(
    {"PriorRequestNotComplete", "RequestTimeout", "RequestTimeoutException"}
)
_THROTTLED_STATUS = 429
_THROTTLED_ERRORS = frozenset(
    {
        "BandwidthLimitExceeded",
        "EC2ThrottledException",
        "LimitExceededException",
        "PriorRequestNotComplete",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "SlowDown",  # and not SlowDownException: that one is an answer of RFC 8628
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionInProgressException",
    }
)

_THROTTLED_SCALE = 1.0  # seconds
_TRANSIENT_SCALE = 0.05
_LONGEST_WAIT = 20.0
_MOST_ASKED_FOR = 5.0  # seconds on top, by x-amz-retry-after

_QUOTA = 500
_THROTTLED_COST = 5
_TRANSIENT_COST = 14
_FIRST_TRY_REWARD = 1

_FIRST_REDIRECT = 300
_LONGEST_NUMBER = 9  # digits of x-amz-retry-after that are read


class RetryingHttp:
    """An `Http` that tries again. Safe to share between threads."""

    def __init__(
        self,
        http: Http,
        clock: Clock,
        *,
        jitter: Callable[[], float] = random.random,
        has_quota: bool = True,
    ) -> None:
        """Send through `http`, and wait on `clock`; `jitter` gives numbers from 0 to 1.

        Without a quota each call has its three attempts: for an `http` that keeps the load down
        itself.
        """
        self._http = http
        self._clock = clock
        self._jitter = jitter
        self._quota = _Quota(_QUOTA) if has_quota else None

    def send(self, request: Request) -> Response:
        """Send `request`, at most three times; return the last answer, whatever it is.

        Every attempt carries the same `amz-sdk-invocation-id`, by which a service can tell a
        repetition. Blocks for the attempts and the waits between them. Raises what the wrapped
        `Http` raised last; a certificate that does not verify is not tried again.
        """
        named = request.with_header("amz-sdk-invocation-id", str(uuid.uuid4()))
        attempt, paid = 1, 0
        while True:
            outcome = self._attempt(
                named.with_header("amz-sdk-request", f"attempt={attempt}; max={MAX_ATTEMPTS}")
            )
            if isinstance(outcome, Response) and not _is_retryable(outcome):
                if self._quota and outcome.status < _FIRST_REDIRECT:
                    self._quota.give_back(paid or _FIRST_TRY_REWARD)
                return outcome
            throttled = isinstance(outcome, Response) and is_throttled(outcome)
            paid = _THROTTLED_COST if throttled else _TRANSIENT_COST
            if attempt == MAX_ATTEMPTS or (self._quota and not self._quota.take(paid)):
                break
            self._clock.sleep(self._wait(attempt, outcome, throttled=throttled))
            attempt += 1
        if isinstance(outcome, Unreachable):
            raise outcome
        return outcome

    def _attempt(self, request: Request) -> Response | Unreachable:
        try:
            return self._http.send(request)
        except Unreachable as error:
            return error

    def _wait(self, attempt: int, outcome: Response | Unreachable, *, throttled: bool) -> float:
        scale = _THROTTLED_SCALE if throttled else _TRANSIENT_SCALE
        wait = self._jitter() * min(scale * 2.0 ** (attempt - 1), _LONGEST_WAIT)
        asked = _asked_for(outcome) if isinstance(outcome, Response) else None
        return wait if asked is None else max(wait, min(asked, wait + _MOST_ASKED_FOR))


def is_throttled(response: Response) -> bool:
    """Whether `response` says that there were too many requests."""
    return response.status == _THROTTLED_STATUS or _error(response) in _THROTTLED_ERRORS


def _is_retryable(response: Response) -> bool:
    return (
        response.status in _TRANSIENT_STATUSES
        or is_throttled(response)
        or _error(response) in _TRANSIENT_ERRORS
    )


def _error(response: Response) -> str:
    """The name of the error, in the JSON or the XML that the services speak; else nothing."""
    if response.status < _FIRST_REDIRECT:
        return ""
    if response.body.lstrip().startswith(b"<"):
        from sekisho.wire import sts  # XML, which only STS speaks

        return sts.rejection_of(response).error
    return rejection_of(response).error


def _asked_for(response: Response) -> float | None:
    """The wait that the service asks for, in seconds."""
    milliseconds = response.headers.get("x-amz-retry-after", "")
    if not (milliseconds.isascii() and milliseconds.isdigit()):
        return None
    return int(milliseconds[:_LONGEST_NUMBER]) / 1000


class _Quota:
    """A bucket of retries, shared by all calls."""

    def __init__(self, most: int) -> None:
        self._most = self._left = most
        self._lock = threading.Lock()

    def take(self, cost: int) -> bool:
        with self._lock:
            if cost > self._left:
                return False
            self._left -= cost
            return True

    def give_back(self, amount: int) -> None:
        with self._lock:
            self._left = min(self._most, self._left + amount)
