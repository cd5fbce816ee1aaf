"""Client registrations: made as the AWS CLI makes them, and shared with it through its cache.

Source: `spec/aws-cli.md` §2.4 (reuse) and §3.3 (requests); RFC 7591 is its distant relative.
"""

import secrets
from datetime import datetime, timedelta

from sekisho.aws.oidc import IssuedToken, Oidc, RegisteredClient
from sekisho.login.callback import PATH
from sekisho.login.interface import Flow
from sekisho.login.rejected import INVALID_CLIENT, error_of
from sekisho.model import SignInTarget
from sekisho.ports import Clock
from sekisho.secret import Secret
from sekisho.store.interface import Registration
from sekisho.wire.oidc import AUTHORIZATION_CODE, REFRESH_TOKEN
from sekisho.wire.rejection import Rejection

__all__ = ["DEFAULT_SCOPES", "is_known", "is_reusable", "register"]

DEFAULT_SCOPES = ("sso:account:access",)
"""What PKCE asks for when the session configures no scopes."""

_GRANT_TYPES = (AUTHORIZATION_CODE, REFRESH_TOKEN)
_REDIRECT_URI = f"http://127.0.0.1{PATH}"
"""Registered without a port: any may be used (RFC 8252 §7.3)."""
_LEAST_LEFT = timedelta(minutes=15)


def is_reusable(registration: Registration, flow: Flow, now: datetime) -> bool:
    """Whether a cached `registration` will do: over 15 minutes left, and made for this flow."""
    for_pkce = AUTHORIZATION_CODE in (registration.grant_types or ())
    return registration.expires_at - now > _LEAST_LEFT and for_pkce == (flow is Flow.PKCE)


def register(oidc: Oidc, target: SignInTarget, flow: Flow, clock: Clock) -> Registration:
    """Register a public client for `flow`; blocks for one call. Nothing is stored.

    Raises `ServiceRejected`, `Throttled` and what every call raises (`aws.oidc`).
    """
    name = target.session if target.session is not None else f"{clock.now().timestamp():.0f}"
    pkce = flow is Flow.PKCE
    scopes = (target.scopes or DEFAULT_SCOPES) if pkce else target.scopes
    client = oidc.register_client(
        client_name=f"botocore-client-{name}",
        scopes=scopes,
        grant_types=_GRANT_TYPES if pkce else None,
        redirect_uris=(_REDIRECT_URI,) if pkce else None,
        issuer_url=target.start_url if pkce else None,
    )
    match client:
        case RegisteredClient(client_id, client_secret, expires_at):
            grant_types = _GRANT_TYPES if pkce else None
            return Registration(client_id, client_secret, expires_at, scopes, grant_types)
        case Rejection():
            raise error_of("RegisterClient", client)


def is_known(oidc: Oidc, registration: Registration) -> bool:
    """Ask the service whether it still knows a cached PKCE `registration`; one call.

    The question is an exchange of a code that nobody issued. Without it, a registration that the
    service has forgotten shows itself to nobody but the browser: `/authorize` has no client to
    send the answer to, sekisho waits for the whole deadline, and so it goes at every sign-in
    until the cache file expires (`spec/aws-cli.md` §2.4, §11.6). It also finds out before the
    browser opens that the service is down: raises what every call raises (`aws.oidc`).
    """
    answer = oidc.create_token_with_code(
        client_id=registration.client_id,
        client_secret=registration.client_secret,
        code=Secret(secrets.token_urlsafe()),
        redirect_uri=_REDIRECT_URI,
        code_verifier=Secret(secrets.token_urlsafe(48)),
    )
    return isinstance(answer, IssuedToken) or answer.error != INVALID_CLIENT
