"""What the sign-in service's rejections mean to the person.

Source: RFC 6749 §5.2, RFC 8628 §3.5; AWS's names for them: `spec/identity-center.md` §1.5.
"""

from sekisho.errors import SekishoError, ServiceRejected, SignInDenied, Throttled
from sekisho.wire.rejection import Rejection

__all__ = [
    "ACCESS_DENIED",
    "AUTHORIZATION_PENDING",
    "EXPIRED_TOKEN",
    "INVALID_CLIENT",
    "INVALID_GRANT",
    "INVALID_SCOPE",
    "SLOW_DOWN",
    "UNAUTHORIZED_CLIENT",
    "error_of",
    "quoted",
]

ACCESS_DENIED = "AccessDeniedException"
AUTHORIZATION_PENDING = "AuthorizationPendingException"
EXPIRED_TOKEN = "ExpiredTokenException"
INVALID_CLIENT = "InvalidClientException"
"""The service does not know the registration (any more)."""
INVALID_GRANT = "InvalidGrantException"
"""The code or the refresh token is spent, revoked, past its time, or another client's."""
INVALID_SCOPE = "InvalidScopeException"
SLOW_DOWN = "SlowDownException"
"""While polling: ask less often. Anywhere else: a throttle (`spec/identity-center.md` §1.5)."""
UNAUTHORIZED_CLIENT = "UnauthorizedClientException"
"""The client may not use this grant."""

_LONGEST_QUOTE = 200


def error_of(operation: str, rejection: Rejection) -> SekishoError:
    """Make the error for a `rejection` that ends the sign-in; `operation` is AWS's name."""
    if rejection.error == ACCESS_DENIED:
        return SignInDenied(quoted(rejection.message) or "access_denied")
    if rejection.error == SLOW_DOWN:
        return Throttled(operation, attempts=1)
    return ServiceRejected(
        operation,
        error=quoted(rejection.error),
        description=quoted(rejection.message),
        do="check sso_registration_scopes" if rejection.error == INVALID_SCOPE else "",
    )


def quoted(text: str) -> str:
    """Cut what somebody else wrote to what a terminal can show: no escapes, no end of line."""
    return "".join(c if c.isprintable() else "?" for c in text[:_LONGEST_QUOTE])
