"""The network of a command, loaded at the first request: what the caches answer needs none."""

import threading

from sekisho import ports
from sekisho.cli.options import Common
from sekisho.model import Environ
from sekisho.wire.http import Request, Response

__all__ = ["Network", "NetworkPerThread"]

_FOR_EVER = 24 * 3600
"""What the AWS CLI's timeout of 0 comes to."""


class Network:
    """Satisfies `ports.Http`, for one thread."""

    def __init__(self, environ: Environ, common: Common) -> None:
        """Go by the proxies and certificates of `environ`, and by the options of the command."""
        self._environ = environ
        self._common = common
        self._http: ports.Http | None = None

    def send(self, request: Request) -> Response:
        """Send `request`; see `ports.Http`."""
        if self._http is None:
            from sekisho.adapters.http import NetworkHttp
            from sekisho.adapters.http_rules import Limits

            given = self._common.timeouts.items()
            limits = {phase: float(value or _FOR_EVER) for phase, value in given}
            whole = max(Limits().whole, *limits.values(), 0.0)
            self._http = NetworkHttp(
                self._environ, self._common.ca_bundle, Limits(**limits, whole=whole)
            )
        return self._http.send(request)


class NetworkPerThread(threading.local):
    """A `Network` for each thread: a connection carries one exchange at a time."""

    def __init__(self, environ: Environ, common: Common) -> None:
        """As `Network`."""
        self._network = Network(environ, common)

    def send(self, request: Request) -> Response:
        """Send `request`; see `ports.Http`."""
        return self._network.send(request)
