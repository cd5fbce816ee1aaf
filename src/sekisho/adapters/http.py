"""The network: urllib3, with the system's trust, the AWS CLI's variables, and our errors."""

import contextlib
import ssl
import time
from collections.abc import Iterator
from pathlib import Path

import truststore
import urllib3
from urllib3 import PoolManager, ProxyManager
from urllib3.response import BaseHTTPResponse

from sekisho.adapters.authority import OnlookingContext, issuer_in
from sekisho.adapters.http_errors import explain, shown
from sekisho.adapters.proxy import Proxy, proxy_for
from sekisho.errors import FileUnreadable, ServiceError, TlsNotVerified, Unreachable
from sekisho.model import Environ
from sekisho.wire.http import Headers, Request, Response

__all__ = ["USER_AGENT", "Urllib3Http"]

USER_AGENT = "sekisho/0.1.0"
"""With the version of the package, as a test says: to look it up would cost a fifth of a command."""

_MOST_BYTES = 4 * 1024 * 1024
_CHUNK = 64 * 1024
_PROXY_WANTS_LOGIN = 407
_CA_VARIABLES = ("AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE")


class Urllib3Http:
    """The real `Http`. Keeps connections open between requests."""

    def __init__(
        self,
        environ: Environ,
        ca_bundle: Path | None = None,
        *,
        connect_seconds: float = 10.0,
        read_seconds: float = 30.0,
        whole_seconds: float = 60.0,
    ) -> None:
        """Read proxies and the CA bundle from `environ`; `ca_bundle` (--ca-bundle) goes before it.

        `connect_seconds` is the time for a connection, `read_seconds` the longest silence, and
        `whole_seconds` the time for the whole answer.
        """
        self._environ = environ
        self._ca_bundle = ca_bundle or _ca_bundle_in(environ)
        self._timeout = urllib3.Timeout(connect=connect_seconds, read=read_seconds)
        self._whole_seconds = whole_seconds
        self._user_agent = USER_AGENT
        self._pools: dict[tuple[str, str | None], PoolManager] = {}

    def send(self, request: Request) -> Response:
        """Send one request and read the whole answer; follow no redirect, try nothing again.

        Blocks for at most the times given above. At most 4 MiB of body are read. Raises
        `Unreachable`, `TlsNotVerified`, `FileUnreadable` for a CA bundle that cannot be read, and
        `EndpointInvalid` for a proxy variable that is no URL.
        """
        if not request.url.startswith(("http://", "https://")):
            raise Unreachable(shown(request.url), "it is not an http or https URL")
        deadline = time.monotonic() + self._whole_seconds
        try:
            proxy = proxy_for(request.url, self._environ)
            answer = self._pool(request, proxy).request(
                request.method,
                request.url,
                body=request.body or None,
                headers=self._headers(request),
                timeout=self._timeout,
                retries=False,
                redirect=False,
                preload_content=False,
                decode_content=False,
            )
            try:
                body = b"".join(_chunks(answer, request.url, deadline))
            except BaseException:
                answer.close()  # what is left of it must not be read as the next answer
                raise
            answer.release_conn()
        except _FOREIGN as error:
            raise self._explained(error, request) from None
        if proxy is not None and answer.status == _PROXY_WANTS_LOGIN:
            raise Unreachable(shown(request.url), f"the proxy {proxy.url} asks for a login")
        return Response(answer.status, Headers(tuple(answer.headers.iteritems())), body)

    def _headers(self, request: Request) -> urllib3.HTTPHeaderDict:
        headers = urllib3.HTTPHeaderDict({"User-Agent": self._user_agent})
        for name, value in request.headers.pairs:
            if name.lower() == "user-agent":
                headers[name] = value
            else:
                headers.add(name, value)
        if request.method == "POST" and not request.body:
            headers["Content-Length"] = "0"
        return headers

    def _explained(self, error: Exception, request: Request) -> ServiceError:
        """Our error for `error`; where a certificate does not verify, with who issued it."""
        ours = explain(error, request.url)
        if not isinstance(ours, TlsNotVerified):
            return ours
        context = OnlookingContext()
        pool = self._new_pool(proxy_for(request.url, self._environ), context)
        with contextlib.suppress(*_FOREIGN, FileUnreadable):
            pool.request("HEAD", request.url, timeout=self._timeout, retries=False)
        return explain(error, request.url, issuer=issuer_in(context.certificate))

    def _pool(self, request: Request, proxy: Proxy | None) -> PoolManager:
        scheme = request.url.partition(":")[0]
        key = (scheme, proxy.url if proxy is not None else None)
        if key not in self._pools:
            context = self._trust() if scheme == "https" else None
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
            proxy_ssl_context=self._trust() if proxy.url.startswith("https:") else None,
        )

    def _trust(self) -> ssl.SSLContext:
        """Trust the CA bundle and nothing else, or else what the system trusts."""
        if self._ca_bundle is None:
            return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        try:
            return ssl.create_default_context(cafile=self._ca_bundle)
        except ssl.SSLError:
            raise FileUnreadable(self._ca_bundle, "it holds no PEM certificates") from None
        except OSError as error:
            raise FileUnreadable(self._ca_bundle, error.strerror or str(error)) from error


_FOREIGN = (urllib3.exceptions.HTTPError, OSError, ValueError)


def _chunks(answer: BaseHTTPResponse, url: str, deadline: float) -> Iterator[bytes]:
    size = 0
    while chunk := answer.read1(_CHUNK, decode_content=False):
        size += len(chunk)
        if size > _MOST_BYTES:
            raise Unreachable(shown(url), "the answer is larger than 4 MiB; it was not read")
        if time.monotonic() > deadline:
            raise Unreachable(shown(url), "the answer took too long; it was not read to its end")
        yield chunk


def _ca_bundle_in(environ: Environ) -> Path | None:
    named = (environ.get(variable) for variable in _CA_VARIABLES)
    return next((Path(value) for value in named if value), None)
