from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from sekisho.aws.endpoint import Endpoint
from sekisho.errors import (
    PlainHttpRefused,
    SekishoError,
    ServiceFailed,
    ServiceRejected,
    SignInDenied,
    SignInTimedOut,
    Throttled,
    Unreachable,
)
from sekisho.login.interface import Flow, SignInOptions, SignInResult, SignInRoute
from sekisho.login.sign_in import sign_in
from sekisho.model import AccountId, Role, RoleName, StartUrl
from sekisho.store.keys import issued_digest, sha256_hex
from sekisho.store.memory import MemoryStore
from sekisho.testing.clock import START
from sekisho.testing.http import failure
from sekisho.testing.loopback import Deliver, visit
from sekisho.wire.http import Response
from tests.unit.login.scene import (
    DESKTOP,
    DEVICE,
    DEVICE_CLIENT,
    ELSEWHERE,
    ISSUED,
    ISSUED_WITHOUT_REFRESH,
    LEGACY,
    LOGIN,
    OIDC,
    PKCE_CLIENT,
    PORTAL,
    REGISTERED,
    ROLE,
    ROLE_CREDENTIALS,
    ROUTE,
    SESSION,
    US_EAST_1,
    World,
    cached,
    identity,
    recorded,
    said,
    scripted,
    sent,
)

BY_CODE = SignInOptions(use_device_code=True, login=LOGIN)
FORGOTTEN = said("InvalidClientException", 401)
KEY = SESSION.token_key


def _sign_in(
    world: World,
    store: MemoryStore,
    *,
    route: SignInRoute = ROUTE,
    options: SignInOptions = BY_CODE,
) -> SignInResult:
    return sign_in(route, options, world.ports, store, DESKTOP)


def _comes_back(world: World) -> Callable[[Deliver], object]:
    def happening(deliver: Deliver) -> object:
        query = parse_qs(urlsplit(world.progress.urls[-1]).query)
        state = query["state"][0]
        return deliver(visit(f"{query['redirect_uri'][0]}?code=abc&state={state}"))

    return happening


def _operations(world: World) -> list[str]:
    requests = world.http.requests  # type: ignore[attr-defined]
    return [urlsplit(request.url).path for request in requests]


def test_a_device_sign_in_stores_everything_that_belongs_to_it() -> None:
    world = scripted(REGISTERED, DEVICE, ISSUED, ROLE_CREDENTIALS, identity())
    store = MemoryStore()
    result = _sign_in(world, store)

    assert store.tokens == {KEY: result.token}
    assert store.records == {KEY: result.record}
    assert store.registrations[SESSION].client_id == "client-two"
    assert store.credentials == {(KEY, ROLE): result.credentials}
    assert result.flow is Flow.DEVICE_CODE
    assert result.note == ""


COMPANYS = StartUrl("https://login.hoge.example/start")
PORTAL_URL = StartUrl("https://ssoins-7223.portal.us-east-1.app.aws")


@pytest.mark.parametrize("options", [BY_CODE, SignInOptions(login=LOGIN)])
def test_the_service_is_told_where_a_companys_start_url_leads_and_the_caches_keep_its_own(
    options: SignInOptions,
) -> None:
    target = replace(SESSION, start_url=COMPANYS)
    route = replace(ROUTE, target=target, leads_to=PORTAL_URL)
    answers = [ISSUED, failure(403, "ForbiddenException")]
    world = scripted(REGISTERED, *([DEVICE] if options is BY_CODE else []), *answers)
    world.happenings = (_comes_back(world),)
    store = MemoryStore()

    result = _sign_in(world, store, route=route, options=options)

    told = [body for body in sent(world) if isinstance(body, dict)]
    urls = [body[name] for body in told for name in ("startUrl", "issuerUrl") if name in body]
    assert urls == [PORTAL_URL]
    assert result.token.start_url == result.record.start_url == COMPANYS
    assert list(store.registrations) == [target]


def test_a_new_sign_in_leaves_no_role_credentials_of_an_earlier_one() -> None:
    stg = Role(AccountId("1234567891012"), RoleName("AdministratorAccess"))
    store = MemoryStore()
    earlier = _sign_in(
        scripted(REGISTERED, DEVICE, ISSUED, ROLE_CREDENTIALS, identity(session="first@hoge.com")),
        store,
    )
    assert earlier.credentials is not None
    store.credentials[KEY, stg] = replace(earlier.credentials, role=stg)
    world = scripted(DEVICE, ISSUED, said("InternalServerException", 500))

    _sign_in(world, store, route=replace(ROUTE, outdated=(ROLE, stg)))

    assert store.credentials == {}


def test_the_token_is_the_aws_clis_with_its_times_from_the_clock() -> None:
    world = scripted(REGISTERED, DEVICE, ISSUED, ROLE_CREDENTIALS, identity())
    token = _sign_in(world, MemoryStore()).token

    assert (token.start_url, token.region) == (SESSION.start_url, SESSION.region)
    assert token.expires_at == START + timedelta(seconds=5 + 3600)
    assert token.client_id == "client-two"
    assert token.registration_expires_at == START + timedelta(days=90)
    assert token.refresh_token is not None


def test_the_record_binds_the_token_to_endpoints_person_and_credentials() -> None:
    world = scripted(REGISTERED, DEVICE, ISSUED, ROLE_CREDENTIALS, identity())
    result = _sign_in(world, MemoryStore())
    record = result.record

    assert result.credentials is not None
    assert record.token_sha256 == sha256_hex("not-a-real-access-token")
    assert (record.oidc_endpoint, record.portal_endpoint) == (OIDC.url, PORTAL.url)
    assert record.person == "hoge@hoge.com"
    assert record.issued == (issued_digest(result.credentials),)


def test_pkce_is_the_flow_of_a_desktop_and_is_told_before_it_begins() -> None:
    world = scripted(REGISTERED, ISSUED, ROLE_CREDENTIALS, identity())
    world.happenings = (_comes_back(world),)
    result = _sign_in(world, MemoryStore(), options=SignInOptions())

    assert result.flow is Flow.PKCE
    assert [flow for flow, _ in world.progress.chosen] == [Flow.PKCE]


def test_the_legacy_form_signs_in_by_code_and_has_no_refresh_token() -> None:
    route = replace(ROUTE, target=LEGACY)
    world = scripted(REGISTERED, DEVICE, ISSUED_WITHOUT_REFRESH, ROLE_CREDENTIALS, identity())
    store = MemoryStore()
    result = _sign_in(world, store, route=route, options=SignInOptions())

    assert result.flow is Flow.DEVICE_CODE
    assert store.tokens[LEGACY.token_key].refresh_token is None


def test_a_role_that_is_not_assigned_does_not_stop_the_sign_in() -> None:
    world = scripted(REGISTERED, DEVICE, ISSUED, failure(403, "ForbiddenException"))
    store = MemoryStore()
    result = _sign_in(world, store)

    assert store.tokens == {KEY: result.token}
    assert (result.record.person, result.record.issued) == (None, ())
    assert "not assigned" in result.note


@pytest.mark.parametrize(
    "answer",
    [
        failure(401, "UnauthorizedException"),
        failure(429, "TooManyRequestsException"),
        failure(500, "InternalServerException"),
        Unreachable("https://portal", "refused"),
    ],
)
def test_a_portal_in_trouble_does_not_stop_the_sign_in(answer: Response | Exception) -> None:
    store = MemoryStore()
    result = _sign_in(scripted(REGISTERED, DEVICE, ISSUED, answer), store)

    assert store.tokens == {KEY: result.token}
    assert result.note


def test_credentials_whose_person_stayed_unknown_are_still_this_tokens() -> None:
    answers = (REGISTERED, DEVICE, ISSUED, ROLE_CREDENTIALS, failure(500, "InternalFailure"))
    store = MemoryStore()
    result = _sign_in(scripted(*answers), store)

    assert result.credentials is not None
    assert result.record.person is None
    assert result.record.issued == (issued_digest(result.credentials),)
    assert store.credentials == {(KEY, ROLE): result.credentials}


def test_a_cached_registration_is_used_again() -> None:
    world, store = scripted(DEVICE, ISSUED, ROLE_CREDENTIALS, identity()), MemoryStore()
    store.put_registration(SESSION, DEVICE_CLIENT)
    token = _sign_in(world, store).token

    assert token.client_id == "client-one"
    assert "/client/register" not in _operations(world)


@pytest.mark.parametrize(
    "registration", [PKCE_CLIENT, replace(DEVICE_CLIENT, expires_at=START + timedelta(minutes=15))]
)
def test_one_of_the_other_flow_or_near_its_end_is_not(registration: object) -> None:
    world = scripted(REGISTERED, DEVICE, ISSUED, ROLE_CREDENTIALS, identity())
    store = MemoryStore()
    store.registrations[SESSION] = registration  # type: ignore[assignment]

    assert _sign_in(world, store).token.client_id == "client-two"


def test_one_that_was_made_at_another_endpoint_is_not() -> None:
    world = scripted(REGISTERED, DEVICE, ISSUED, ROLE_CREDENTIALS, identity())
    store = MemoryStore()
    token = cached(left=timedelta(hours=1))
    store.put_token(KEY, token, recorded(token, oidc=ELSEWHERE))
    store.put_registration(SESSION, DEVICE_CLIENT)

    assert _sign_in(world, store).token.client_id == "client-two"


def test_one_that_another_tool_may_have_made_elsewhere_is_not() -> None:
    world = scripted(REGISTERED, DEVICE, ISSUED, ROLE_CREDENTIALS, identity())
    store = MemoryStore()
    store.put_registration(SESSION, DEVICE_CLIENT)
    overridden = replace(ROUTE, oidc=ELSEWHERE)

    assert _sign_in(world, store, route=overridden).token.client_id == "client-two"


@pytest.mark.parametrize("beginning", [(FORGOTTEN,), (DEVICE, FORGOTTEN)])
def test_a_registration_that_the_service_forgot_is_made_anew(
    beginning: tuple[Response, ...],
) -> None:
    world = scripted(*beginning, REGISTERED, DEVICE, ISSUED, ROLE_CREDENTIALS, identity())
    store = MemoryStore()
    store.put_registration(SESSION, DEVICE_CLIENT)
    result = _sign_in(world, store)

    assert result.token.client_id == "client-two"
    assert store.registrations[SESSION].client_id == "client-two"


def test_a_forgotten_one_is_found_out_before_the_browser_opens() -> None:
    world = scripted(FORGOTTEN, REGISTERED, ISSUED, ROLE_CREDENTIALS, identity())
    world.happenings = (_comes_back(world),)
    store = MemoryStore()
    store.put_registration(SESSION, PKCE_CLIENT)
    result = _sign_in(world, store, options=SignInOptions())

    assert result.token.client_id == "client-two"
    assert len(world.browser.opened) == 1
    assert "client_id=client-two" in world.browser.opened[0]


def test_a_service_that_is_down_is_found_out_before_the_browser_opens() -> None:
    world, store = scripted(Unreachable("https://oidc", "refused")), MemoryStore()
    store.put_registration(SESSION, PKCE_CLIENT)

    with pytest.raises(Unreachable):
        _sign_in(world, store, options=SignInOptions())
    assert world.browser.opened == []


def test_a_new_registration_that_is_unknown_too_ends_it() -> None:
    world, store = scripted(REGISTERED, FORGOTTEN), MemoryStore()

    with pytest.raises(ServiceRejected, match="InvalidClientException"):
        _sign_in(world, store)
    assert store.is_empty


@pytest.mark.parametrize(
    ("script", "error"),
    [
        ((said("AccessDeniedException"),), SignInDenied),
        ((said("InvalidRequestException", 400),), ServiceRejected),
        ((failure(401, "UnauthorizedException"),), ServiceRejected),
        ((failure(403, "ForbiddenException"),), ServiceRejected),
        ((failure(429, "TooManyRequestsException"),), Throttled),
        ((failure(500, "InternalServerException"),), ServiceFailed),
        ((REGISTERED, failure(503, "503")), ServiceFailed),
        ((REGISTERED, DEVICE, said("AccessDeniedException")), SignInDenied),
        ((REGISTERED, DEVICE, said("ExpiredTokenException")), SignInTimedOut),
        ((REGISTERED, DEVICE, said("InvalidGrantException")), ServiceRejected),
    ],
)
def test_a_failure_anywhere_stores_nothing(
    script: tuple[Response, ...], error: type[SekishoError]
) -> None:
    store = MemoryStore()

    with pytest.raises(error):
        _sign_in(scripted(*script), store)
    assert store.is_empty


def test_a_failure_leaves_what_was_stored_before() -> None:
    store = MemoryStore()
    token = cached(left=timedelta(hours=1))
    store.put_token(KEY, token, recorded(token))

    with pytest.raises(SignInDenied):
        _sign_in(scripted(REGISTERED, DEVICE, said("AccessDeniedException")), store)
    assert store.tokens == {KEY: token}


def test_ctrl_c_while_waiting_stores_nothing() -> None:
    def interrupt(_deliver: Deliver) -> None:
        raise KeyboardInterrupt

    world, store = scripted(REGISTERED), MemoryStore()
    world.happenings = (interrupt,)

    with pytest.raises(KeyboardInterrupt):
        _sign_in(world, store, options=SignInOptions())
    assert store.is_empty


def test_ctrl_c_while_polling_stores_nothing() -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    world, store = scripted(REGISTERED, DEVICE), MemoryStore()
    world.clock.at(3, interrupt)

    with pytest.raises(KeyboardInterrupt):
        _sign_in(world, store)
    assert store.is_empty


PLAIN = Endpoint("http://sso.example.com", US_EAST_1, overridden=True, source="a variable")


@pytest.mark.parametrize(
    "route", [replace(ROUTE, oidc=PLAIN), replace(ROUTE, portal=PLAIN), replace(ROUTE, sts=PLAIN)]
)
def test_plain_http_to_another_machine_is_refused_before_anything_is_sent(
    route: SignInRoute,
) -> None:
    world = scripted()

    with pytest.raises(PlainHttpRefused):
        _sign_in(world, MemoryStore(), route=route)
    assert sent(world) == []
    assert world.progress.chosen == []
