"""`/healthz`: whether a balancer may send requests here."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from sekisho.ports import Clock

__all__ = ["PATH", "Drain", "Health"]

PATH = "/healthz"


@dataclass(slots=True)
class Health:
    """What a center says of itself; changed by whoever serves it."""

    stopping: bool = False
    """Whether it is about to end, and wants no new requests though it still answers them."""

    def route(self) -> Route:
        """Make the route that says so."""
        return Route(PATH, self._answer, methods=["GET"])

    async def _answer(self, _request: Request) -> Response:
        return PlainTextResponse("stopping\n", 503) if self.stopping else PlainTextResponse("ok\n")


@dataclass(slots=True)
class Drain:
    """The time between being told to stop and stopping: balancers are to notice first."""

    health: Health
    clock: Clock
    seconds: float
    _until: float | None = None

    def begin(self) -> None:
        """Say that we are stopping; asked a second time, stop at once."""
        again = self._until is not None
        self.health.stopping = True
        self._until = self.clock.monotonic() + (0 if again else self.seconds)

    def is_over(self) -> bool:
        """Return whether it is time to stop."""
        return self._until is not None and self.clock.monotonic() >= self._until
