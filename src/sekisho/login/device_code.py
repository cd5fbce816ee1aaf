"""The device authorization grant.

The other end is `center/grants/device_code.py`. Source: RFC 8628; AWS's shapes:
`spec/aws-cli.md` §3.5.

1. Ask for a device code and a user code (§3.1, §3.2).
2. Show the user code and where to enter it, and open the page that has it filled in (§3.3).
3. Wait one interval, then poll for the token (§3.4); so before each poll.
4. Act on the answer (§3.5):
   a. `authorization_pending`: wait and poll again;
   b. `slow_down`: the same, with an interval that is 5 seconds longer from now on;
   c. `access_denied`: the person refused;
   d. `expired_token`: nobody came in time;
   e. anything else that the service says ends it.
5. Where no answer comes, poll less often, by doubling the wait (§3.5, last paragraph).
"""

from urllib.parse import urlsplit

from sekisho.aws.oidc import DeviceAuthorization, IssuedToken, Oidc
from sekisho.errors import ServiceError, ServiceFailed, SignInTimedOut, Throttled, Unreachable
from sekisho.login.interface import SignInOptions, SignInPorts
from sekisho.login.rejected import (
    AUTHORIZATION_PENDING,
    EXPIRED_TOKEN,
    INVALID_CLIENT,
    SLOW_DOWN,
    error_of,
)
from sekisho.model import SignInTarget
from sekisho.store.interface import Registration
from sekisho.wire.rejection import Rejection

__all__ = ["sign_in"]

_SLOWER = 5  # §3.5: "the interval MUST be increased by 5 seconds"
_SHORTEST_INTERVAL = 1
_MOST_DOUBLINGS = 6
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def sign_in(
    target: SignInTarget,
    oidc: Oidc,
    registration: Registration,
    ports: SignInPorts,
    options: SignInOptions,
) -> IssuedToken | Rejection:
    """Sign in by a code that the person enters in any browser; block until they have.

    `registration` is one for this flow. Returns the token, or the one rejection that a new
    registration mends (`InvalidClientException`). Nothing is stored. The code's own life limits
    the wait, and so does `options.deadline`.

    Raises `SignInDenied`, `SignInTimedOut`, `ServiceRejected`, `Throttled`; where the service
    answered nothing until the end, the last such error; and what every call raises (`aws.oidc`).
    """
    authorization = oidc.start_device_authorization(  # 1
        client_id=registration.client_id,
        client_secret=registration.client_secret,
        start_url=target.start_url,
    )
    if isinstance(authorization, Rejection):
        if authorization.error == INVALID_CLIENT:
            return authorization
        raise error_of("StartDeviceAuthorization", authorization)
    _show(target, authorization, ports, options)  # 2
    seconds = min(float(authorization.expires_in), options.deadline)
    ports.progress.waiting(seconds)
    answer = _poll(oidc, registration, authorization, ports, seconds)
    if answer is None:
        raise SignInTimedOut(minutes=seconds / 60, login=options.login)
    return answer


def _show(
    target: SignInTarget,
    authorization: DeviceAuthorization,
    ports: SignInPorts,
    options: SignInOptions,
) -> None:
    url = authorization.verification_uri_complete
    opened = not options.no_browser and _is_safe_to_open(url) and ports.browser.open(url)
    ports.progress.show_code(
        authorization.user_code,
        authorization.verification_uri,
        url,
        urlsplit(url).hostname or "",
        target.region,
        opened=opened,
    )


def _is_safe_to_open(url: str) -> bool:
    """Whether a URL that the service sent may be handed to a browser unseen."""
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)


def _poll(
    oidc: Oidc,
    registration: Registration,
    authorization: DeviceAuthorization,
    ports: SignInPorts,
    seconds: float,
) -> IssuedToken | Rejection | None:
    """Poll until there is an outcome; `None` when the time is up (4d included)."""
    interval = max(authorization.interval, _SHORTEST_INTERVAL)
    unanswered = 0
    trouble: ServiceError | None = None
    end = ports.clock.monotonic() + seconds
    while (left := end - ports.clock.monotonic()) > 0:
        pause = interval * 2 ** min(unanswered, _MOST_DOUBLINGS)  # 5
        ports.clock.sleep(min(pause, left))  # 3
        try:
            answer = oidc.create_token_with_device_code(
                client_id=registration.client_id,
                client_secret=registration.client_secret,
                device_code=authorization.device_code,
            )
        except (Unreachable, ServiceFailed, Throttled) as error:
            unanswered, trouble = unanswered + 1, error
            ports.progress.trouble(error.what)
            continue
        unanswered, trouble = 0, None
        if isinstance(answer, IssuedToken) or answer.error == INVALID_CLIENT:
            return answer
        if answer.error == EXPIRED_TOKEN:  # 4d
            return None
        if answer.error == SLOW_DOWN:  # 4b
            interval += _SLOWER
        elif answer.error != AUTHORIZATION_PENDING:  # 4c, 4e; 4a goes on
            raise error_of("CreateToken", answer)
    if trouble is not None:
        raise trouble
    return None
