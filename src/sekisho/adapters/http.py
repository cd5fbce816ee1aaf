"""The network, with the system's trust, the AWS CLI's variables, and our errors."""

from pathlib import Path

from sekisho import ports
from sekisho.adapters.http_errors import shown
from sekisho.adapters.http_plain import PlainHttp, place
from sekisho.adapters.http_rules import Limits, Trust
from sekisho.adapters.proxy import proxy_for
from sekisho.errors import Unreachable
from sekisho.model import Environ
from sekisho.wire.http import Request, Response

__all__ = ["NetworkHttp"]


class NetworkHttp:
    """The real `Http`: straight there where that will do, else by urllib3. Keeps connections open."""

    def __init__(
        self, environ: Environ, ca_bundle: Path | None = None, limits: Limits | None = None
    ) -> None:
        """Read proxies and the CA bundle from `environ`; `ca_bundle` (--ca-bundle) goes before it."""
        self._environ = environ
        self._trust = Trust.chosen(environ, ca_bundle)
        self._limits = limits or Limits()
        self._straight = PlainHttp(self._trust, self._limits)
        self._general: ports.Http | None = None

    def send(self, request: Request) -> Response:
        """Send one request and read the whole answer; follow no redirect, try nothing again.

        Blocks for at most the `limits`. At most 4 MiB of body are read. Raises `Unreachable`,
        `TlsNotVerified`, `FileUnreadable` for a CA bundle that cannot be read, and
        `EndpointInvalid` for a proxy variable that is no URL.
        """
        if not request.url.startswith(("http://", "https://")):
            raise Unreachable(shown(request.url), "it is not an http or https URL")
        if place(request.url) is not None and proxy_for(request.url, self._environ) is None:
            return self._straight.send(request)
        if self._general is None:
            from sekisho.adapters.http_urllib3 import Urllib3Http

            self._general = Urllib3Http(self._environ, self._trust, self._limits)
        return self._general.send(request)
