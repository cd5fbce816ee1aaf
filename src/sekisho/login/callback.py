"""The browser comes back: each visit to the loopback port is judged, and one is accepted.

Sources: RFC 6749 §4.1.2 and §10.12, RFC 8252 §7.3, RFC 9700 §2.1 and §4.7, RFC 9207 §2.4.

1. The visit is a GET of our path on our own host and port: a page of somebody else's that was
   rebound to 127.0.0.1 has another Host.
2. `state` is ours, compared in constant time, before anything else of the query is looked at.
   Whoever does not know it cannot end the wait, neither with a code nor with an error.
3. `iss`, where there is one, is the service that was asked.
4. `error` ends the wait.
5. `code` ends it as well.
6. An answer is accepted once.
"""

import hmac
import threading
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from sekisho.aws.endpoint import Endpoint
from sekisho.errors import SekishoError, ServiceRejected, SignInDenied
from sekisho.login.page import Page, show
from sekisho.login.rejected import quoted
from sekisho.model import SignInTarget
from sekisho.secret import Secret
from sekisho.wire.http import Request, Response

__all__ = ["PATH", "Authorized", "Callback", "Expected", "Failed", "NotOurs", "issuers_of", "judge"]

PATH = "/oauth/callback"
"""The path of the redirect URI, as the AWS CLI registers it (`spec/aws-cli.md` §3.3)."""

_AWS_ISSUERS = (
    "https://identitycenter.amazonaws.com",
    "https://identitycenter.amazonaws.com.cn",
    "https://identitycenter.amazonaws.eu",
    "https://identitycenter.us-gov.amazonaws.com",
)
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_DEFAULT_PORT = {"http": 80, "https": 443}
_MOST_PARAMETERS = 32


@dataclass(frozen=True, slots=True)
class Expected:
    """The answer that is waited for."""

    state: Secret
    port: int
    """The loopback port."""
    issuers: frozenset[str]
    """Origins that `iss` may name; see `issuers_of`."""


@dataclass(frozen=True, slots=True)
class Authorized:
    """The service sends an authorization code."""

    code: Secret


@dataclass(frozen=True, slots=True)
class Failed:
    """The service, in answer to our own request, says no: the wait is over."""

    error: SekishoError


@dataclass(frozen=True, slots=True)
class NotOurs:
    """A visit that has nothing to do with our request: the wait goes on."""

    page: Page
    reason: str
    """What is said of it in the terminal; empty where it is not worth a word (a favicon)."""


def issuers_of(oidc: Endpoint, target: SignInTarget) -> frozenset[str]:
    """Name the origins that may stand in `iss` when `oidc` was asked about `target`.

    AWS sends no `iss` and publishes no metadata, so there is no identifier to compare as RFC
    9207 §2.4 has it. What is known are origins: the sign-in service's own, the start URL's, and
    at AWS's own endpoints the host of its issuer URLs (`https://identitycenter.amazonaws.com/
    ssoins-…`, as RegisterClient takes them).
    """
    known = (oidc.url, target.start_url, *(() if oidc.overridden else _AWS_ISSUERS))
    return frozenset(_origin(url) for url in known)


def judge(request: Request, expected: Expected) -> Authorized | Failed | NotOurs:
    """Judge one visit, by the steps above; nothing is remembered."""
    if (stranger := _not_our_address(request, expected.port)) is not None:  # 1
        return stranger
    query = _parameters(request)
    if query is None or not _same(query.get("state", ""), expected.state):  # 2
        return NotOurs(Page.REFUSED, "an answer with a wrong state was refused")
    if (issuer := query.get("iss")) is not None and _origin(issuer) not in expected.issuers:  # 3
        return Failed(_wrong_issuer(issuer, expected.issuers))
    if (error := query.get("error")) is not None:  # 4
        return Failed(_failure(error, query.get("error_description", "")))
    if not (code := query.get("code", "")):  # 5
        return NotOurs(Page.REFUSED, "an answer without a code was refused")
    return Authorized(Secret(code))


class Callback:
    """Answers visits until one is accepted. Threads may visit at the same time."""

    def __init__(self, expected: Expected, *, refused: Callable[[str], None]) -> None:
        """Wait for `expected`; `refused` is told of each answer that was not accepted."""
        self._expected = expected
        self._refused = refused
        self._outcome: Authorized | Failed | None = None
        self._lock = threading.Lock()

    @property
    def outcome(self) -> Authorized | Failed | None:
        """What was accepted; `None` while nothing has been."""
        return self._outcome

    def answer(self, request: Request) -> Response:
        """Answer one visit with a page. Does not block and raises nothing."""
        verdict = judge(request, self._expected)
        if isinstance(verdict, NotOurs):
            if verdict.reason:
                self._refused(verdict.reason)
            return show(verdict.page)
        with self._lock:
            if self._outcome is not None:  # 6
                return show(Page.USED)
            self._outcome = verdict
        return show(Page.RECEIVED if isinstance(verdict, Authorized) else Page.DENIED)

    def is_over(self) -> bool:
        """Whether an answer has been accepted."""
        return self._outcome is not None


def _not_our_address(request: Request, port: int) -> NotOurs | None:
    if _path(request) != PATH:
        return NotOurs(Page.NOT_FOUND, "")
    if request.method != "GET":
        return NotOurs(Page.NOT_ALLOWED, "")
    if request.headers.get("Host", "").lower() not in (f"127.0.0.1:{port}", f"localhost:{port}"):
        return NotOurs(Page.NOT_FOUND, "a visit under another host name was refused")
    return None


def _path(request: Request) -> str:
    try:
        return urlsplit(request.url).path
    except ValueError:  # a Host header that is none
        return ""


def _parameters(request: Request) -> dict[str, str] | None:
    """Decode the query; `None` when a parameter is repeated (RFC 6749 §3.1) or there are many."""
    try:
        pairs = parse_qsl(
            urlsplit(request.url).query, keep_blank_values=True, max_num_fields=_MOST_PARAMETERS
        )
    except ValueError:
        return None
    query = dict(pairs)
    return query if len(query) == len(pairs) else None


def _same(state: str, expected: Secret) -> bool:
    return hmac.compare_digest(state.encode(errors="replace"), expected.reveal().encode())


def _failure(error: str, description: str) -> SekishoError:
    if error == "access_denied":  # RFC 6749 §4.1.2.1
        return SignInDenied(quoted(description) or "access_denied")
    return ServiceRejected(
        "Authorize",
        error=quoted(error) or "no name",
        description=quoted(description),
        do="run the command again, or with --use-device-code",
    )


def _wrong_issuer(issuer: str, expected: frozenset[str]) -> ServiceRejected:
    return ServiceRejected(
        "Authorize",
        error="wrong issuer",
        description=f"the answer says that it comes from {quoted(issuer)}, "
        f"and {' or '.join(sorted(expected))} was asked",
        do="check sso_start_url, sso_region and AWS_ENDPOINT_URL_SSO_OIDC",
    )


def _origin(url: str) -> str:
    """Spell the origin of `url` in one way; every name of this machine's loopback is one host."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return url
    host = (parts.hostname or "").lower()
    host = "127.0.0.1" if host in _LOOPBACK else host
    scheme = parts.scheme.lower()
    shown = "" if port is None or port == _DEFAULT_PORT.get(scheme) else f":{port}"
    return f"{scheme}://{host}{shown}"
