"""Now and then, after an answer, rows that are over are removed: nobody has to arrange for it."""

from sqlalchemy.exc import DBAPIError
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Receive, Scope, Send

from sekisho.center import audit
from sekisho.center.center import Center
from sekisho.center.storage.database import DatabaseAway
from sekisho.center.storage.sweep import sweep

__all__ = ["Housekeeper"]

_EVERY = 60
"""Seconds. What is removed at once is bounded (`storage.sweep`), so it has to be often."""


class Housekeeper:
    """ASGI middleware: the first request in a minute sweeps, after it has been answered."""

    def __init__(self, app: ASGIApp) -> None:
        """Tidy up behind `app`."""
        self._app = app
        self._last: int | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Speak ASGI."""
        await self._app(scope, receive, send)
        if scope["type"] == "http":
            center: Center = scope["app"].state.center
            if self._is_due(center.now()):
                await run_in_threadpool(_sweep, center)

    def _is_due(self, now: int) -> bool:
        due = self._last is None or abs(now - self._last) >= _EVERY
        if due:
            self._last = now
        return due


def _sweep(center: Center) -> None:
    try:
        sweep(center.database, center.now(), audit_days=center.settings.audit_days)
    except (DBAPIError, DatabaseAway):  # it is busy; another minute will do
        audit.warn("sweep", "rows that are over could not be removed")
