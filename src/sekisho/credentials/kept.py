"""Role credentials kept in memory for as long as they are good, and fetched ahead of time.

For whoever is asked often and has to answer at once: SDKs wait for a second or two, and no longer.
"""

import threading
from concurrent.futures import Future
from datetime import timedelta

from sekisho.credentials.cached import MARGIN
from sekisho.credentials.interface import CredentialSource
from sekisho.errors import SekishoError
from sekisho.model import RoleCredentials
from sekisho.ports import Clock

__all__ = ["LAST_USE", "KeptCredentials"]

LAST_USE = timedelta(minutes=1)
"""Credentials with less time left are handed to nobody: they may expire on the way to AWS."""

_PATIENCE = 0.5
"""Seconds to wait for new credentials while the old ones live; SDKs give up after one or two."""

_PAUSE_AFTER_FAILURE = 30.0
"""Seconds in which a fetch that failed is not tried again while the old credentials live."""


class KeptCredentials:
    """Satisfies `CredentialSource`: another source's credentials, kept in memory.

    1. Those with 15 minutes left are handed out at once.
    2. With less, new ones are fetched, by one thread for all who ask. While the old ones live
       nobody waits long for that, and nobody sees it fail.
    3. When nothing lives, everybody waits, and sees what the source raises.
    """

    def __init__(
        self, source: CredentialSource, clock: Clock, *, patience: float = _PATIENCE
    ) -> None:
        """Stand before `source`; `patience` is how many seconds are waited in step 2."""
        self._source = source
        self._clock = clock
        self._patience = patience
        self._turn = threading.Lock()
        self._kept: RoleCredentials | None = None
        self._errand: Future[RoleCredentials] | None = None
        self._failed_at: float | None = None

    def keep(self, credentials: RoleCredentials) -> None:
        """Take `credentials` that were fetched elsewhere, so that the first answer is at hand."""
        with self._turn:
            self._kept = credentials

    def fetch(self) -> RoleCredentials:
        """Return credentials that are good for a minute at least; see `CredentialSource.fetch`."""
        with self._turn:
            kept = self._kept
            if kept is not None and self._left(kept) >= MARGIN:  # 1
                return kept
            alive = kept if kept is not None and self._left(kept) >= LAST_USE else None
            if alive is not None and self._failed_lately():
                return alive
            errand = self._errand or self._send_for_more()
        if alive is None:
            return errand.result()  # 3
        try:
            return errand.result(self._patience)  # 2
        except (TimeoutError, SekishoError):
            return alive

    def _left(self, credentials: RoleCredentials) -> timedelta:
        return credentials.expires_at - self._clock.now()

    def _failed_lately(self) -> bool:
        failed = self._failed_at
        return failed is not None and self._clock.monotonic() - failed < _PAUSE_AFTER_FAILURE

    def _send_for_more(self) -> Future[RoleCredentials]:
        errand: Future[RoleCredentials] = Future()
        self._errand = errand
        # a daemon: nobody waits at the end of the process for a service that does not answer
        threading.Thread(target=self._run, args=(errand,), daemon=True).start()
        return errand

    def _run(self, errand: Future[RoleCredentials]) -> None:
        try:
            fetched = self._source.fetch()
        except Exception as trouble:  # noqa: BLE001 (raised again where it is waited for)
            with self._turn:
                self._errand, self._failed_at = None, self._clock.monotonic()
            errand.set_exception(trouble)
            return
        with self._turn:
            self._errand, self._failed_at, self._kept = None, None, fetched
        errand.set_result(fetched)
