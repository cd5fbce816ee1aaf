"""How long the center waits for a request to arrive: connections cost memory, and slow ones add up.

uvicorn ends a connection that idles between two requests. A first request that never begins, a head
that comes a byte at a time and a body that stops half-way it would wait for without an end.
"""

import asyncio
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

__all__ = ["ARRIVAL_SECONDS", "MOST_CONNECTIONS", "PatientProtocol", "patient"]

ARRIVAL_SECONDS = 30.0
"""For a whole request, from its first byte (or from the connection's opening) to its last."""
MOST_CONNECTIONS = 512
"""More than these at once are answered 503: below the usual limit of open files, 1,024."""
_TIMED_OUT = b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


class PatientProtocol(H11Protocol):
    """uvicorn's HTTP/1.1, with a deadline for every request's arrival (RFC 9110 §15.5.9)."""

    arrival_seconds = ARRIVAL_SECONDS

    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait."""
        super().connection_made(transport)
        self._look()

    def data_received(self, data: bytes) -> None:
        """Take what came; go on waiting only for what is still to come."""
        super().data_received(data)
        self._look()

    def on_response_complete(self) -> None:
        """Hang up where the answer came before the whole request: nobody wants the rest."""
        super().on_response_complete()
        if self.conn.their_state is h11.SEND_BODY and not self.transport.is_closing():
            self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._stop()
        super().connection_lost(exc)

    def _look(self) -> None:
        if self.conn.their_state in (h11.IDLE, h11.SEND_BODY) and not self.transport.is_closing():
            if self._deadline is None:
                self._deadline = self.loop.call_later(self.arrival_seconds, self._give_up)
        else:
            self._stop()

    def _stop(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _give_up(self) -> None:
        """Say so where nothing was answered yet; then hang up, which ends the wait for a body."""
        self._deadline = None
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            self.transport.write(_TIMED_OUT)
        self.transport.close()


def patient(arrival_seconds: float) -> type[PatientProtocol]:
    """Return the protocol with another deadline."""
    attributes: dict[str, Any] = {"arrival_seconds": arrival_seconds}
    return type("PatientProtocol", (PatientProtocol,), attributes)
