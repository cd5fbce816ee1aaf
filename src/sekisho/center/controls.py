"""What a test may do to a center: turn its clock, make calls fail, and see what was called.

It is there only when the center was started for tests; a center without it has no `Controls`. All
of it lies in the memory of one process. `test_controls` is its way in over HTTP; `sekisho.testing`
uses it in process. Threads may share one.
"""

import math
import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sekisho.center.protocol.fault import Fault
from sekisho.ports import Clock
from sekisho.secret import Secret

__all__ = ["Controls", "InjectedFault", "RecordedCall", "TurnableClock"]

_FURTHEST_SECONDS = 100 * 365 * 24 * 3600
"""How far a clock may be turned in all."""
_ERRORS: Mapping[int, str] = {
    401: "UnauthorizedException",
    403: "ForbiddenException",
    404: "ResourceNotFoundException",
    429: "TooManyRequestsException",
    503: "ServiceUnavailable",
}
"""What an error of that status is called where the test does not say."""
_MESSAGE = "The test controls made this call fail"


@dataclass(frozen=True, slots=True)
class InjectedFault:
    """What is to happen to the next calls of one operation."""

    operation: str
    """As AWS's model names it: `GetRoleCredentials`."""
    status: int | None = None
    """400 to 599; `None`: the status that the service model has for `error`."""
    error: str | None = None
    """The exception, as the service model names it; `None`: what fits the status.
    With neither, the call is served after its latency."""
    latency_ms: int = 0
    """How long the answer is held back."""
    count: int = 1
    """How many calls it still happens to."""
    message: str = _MESSAGE
    """The sentence of the error, as clients show it to people."""

    @property
    def fault(self) -> Fault | None:
        """The error to answer with; `None` for a call that is only slow."""
        if self.status is None and self.error is None:
            return None
        fits = "InternalServerException" if self.status and self.status >= 500 else "BadRequest"
        name = self.error or _ERRORS.get(self.status or 0, fits)
        return Fault(name, self.message, status=self.status)


@dataclass(frozen=True, slots=True)
class RecordedCall:
    """One call of one operation."""

    operation: str
    """As AWS's model names it."""
    status: int | None = None
    """The HTTP status of the answer; `None` while there is none yet."""
    error: str | None = None
    """The exception, as the service model names it; `None` for a success."""


class TurnableClock:
    """The clock of a center under test: another one, put forward."""

    def __init__(self, base: Clock) -> None:
        """Begin at the time that `base` tells."""
        self.base = base
        """The clock that was not turned: callers sign their requests by it."""
        self._ahead = 0.0
        self._lock = threading.Lock()

    def now(self) -> datetime:
        """Return the time of day: aware, UTC."""
        return self.base.now() + timedelta(seconds=self._ahead)

    def monotonic(self) -> float:
        """Return the base's seconds: a length that is measured was not lived through faster."""
        return self.base.monotonic()

    def sleep(self, seconds: float) -> None:
        """Block for `seconds` of the base's."""
        self.base.sleep(seconds)

    @property
    def ahead(self) -> float:
        """By how many seconds it was put forward in all."""
        return self._ahead

    def advance(self, seconds: float) -> None:
        """Let `seconds` pass at once: tokens, codes, sessions and lock-outs age alike.

        Raises `ValueError` for a negative length, and beyond a hundred years in all.
        """
        with self._lock:
            if not 0 <= seconds <= _FURTHEST_SECONDS - self._ahead:
                raise ValueError("a clock can be put forward, by a hundred years in all")
            self._ahead += seconds


class Controls:
    """The hands of a test on one center."""

    def __init__(self, clock: Clock, token: Secret | None = None) -> None:
        """Turn `clock`. With a `token`, whoever sends it may do the same over HTTP."""
        self.clock = TurnableClock(clock)
        self.token = token
        self.refresh_grace: float | None = None
        """Seconds for which a used refresh token still answers; `None`: as the settings say."""
        self._faults: list[InjectedFault] = []
        self._calls: list[RecordedCall] = []
        self._lock = threading.Lock()
        self._stopping = threading.Event()

    # --- for the test ---

    def inject(self, fault: InjectedFault) -> None:
        """Let `fault` happen to the next calls of its operation, after those injected before."""
        with self._lock:
            self._faults.append(fault)

    def clear_faults(self) -> None:
        """Drop what has not happened yet."""
        with self._lock:
            self._faults.clear()

    @property
    def faults(self) -> tuple[InjectedFault, ...]:
        """What has not happened yet, in order."""
        with self._lock:
            return tuple(self._faults)

    @property
    def calls(self) -> tuple[RecordedCall, ...]:
        """Every call since the start, in the order in which they came."""
        with self._lock:
            return tuple(self._calls)

    def counts(self) -> dict[str, int]:
        """Return how often each operation was called since the start."""
        return dict(Counter(call.operation for call in self.calls))

    def use_refresh_tokens_once(self, *, grace_seconds: float = 0) -> None:
        """Let a refresh token that was used answer for `grace_seconds` more, then end its sign-in.

        0: never again. The default of a center is 60.
        """
        self.refresh_grace = grace_seconds

    def use_refresh_tokens_again(self) -> None:
        """Let a refresh token that was used go on answering, always with the same successors."""
        self.refresh_grace = math.inf

    # --- for the center ---

    def begin(self, operation: str) -> int:
        """Note a call that came in; return its number, for `end`."""
        with self._lock:
            self._calls.append(RecordedCall(operation))
            return len(self._calls) - 1

    def strike(self, operation: str) -> None:
        """Let happen what was injected for this call: block for its latency, raise its `Fault`."""
        with self._lock:
            injected = self._take(operation)
        if injected is None:
            return
        self._stopping.wait(injected.latency_ms / 1000)
        if injected.fault is not None:
            raise injected.fault

    def end(self, number: int, *, status: int, error: str | None) -> None:
        """Note how the call of that number was answered."""
        with self._lock:
            self._calls[number] = replace(self._calls[number], status=status, error=error)

    def stop(self) -> None:
        """Hold no answer back any longer: the center is to end."""
        self._stopping.set()

    def _take(self, operation: str) -> InjectedFault | None:
        for index, injected in enumerate(self._faults):
            if injected.operation == operation:
                left = injected.count - 1
                self._faults[index : index + 1] = [replace(injected, count=left)] if left else []
                return injected
        return None
