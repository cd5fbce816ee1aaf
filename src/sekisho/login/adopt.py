"""`sekisho login --adopt`: a token that another tool signed in for is taken over, by name.

The AWS CLI's file says neither which endpoint the token came from nor whose it is. Whoever runs
this command says that the endpoints which are configured now are the right ones (design §3,
"Binding"); from then on the record holds them.
"""

from dataclasses import dataclass

from sekisho.aws.endpoint import refuse_plain_http
from sekisho.aws.portal import Portal
from sekisho.aws.sts import Sts
from sekisho.errors import Mismatch, NothingToAdopt
from sekisho.login.interface import SignInRoute
from sekisho.login.person import look_up
from sekisho.ports import Clock, Http
from sekisho.store.interface import CachedToken, Store, TokenRecord
from sekisho.store.keys import sha256_hex
from sekisho.store.records import is_bound

__all__ = ["Adopted", "adopt"]


@dataclass(frozen=True, slots=True)
class Adopted:
    """A token that was taken over."""

    token: CachedToken
    """As it lies in the cache; the file was not touched."""
    record: TokenRecord
    """What was written."""
    note: str
    """Why the person is unknown; empty when they are known."""


def adopt(route: SignInRoute, *, store: Store, http: Http, clock: Clock, login: str) -> Adopted:
    """Take over the cached token of `route`: write its record, and nothing else.

    The token is sent to the portal, to learn who signed in. `login` is the command that makes a
    new sign-in instead, for messages. Blocks for at most two calls. A token that sekisho itself
    wrote is nobody else's to take over: its record says where it may go.

    Raises `NothingToAdopt` for a token that is missing, has expired, names no start URL or
    Region, or is not accepted by the portal; `Mismatch` when it, or its own record, names others
    than the config; `TokenInvalid`, `PlainHttpRefused`, `ServiceError` when the portal gives no
    answer, and `FileError`.
    """
    for endpoint in (route.oidc, route.portal, route.sts):
        if endpoint is not None:
            refuse_plain_http(endpoint)
    key = route.target.token_key
    token = store.token(key)
    if token is None or token.expires_at <= clock.now():
        raise NothingToAdopt(key.value, login=login)
    _check(token, store.record(key), route, login)
    sts = None if route.sts is None else Sts(http, route.sts, clock)
    who = look_up(token.access_token, route.role, Portal(http, route.portal), sts)
    if who.refused is not None and who.refused.status == 401:
        raise NothingToAdopt(key.value, login=login)
    if who.trouble is not None:  # nobody has said yet that the token is this portal's
        raise who.trouble
    record = TokenRecord(
        token_sha256=sha256_hex(token.access_token.reveal()),
        start_url=route.target.start_url,
        region=route.target.region,
        oidc_endpoint=route.oidc.url,
        portal_endpoint=route.portal.url,
        person=who.person,
        issued=(),  # what other tools fetched with it may be somebody else's: fetched anew
    )
    store.put_record(key, record)
    return Adopted(token, record, who.note)


def _check(token: CachedToken, record: TokenRecord | None, route: SignInRoute, login: str) -> None:
    if token.start_url is None or token.region is None:
        raise NothingToAdopt(route.target.token_key.value, login=login)
    claims = [
        ("start URL", token.start_url, route.target.start_url),
        ("Region", token.region, route.target.region),
    ]
    if record is not None and is_bound(token, record):
        claims.append(("OIDC endpoint", record.oidc_endpoint, route.oidc.url))
        claims.append(("portal endpoint", record.portal_endpoint, route.portal.url))
    for what, issued_for, asked_for in claims:
        if issued_for != asked_for:
            raise Mismatch(what=what, issued_for=issued_for, asked_for=asked_for, login=login)
