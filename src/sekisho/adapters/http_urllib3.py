"""By urllib3: through proxies, and to whatever a URL may spell."""

import contextlib
import ssl
import time
from collections.abc import Iterator

import urllib3
from urllib3 import PoolManager, ProxyManager
from urllib3 import exceptions as foreign
from urllib3.response import BaseHTTPResponse

from sekisho.adapters.authority import OnlookingContext, issuer_in
from sekisho.adapters.http_errors import explain, shown
from sekisho.adapters.http_rules import Limits, Trust, bounded, sent_headers
from sekisho.adapters.proxy import Proxy, proxy_for
from sekisho.errors import FileUnreadable, ServiceError, TlsNotVerified, Unreachable
from sekisho.model import Environ
from sekisho.wire.http import Headers, Request, Response

__all__ = ["WORDS", "Urllib3Http"]

_CHUNK = 64 * 1024
_PROXY_WANTS_LOGIN = 407

WORDS: tuple[tuple[type[Exception], str], ...] = (
    (foreign.NameResolutionError, "the name of the host cannot be resolved"),
    (foreign.NewConnectionError, "no connection could be made"),
    (foreign.ConnectTimeoutError, "no connection was made in time"),
    (foreign.ReadTimeoutError, "no answer came in time"),
    (foreign.TimeoutError, "no answer came in time"),
    (foreign.ProxySchemeUnknown, "the proxy's URL is not an http or https one"),
    (foreign.ProxySchemeUnsupported, "that kind of proxy cannot be used here"),
    (foreign.ProxyError, "the proxy did not pass the request on"),
    (foreign.SSLError, "no TLS connection could be made"),
    (foreign.IncompleteRead, "the connection was closed before the whole answer came"),
    (foreign.InvalidChunkLength, "the answer is not HTTP"),
    (foreign.ProtocolError, "the connection was closed, or the answer is not HTTP"),
    (foreign.LocationValueError, "it is not a URL that can be connected to"),
    (foreign.HTTPError, "no usable answer came"),
    (OSError, "the connection failed"),
    (ValueError, "a header or the URL has characters that cannot be sent"),
)

_FOREIGN = (foreign.HTTPError, OSError, ValueError)


class Urllib3Http:
    """An `Http` for every URL. Keeps connections open between requests."""

    def __init__(self, environ: Environ, trust: Trust, limits: Limits) -> None:
        """Read proxies from `environ`."""
        self._environ = environ
        self._trust = trust
        self._timeout = urllib3.Timeout(connect=limits.connect, read=limits.read)
        self._whole_seconds = limits.whole
        self._pools: dict[tuple[str, str | None], PoolManager] = {}

    def send(self, request: Request) -> Response:
        """Send one request; see `adapters.http.NetworkHttp.send`."""
        deadline = time.monotonic() + self._whole_seconds
        try:
            proxy = proxy_for(request.url, self._environ)
            answer = self._pool(request, proxy).request(
                request.method,
                request.url,
                body=request.body or None,
                headers=urllib3.HTTPHeaderDict(sent_headers(request)),
                timeout=self._timeout,
                retries=False,
                redirect=False,
                preload_content=False,
                decode_content=False,
            )
            try:
                body = b"".join(bounded(_chunks(answer), request.url, deadline))
            except BaseException:
                answer.close()  # what is left of it must not be read as the next answer
                raise
            answer.release_conn()
        except _FOREIGN as error:
            raise self._explained(error, request) from None
        if proxy is not None and answer.status == _PROXY_WANTS_LOGIN:
            raise Unreachable(shown(request.url), f"the proxy {proxy.url} asks for a login")
        return Response(answer.status, Headers(tuple(answer.headers.iteritems())), body)

    def _explained(self, error: Exception, request: Request) -> ServiceError:
        """Our error for `error`; where a certificate does not verify, with who issued it."""
        ours = explain(error, request.url, WORDS)
        if not isinstance(ours, TlsNotVerified):
            return ours
        context = OnlookingContext()
        pool = self._new_pool(proxy_for(request.url, self._environ), context)
        with contextlib.suppress(*_FOREIGN, FileUnreadable):
            pool.request("HEAD", request.url, timeout=self._timeout, retries=False)
        return explain(error, request.url, WORDS, issuer=issuer_in(context.certificate))

    def _pool(self, request: Request, proxy: Proxy | None) -> PoolManager:
        scheme = request.url.partition(":")[0]
        key = (scheme, proxy.url if proxy is not None else None)
        if key not in self._pools:
            context = self._trust.context() if scheme == "https" else None
            self._pools[key] = self._new_pool(proxy, context)
        return self._pools[key]

    def _new_pool(self, proxy: Proxy | None, context: ssl.SSLContext | None) -> PoolManager:
        if proxy is None:
            return PoolManager(ssl_context=context)
        login = None
        if proxy.login is not None:
            login = urllib3.make_headers(proxy_basic_auth=proxy.login.reveal())
        return ProxyManager(
            proxy.url,
            proxy_headers=login,
            ssl_context=context,
            proxy_ssl_context=self._trust.context() if proxy.url.startswith("https:") else None,
        )


def _chunks(answer: BaseHTTPResponse) -> Iterator[bytes]:
    while chunk := answer.read1(_CHUNK, decode_content=False):
        yield chunk
