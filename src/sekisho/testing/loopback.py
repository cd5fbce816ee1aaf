"""A loopback port without a socket: what arrives at it is arranged by the test."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sekisho.errors import PortTaken
from sekisho.ports import Listener
from sekisho.testing.clock import FakeClock
from sekisho.wire.http import Headers, Request, Response

__all__ = ["Deliver", "FakeListener", "FakeLoopback", "Happening", "visit"]

Deliver = Callable[[Request], Response]
"""Hands a request to whoever listens, and gives back the answer."""
Happening = Callable[[Deliver], object]
"""What the world does to a listener, once it is being served."""

_ANY_PORT = 49_152


class FakeListener:
    """Satisfies `ports.Listener`: plays the happenings, then lets the time run out."""

    def __init__(self, port: int, clock: FakeClock, happenings: tuple[Happening, ...]) -> None:
        """Pretend to listen on `port`."""
        self._port = port
        self._clock = clock
        self._happenings = happenings

    @property
    def port(self) -> int:
        """The port that is pretended to be listened on."""
        return self._port

    def serve(self, answer: Deliver, until: Callable[[], bool], *, seconds: float) -> None:
        """Let every happening happen until `until()`; if it never is, `seconds` pass."""
        end = self._clock.monotonic() + seconds
        for happening in self._happenings:
            if until() or self._clock.monotonic() >= end:
                return
            happening(answer)
        if not until():
            self._clock.advance(max(0.0, end - self._clock.monotonic()))


class FakeLoopback:
    """Satisfies `ports.Loopback`.

    Each happening is called with the function that delivers a request to the listener, in order,
    until the listener has what it waits for.
    """

    def __init__(
        self, clock: FakeClock, *happenings: Happening, taken: tuple[int, ...] = ()
    ) -> None:
        """`taken` are ports that cannot be had."""
        self._clock = clock
        self._happenings = happenings
        self._taken = taken
        self.open_ports: list[int] = []
        """The ports that are listened on right now."""

    @contextmanager
    def listen(self, port: int) -> Iterator[Listener]:
        """Listen on `port`; 0 gives 49152. Raises `errors.PortTaken` as arranged."""
        chosen = port or _ANY_PORT
        if chosen in self._taken:
            raise PortTaken(chosen, "Address already in use")
        self.open_ports.append(chosen)
        try:
            yield FakeListener(chosen, self._clock, self._happenings)
        finally:
            self.open_ports.remove(chosen)


def visit(url: str) -> Request:
    """Make the request that a browser sends when it follows a redirect to `url`."""
    host = url.partition("://")[2].partition("/")[0]
    return Request("GET", url, Headers({"Host": host}))
