"""One of several processes that want the same expired token refreshed.

Run as a target of `multiprocessing`; what it did can be read from the files in its folder.
"""

import os
import signal
from collections.abc import Callable
from datetime import timedelta
from multiprocessing.synchronize import Barrier
from pathlib import Path

from sekisho.login.refresh import fresh_token
from sekisho.store.native import NativeStore
from sekisho.testing.clock import FakeClock
from sekisho.testing.http import success
from sekisho.wire.http import Request, Response
from tests.unit.login.scene import LOGIN, OIDC, PORTAL, SESSION, cached, recorded

KEY = SESSION.token_key


class Service:
    """Answers refreshes, and notes each in a file of the folder that the processes share."""

    def __init__(self, folder: Path, before: Callable[[], None] = lambda: None) -> None:
        """`before` is called when a request has arrived and not been answered."""
        self._folder = folder
        self._before = before

    def send(self, _request: Request) -> Response:
        """Answer one refresh."""
        (self._folder / f"asked-by-{os.getpid()}").write_text("")
        self._before()
        return success(
            {"accessToken": f"refreshed-by-{os.getpid()}", "tokenType": "Bearer", "expiresIn": 3600}
        )


def store_in(folder: Path) -> NativeStore:
    """The caches of the machine whose processes these are."""
    return NativeStore(home=folder, state=folder / "state", clock=FakeClock())


def put_expired_token(folder: Path) -> None:
    """Leave a token that was good until a minute ago."""
    token = cached(left=timedelta(minutes=-1), access="an-expired-token")
    store_in(folder).put_token(KEY, token, recorded(token))


def take(folder: Path, service: Service) -> str:
    """Take a token that is good; return what it says."""
    token, _ = fresh_token(
        target=SESSION,
        oidc=OIDC,
        portal=PORTAL,
        store=store_in(folder),
        http=service,
        clock=FakeClock(),
        lock_folder=folder / "locks",
        login=LOGIN,
    )
    return token.access_token.reveal()


def take_together(folder: Path, together: Barrier) -> None:
    """Wait for the others, then take a token, and leave a file with what it says."""
    together.wait()
    (folder / f"took-{os.getpid()}").write_text(take(folder, Service(folder)))


def die_in_the_exchange(folder: Path) -> None:
    """Be killed when the refresh token has gone out and no answer has come."""
    take(folder, Service(folder, lambda: os.kill(os.getpid(), signal.SIGKILL)))
