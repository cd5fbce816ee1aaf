"""A center on a thread of this process, at a real port of the loopback, for tests."""

import asyncio
import contextlib
import threading
from collections.abc import Iterator

import uvicorn
from starlette.applications import Starlette

from sekisho.center.controls import Controls
from sekisho.center.serve import bound, server_config, url_of

__all__ = ["serving"]


@contextlib.contextmanager
def serving(app: Starlette, controls: Controls) -> Iterator[str]:
    """Serve `app` on a free port of 127.0.0.1 while the block runs; give its URL.

    Connections are accepted from the first moment on. At the end answers that are held back are
    let go, and thread, port and database are closed.
    """
    server = uvicorn.Server(server_config(app))
    with contextlib.ExitStack() as held:
        held.callback(app.state.center.database.close)
        listening = held.enter_context(bound("127.0.0.1", 0))
        listening.listen()  # whoever connects before the thread is up waits for it
        thread = threading.Thread(
            target=asyncio.run, args=[server.serve([listening])], name="sekisho-center", daemon=True
        )
        thread.start()
        try:
            yield url_of(listening)
        finally:
            server.should_exit = True
            controls.stop()
            thread.join()
