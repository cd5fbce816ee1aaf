"""Who signed a request: SigV4 verified against the keys that were issued here (§3.5).

1. The request says who signed it, once: an Authorization header of SigV4, or a presigned query
   (§3.6), for this service.
2. What has to be signed is signed: the host, and each x-amz header that says something.
3. The key was issued here, together with the session token that came along.
4. The signature fits, in constant time.
5. The signature is fresh, and the credentials have not expired or been revoked.
"""

import contextlib
import hashlib
import hmac
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

from sekisho.center import rolekeys, sessions
from sekisho.center.bounded import keep_bounded
from sekisho.center.center import Center
from sekisho.center.directory import people
from sekisho.center.directory.assignments import is_assigned
from sekisho.center.events import Event
from sekisho.center.protocol.fault import Fault
from sekisho.center.rolekeys import IssuedKey
from sekisho.center.settings import Revocation
from sekisho.center.storage import bearer
from sekisho.secret import Secret
from sekisho.wire import sigv4
from sekisho.wire.http import Headers, Request
from sekisho.wire.sigv4 import SignatureClaim

__all__ = ["holder_of", "signed_region", "signer_of"]

_PAST = timedelta(minutes=15)
_FUTURE = timedelta(minutes=5)
_SIGNED_WHEN_PRESENT = frozenset({"x-amz-date", "x-amz-security-token", "x-amz-target"})
_FORBIDDEN = 403


def signer_of(center: Center, request: Request, *, service: str) -> IssuedKey:
    """Return the key that signed `request` for `service`. Raises `Fault` for every doubt.

    The audit trail keeps doubts about keys that were issued here.
    """
    claim = _claim(request)  # 1
    if claim.scope.service != service:
        raise _mismatch(f"Credential should be scoped to correct service: '{service}'.")
    _check_what_is_signed(request, claim)  # 2
    key = _issued_with(center, claim.access_key_id, claim.session_token)  # 3
    with _keeping_refusals(center, key):
        if not sigv4.is_signed_by(key.secret_access_key, claim, request):  # 4
            raise _mismatch(
                "The request signature we calculated does not match the signature you provided. "
                "Check your AWS Secret Access Key and signing method."
            )
        _check_time(center, claim)  # 5
        _check_life(center, key)
    return key


def signed_region(request: Request) -> str:
    """Return the Region that a request is signed for. Raises `Fault` for one that is not signed."""
    return _claim(request).scope.region


def holder_of(
    center: Center, access_key_id: str, secret_access_key: Secret, session_token: Secret
) -> IssuedKey:
    """Return the key whose three parts somebody shows instead of signing with them (§5.1).

    Raises `Fault` as `signer_of` does.
    """
    key = _issued_with(center, access_key_id, session_token)
    with _keeping_refusals(center, key):
        if key.secret_access_key != secret_access_key:
            raise _mismatch("The secret access key is not that of the access key id.")
        _check_life(center, key)
    return key


@contextlib.contextmanager
def _keeping_refusals(center: Center, key: IssuedKey) -> Iterator[None]:
    """Keep that `key`, which was issued here, was refused, and raise the `Fault` again."""
    try:
        yield
    except Fault as fault:
        keep_bounded(
            center, Event.CREDENTIALS_REFUSED,
            person=key.user, access_key_id=key.access_key_id, reason=fault.name,
        )  # fmt: skip
        raise


def _issued_with(center: Center, access_key_id: str, session_token: Secret | None) -> IssuedKey:
    key = rolekeys.key_of(center, access_key_id)
    if key is None or not _is_the_token(key, session_token):
        raise _forbidden(
            "InvalidClientTokenId", "The security token included in the request is invalid."
        )
    return key


def _check_life(center: Center, key: IssuedKey) -> None:
    if key.expires_at <= center.now():
        raise _forbidden("ExpiredToken", "The security token included in the request is expired")
    if center.settings.revocation is Revocation.STRICT and _is_revoked(center, key):
        raise _forbidden("ExpiredToken", "The security token included in the request was revoked")


def _claim(request: Request) -> SignatureClaim:
    query = Headers(tuple(parse_qsl(urlsplit(request.url).query, keep_blank_values=True)))
    presigned = any(name.startswith("x-amz-") for name in query)
    lines = [name for name, _ in request.headers.pairs if name.lower() == "authorization"]
    if len(lines) + presigned > 1:
        raise Fault("IncompleteSignature", "The request is signed more than once")
    if not (lines or presigned):
        raise _forbidden("MissingAuthenticationToken", "Request is missing Authentication Token")
    try:
        return sigv4.presigned_claim_of(query) if presigned else sigv4.claim_of(request.headers)
    except sigv4.Malformed as error:
        raise Fault("IncompleteSignature", str(error)) from None


def _check_what_is_signed(request: Request, claim: SignatureClaim) -> None:
    present = set(request.headers)
    needed = {"host"} | (_SIGNED_WHEN_PRESENT & present)
    unsigned = needed - set(claim.signed_headers)
    if unsigned:
        raise _mismatch(f"These headers have to be signed: {', '.join(sorted(unsigned))}")
    missing = set(claim.signed_headers) - present
    if missing:
        raise _mismatch(f"These signed headers are not there: {', '.join(sorted(missing))}")
    stated = request.headers.get("X-Amz-Content-SHA256")
    if stated is not None and stated != hashlib.sha256(request.body).hexdigest():
        raise _mismatch("X-Amz-Content-SHA256 is not the hash of the body")


def _is_the_token(key: IssuedKey, token: Secret | None) -> bool:
    given = "" if token is None else bearer.digest(token.reveal())
    return hmac.compare_digest(given, key.token_hash)


def _check_time(center: Center, claim: SignatureClaim) -> None:
    """Refuse what was signed long ago, or will be signed; the message names both times.

    A presigned request has the same quarter of an hour, whatever its X-Amz-Expires says (§3.6).
    """
    if claim.amz_date[:8] != claim.scope.date:
        raise _mismatch(
            f"Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date "
            f"from HTTP: '{claim.scope.date}' != '{claim.amz_date[:8]}', from '{claim.amz_date}'."
        )
    try:
        signed_at = datetime.strptime(claim.amz_date, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise Fault("IncompleteSignature", "X-Amz-Date is no date") from None
    now = center.callers_clock.now()
    at, shown = sigv4.timestamp(now), claim.amz_date
    if signed_at < now - _PAST:
        limit = sigv4.timestamp(now - _PAST)
        raise _mismatch(f"Signature expired: {shown} is now earlier than {limit} ({at} - 15 min.)")
    if signed_at > now + _FUTURE:
        limit = sigv4.timestamp(now + _FUTURE)
        raise _mismatch(
            f"Signature not yet current: {shown} is still later than {limit} ({at} + 5 min.)"
        )


def _is_revoked(center: Center, key: IssuedKey) -> bool:
    return (
        not key.user_enabled
        or not is_assigned(center, key.user.id, key.account_id, key.permission_set)
        or (key.session_id is not None and not sessions.is_open(center, key.session_id))
        or (key.on_behalf_of is not None and people.user_of(center, key.on_behalf_of) is None)
    )


def _mismatch(message: str) -> Fault:
    return _forbidden("SignatureDoesNotMatch", message)


def _forbidden(name: str, message: str) -> Fault:
    return Fault(name, message, status=_FORBIDDEN)
