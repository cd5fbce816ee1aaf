"""Serving the center on a port, until SIGTERM."""

import contextlib
import secrets
import signal
import socket
import ssl
import threading
from types import FrameType

import uvicorn
from starlette.applications import Starlette
from starlette.types import ASGIApp

from sekisho import files
from sekisho.center import audit
from sekisho.center.app import build_app
from sekisho.center.center import Center
from sekisho.center.controls import Controls
from sekisho.center.env import sign_in_settings
from sekisho.center.health import Drain
from sekisho.center.keys import Keys
from sekisho.center.listening import address_of, check_reach
from sekisho.center.logs import log_to_stderr
from sekisho.center.metrics import metrics_served
from sekisho.center.patience import ARRIVAL_SECONDS, MOST_CONNECTIONS, patient
from sekisho.center.probe import probe
from sekisho.center.settings import CenterSettings, TlsFiles
from sekisho.center.storage.alone import alone
from sekisho.errors import CertificateUnusable, FileUnreadable, PortTaken
from sekisho.ports import Clock, Http
from sekisho.secret import Secret

__all__ = ["bound", "serve", "server_config", "url_of"]

_GRACE_SECONDS = 3
"""How long open requests may take once we are told to stop; the promise is five in all."""


def serve(
    settings: CenterSettings,
    *,
    host: str,
    port: int,
    clock: Clock,
    under_test: bool = False,
    tls: TlsFiles | None = None,
    drain_seconds: float = 0,
    metrics_port: int | None = None,
    http: Http | None = None,
) -> None:
    """Serve until SIGTERM, then return within five seconds; block until then.

    For `drain_seconds` after SIGTERM it goes on serving, and only says at `/healthz` that it is
    stopping, so that a balancer sends nothing more; the five seconds begin then. A second SIGTERM
    cuts that short. Figures are shown on `metrics_port`, if there is one. With a public URL in
    the `settings` it asks itself there through `http`, once it is ready, and warns in the log
    where the proxies lose something; nothing waits for that.

    `port` 0 picks a free one. The first line of stdout is `center ready: URL`, as soon as
    connections are accepted; the log goes to stderr. Ctrl-C raises `KeyboardInterrupt`.
    A center `under_test` has the test controls, and prints `test controls: TOKEN` next. With
    `tls` it speaks https and nothing else.

    Raises `errors.UsageError` for a host where it is not to be reached as it is (`listening`),
    `errors.CertificateUnusable`, `errors.PortTaken`, `errors.FileLocked` when another process
    serves the same SQLite file, and what `open_center` raises.
    """
    encrypted = tls is not None or bool(settings.trusted_proxies)
    reach = address_of(host)
    check_reach(reach, encrypted=encrypted, limits=settings.limits, under_test=under_test)
    if tls is not None:
        _check(tls)
    with contextlib.ExitStack() as held:
        held.enter_context(log_to_stderr())
        held.enter_context(alone(settings.database))
        controls = Controls(clock, Secret(secrets.token_urlsafe())) if under_test else None
        app = build_app(settings, clock=clock, controls=controls)
        held.callback(app.state.center.database.close)
        listening = held.enter_context(bound(host, port))
        audit.record("serving", **sign_in_settings(app.state.center.instance))
        if metrics_port is not None:
            held.enter_context(metrics_served(app.state.center.database, metrics_port))
        url = url_of(listening, tls=tls is not None)
        drain = Drain(app.state.health, clock, drain_seconds)
        _Server(server_config(app, tls), app, drain, url, http).run(sockets=[listening])


def _look_from_outside(http: Http, url: str, keys: Keys) -> None:
    notice = probe(http, url, keys)
    if notice is None:
        audit.record("proxies", url=url)
    else:
        audit.warn("proxies", notice)


def server_config(
    app: ASGIApp, tls: TlsFiles | None = None, *, arrival_seconds: float = ARRIVAL_SECONDS
) -> uvicorn.Config:
    """Say how the center is served over HTTP/1.1, wherever it is; with `tls`, by https.

    A request has `arrival_seconds` to arrive.
    """
    return uvicorn.Config(
        app,
        # h11, which passes header names with an underscore on (`identity-center.md` §0.10)
        http=patient(arrival_seconds),
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,  # its lines have query strings; ours have not
        server_header=False,
        proxy_headers=False,  # `forwarded` knows whose word may be taken
        limit_concurrency=MOST_CONNECTIONS,
        timeout_graceful_shutdown=_GRACE_SECONDS,
        ssl_certfile=None if tls is None else tls.certificate,
        ssl_keyfile=None if tls is None else tls.key,
    )


def _check(tls: TlsFiles) -> None:
    """Raise `errors.CertificateUnusable` or a `errors.FileError` where https could not start."""
    for path in (tls.certificate, tls.key):
        if files.read(path) is None:
            raise FileUnreadable(path, "there is no such file")

    def refuse_to_ask() -> str:
        raise CertificateUnusable(tls.certificate, tls.key, "the key has a passphrase")

    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(
            tls.certificate, tls.key, password=refuse_to_ask
        )
    except ssl.SSLError as error:
        mismatch = error.reason == "KEY_VALUES_MISMATCH"
        reason = "they do not belong together" if mismatch else "they are no PEM, or not these"
        raise CertificateUnusable(tls.certificate, tls.key, reason) from error


class _Server(uvicorn.Server):
    """Says on stdout when it accepts, and takes SIGTERM for an ordinary end."""

    def __init__(
        self, config: uvicorn.Config, app: Starlette, drain: Drain, url: str, http: Http | None
    ) -> None:
        super().__init__(config)
        self._center: Center = app.state.center
        self._controls = self._center.controls
        self._drain = drain
        self._url = url
        self._http = http

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        lines = [f"center ready: {self._url}"]
        if self._controls is not None and self._controls.token is not None:
            lines.append(f"test controls: {self._controls.token.reveal()}")
        print(*lines, sep="\n", flush=True)
        public = self._center.settings.public_url
        if self._http is not None and public is not None:
            args = (self._http, public, self._center.keys)
            threading.Thread(target=_look_from_outside, args=args, daemon=True).start()

    async def on_tick(self, counter: int) -> bool:
        if self._drain.is_over():
            self._end()
        return await super().on_tick(counter)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if sig == signal.SIGTERM:
            self._drain.begin()
        else:
            self._end()
            super().handle_exit(sig, frame)

    def _end(self) -> None:
        if self._controls is not None:
            self._controls.stop()
        self.should_exit = True


def bound(host: str, port: int) -> socket.socket:
    """Bind a socket of the address `host`; the caller closes it. Raises `errors.PortTaken`."""
    address = address_of(host)
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    # named, so that asyncio sets TCP_NODELAY: a head would wait 40 ms for the answer to its body
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:  # `::` is all addresses, IPv4's too, whatever the system says
            listening.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        listening.bind((str(address), port))
    except OSError as error:
        listening.close()
        raise PortTaken(
            port,
            error.strerror or str(error),
            do="choose another --port; --port 0 picks a free one",
            host=str(address),
        ) from error
    return listening


def url_of(listening: socket.socket, *, tls: bool = False) -> str:
    """Return the URL at which a bound socket is reached."""
    address, port = listening.getsockname()[:2]
    scheme = "https" if tls else "http"
    return f"{scheme}://[{address}]:{port}" if ":" in address else f"{scheme}://{address}:{port}"
