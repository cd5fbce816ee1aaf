"""The end of one sign-in: at the service where it can be reached, and on this machine always."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sekisho.aws.endpoint import Endpoint
from sekisho.aws.portal import Portal
from sekisho.errors import Refused, ServiceError, SignInNeeded, TokenInvalid
from sekisho.login.rejected import quoted
from sekisho.model import Role, SignInTarget
from sekisho.ports import Clock, Http
from sekisho.store.interface import CachedToken, Store
from sekisho.store.records import check_binding
from sekisho.wire.rejection import Rejection

__all__ = ["AtService", "SignedOut", "sign_out"]


class AtService(StrEnum):
    """What became of the session at the service."""

    ENDED = "ended"
    """The service ended it, perhaps with sibling sign-ins of the same browser session."""
    GONE = "gone"
    """The service no longer knew the token."""
    NOT_ASKED = "not-asked"
    """`--local`, or there was no token."""
    NOT_REACHED = "not-reached"
    """The service failed, or the token may not be sent to it: the session may live on."""


@dataclass(frozen=True, slots=True)
class SignedOut:
    """What a sign-out did."""

    had_token: bool
    """Whether there was a token file for the target, be it torn."""
    service: AtService
    reason: str
    """Why the service was not reached; empty otherwise."""
    credentials_until: datetime | None
    """Until when role credentials that were fetched, and roles that were assumed, live on, whoever
    has copied them; `None` when none that are still good were cached."""
    left_alone: str = ""
    """Which token file is torn and was left where it is, and why; empty otherwise."""


def sign_out(
    target: SignInTarget,
    *,
    roles: tuple[Role, ...],
    oidc: Endpoint,
    portal: Endpoint,
    store: Store,
    http: Http,
    clock: Clock,
    local: bool,
    login: str,
) -> SignedOut:
    """End the sign-in of `target`: tell the portal (unless `local`), then forget it here.

    The token, its record, the cached role credentials of `roles` and all roles that were assumed
    with them are removed whatever the service says: the local files are what is promised. A token
    that was issued for something else than what is configured is removed and not sent; a torn file
    is left alone, since somebody may be writing it. Blocks for one call.

    Raises `FileError` only. Client registrations stay, as with the AWS CLI.
    """
    key = target.token_key
    until = _latest_expiry(target, roles, store, clock.now())
    held = _held(target, store)
    service, reason = AtService.NOT_ASKED, ""
    if held is not None and not local:
        try:
            token = _for_portal(held, target, oidc, portal, store, login)
            service, reason = _outcome(Portal(http, portal).logout(token.access_token))
        except (SignInNeeded, Refused, ServiceError) as error:
            service, reason = AtService.NOT_REACHED, error.what
    torn = held.what if isinstance(held, TokenInvalid) else ""
    store.forget(key, roles, keep_token=bool(torn))
    return SignedOut(held is not None, service, reason, until, left_alone=torn)


def _held(target: SignInTarget, store: Store) -> CachedToken | TokenInvalid | None:
    try:
        return store.token(target.token_key)
    except TokenInvalid as error:
        return error


def _for_portal(
    held: CachedToken | TokenInvalid,
    target: SignInTarget,
    oidc: Endpoint,
    portal: Endpoint,
    store: Store,
    login: str,
) -> CachedToken:
    """Let the token go to the portal, or raise why it may not, or cannot."""
    if isinstance(held, TokenInvalid):
        raise held
    check_binding(
        held,
        store.record(target.token_key),
        target,
        oidc=oidc.url,
        portal=portal.url,
        overridden=oidc.overridden or portal.overridden,
        login=login,
    )
    return held


def _outcome(answer: Rejection | None) -> tuple[AtService, str]:
    if answer is None:
        return AtService.ENDED, ""
    if answer.status == 401:
        return AtService.GONE, ""
    return AtService.NOT_REACHED, quoted(answer.error)


def _latest_expiry(
    target: SignInTarget, roles: tuple[Role, ...], store: Store, now: datetime
) -> datetime | None:
    key = target.token_key
    cached = [store.role_credentials(key, role) for role in roles]
    cached += [each.credentials for each in store.assumed_roles(key)]
    alive = [each.expires_at for each in cached if each is not None and each.expires_at > now]
    return max(alive, default=None)
