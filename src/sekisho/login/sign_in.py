"""One sign-in from beginning to end. Nothing is stored before everything is known."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from sekisho.aws.endpoint import refuse_plain_http
from sekisho.aws.oidc import IssuedToken, Oidc
from sekisho.aws.portal import Portal
from sekisho.aws.sts import Sts
from sekisho.login import device_code, pkce
from sekisho.login.choose import Surroundings, choose_flow
from sekisho.login.interface import Flow, SignInOptions, SignInPorts, SignInResult, SignInRoute
from sekisho.login.person import Identified, look_up
from sekisho.login.registration import is_known, is_reusable, register
from sekisho.login.rejected import error_of
from sekisho.model import SignInTarget
from sekisho.store.interface import CachedToken, Registration, Store, TokenRecord
from sekisho.store.keys import issued_digest, sha256_hex
from sekisho.wire.rejection import Rejection

__all__ = ["FLOWS", "FreshSignIn", "keep", "new_sign_in", "sign_in"]

FLOWS: Mapping[
    Flow,
    Callable[
        [SignInTarget, Oidc, Registration, SignInPorts, SignInOptions], IssuedToken | Rejection
    ],
] = {Flow.PKCE: pkce.sign_in, Flow.DEVICE_CODE: device_code.sign_in}
"""The members of this family."""


def sign_in(
    route: SignInRoute,
    options: SignInOptions,
    ports: SignInPorts,
    store: Store,
    surroundings: Surroundings,
) -> SignInResult:
    """Make a new sign-in to `route`, and store it; block until the person is through.

    In this order: choose the flow, take the cached client registration or make one, let the
    person sign in, learn who it was (`person`), and only then store registration, token and
    record, and the role credentials of the route's role. On any failure, Ctrl-C included,
    nothing has been stored. A registration that the service has forgotten is made anew, once.

    Raises `PlainHttpRefused` before anything is sent; what the flows raise (`pkce`,
    `device_code`); what every call raises (`aws.oidc`); and `FileError`.
    """
    fresh = new_sign_in(route, options, ports, store, surroundings)
    return keep(fresh, route, ports, store)


@dataclass(frozen=True, slots=True)
class FreshSignIn:
    """A sign-in that the person has just made, and that is kept nowhere yet."""

    token: CachedToken
    registration: Registration
    """The client that it was made with."""
    flow: Flow


def new_sign_in(
    route: SignInRoute,
    options: SignInOptions,
    ports: SignInPorts,
    store: Store,
    surroundings: Surroundings,
) -> FreshSignIn:
    """Make a new sign-in to `route`, and store nothing; the first half of `sign_in`."""
    for endpoint in (route.oidc, route.portal, route.sts):
        if endpoint is not None:
            refuse_plain_http(endpoint)
    choice = choose_flow(route.target, options, surroundings)
    ports.progress.choose(choice.flow, choice.why)
    issued, registration = _through_flow(choice.flow, route, options, ports, store)
    return FreshSignIn(_token(route, issued, registration, ports), registration, choice.flow)


def keep(fresh: FreshSignIn, route: SignInRoute, ports: SignInPorts, store: Store) -> SignInResult:
    """Learn by `route.role` who signed in, and store `fresh`; the second half of `sign_in`.

    It is stored under the token key of `route`, which may be that of another sso-session than it
    was made for, at the same portal and with the same scopes.
    """
    who = _who(fresh.token, route, ports)
    record = _record(fresh.token, route, who)
    _store(store, route, fresh.token, record, fresh.registration, who)
    return SignInResult(fresh.token, record, who.credentials, fresh.flow, who.note)


def _through_flow(
    flow: Flow, route: SignInRoute, options: SignInOptions, ports: SignInPorts, store: Store
) -> tuple[IssuedToken, Registration]:
    """Go through `flow`, and once more with a new registration if the old one is unknown."""
    oidc = Oidc(ports.http, route.oidc)
    cached = _cached_registration(flow, route, ports, store)
    if cached is not None and (flow is not Flow.PKCE or is_known(oidc, cached)):
        answer = FLOWS[flow](route.at_service, oidc, cached, ports, options)
        if isinstance(answer, IssuedToken):
            return answer, cached
    fresh = register(oidc, route.at_service, flow, ports.clock)
    answer = FLOWS[flow](route.at_service, oidc, fresh, ports, options)
    if isinstance(answer, Rejection):
        raise error_of("CreateToken", answer)
    return answer, fresh


def _cached_registration(
    flow: Flow, route: SignInRoute, ports: SignInPorts, store: Store
) -> Registration | None:
    """Take the cached registration, unless it was, or may have been, made at another endpoint.

    The AWS CLI's cache key leaves the endpoint out; the record of the last sign-in has it.
    Without a record its secret goes to AWS's own endpoint only, as a token would.
    """
    registration = store.registration(route.target)
    if registration is None or not is_reusable(registration, flow, ports.clock.now()):
        return None
    record = store.record(route.target.token_key)
    if record is None:
        return None if route.oidc.overridden else registration
    return registration if record.oidc_endpoint == route.oidc.url else None


def _token(
    route: SignInRoute, issued: IssuedToken, registration: Registration, ports: SignInPorts
) -> CachedToken:
    return CachedToken(
        start_url=route.target.start_url,
        region=route.target.region,
        access_token=issued.access_token,
        expires_at=ports.clock.now() + timedelta(seconds=issued.expires_in),
        client_id=registration.client_id,
        client_secret=registration.client_secret,
        registration_expires_at=registration.expires_at,
        refresh_token=issued.refresh_token,
    )


def _who(token: CachedToken, route: SignInRoute, ports: SignInPorts) -> Identified:
    sts = None if route.sts is None else Sts(ports.http, route.sts, ports.clock)
    return look_up(token.access_token, route.role, Portal(ports.http, route.portal), sts)


def _record(token: CachedToken, route: SignInRoute, who: Identified) -> TokenRecord:
    issued = () if who.credentials is None else (issued_digest(who.credentials),)
    return TokenRecord(
        token_sha256=sha256_hex(token.access_token.reveal()),
        start_url=route.target.start_url,
        region=route.target.region,
        oidc_endpoint=route.oidc.url,
        portal_endpoint=route.portal.url,
        person=who.person,
        issued=issued,
    )


def _store(
    store: Store,
    route: SignInRoute,
    token: CachedToken,
    record: TokenRecord,
    registration: Registration,
    who: Identified,
) -> None:
    key = route.target.token_key
    store.put_registration(route.target, registration)
    store.put_token(key, token, record, outdated=route.outdated)
    if who.credentials is not None:
        store.put_role_credentials(key, who.credentials)
