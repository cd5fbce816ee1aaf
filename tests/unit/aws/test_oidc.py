"""Calls to the sign-in service: what is sent is what botocore sends; what comes back is judged."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlsplit

import pytest

from sekisho.aws.endpoint import Endpoint, Service
from sekisho.aws.oidc import DeviceAuthorization, IssuedToken, Oidc, RegisteredClient
from sekisho.errors import PlainHttpRefused, SekishoError, ServiceFailed, Throttled
from sekisho.model import Region
from sekisho.secret import Secret
from sekisho.testing.http import ScriptedHttp, failure, success
from sekisho.wire.http import Headers, Response
from sekisho.wire.rejection import Rejection
from tests.unit.aws.oracle import ENDPOINT, comparable, sent_by_botocore

SECRET = Secret("not-a-real-client-secret")
CODE, VERIFIER = Secret("not-a-real-code"), Secret("not-a-real-verifier")
DEVICE_CODE, REFRESH_TOKEN = Secret("not-a-real-device-code"), Secret("not-a-real-refresh-token")
REDIRECT = "http://127.0.0.1:41234/oauth/callback"
START_URL = "https://hoge.awsapps.com/start"


def oidc(*script: Response | Exception, url: str = ENDPOINT) -> tuple[Oidc, ScriptedHttp]:
    http = ScriptedHttp(*script)
    return Oidc(http, Endpoint(url, Region("us-east-1"), overridden=True, source="test")), http


def register(at: Oidc) -> RegisteredClient | Rejection:
    return at.register_client(
        client_name="botocore-client-hoge dev",
        scopes=("sso:account:access",),
        grant_types=("authorization_code", "refresh_token"),
        redirect_uris=("http://127.0.0.1/oauth/callback",),
        issuer_url=START_URL,
    )


def register_for_devices(at: Oidc) -> RegisteredClient | Rejection:
    return at.register_client(
        client_name="botocore-client-1700000000",
        scopes=None,
        grant_types=None,
        redirect_uris=None,
        issuer_url=None,
    )


def start(at: Oidc) -> DeviceAuthorization | Rejection:
    return at.start_device_authorization(
        client_id="client", client_secret=SECRET, start_url=START_URL
    )


def poll(at: Oidc) -> IssuedToken | Rejection:
    return at.create_token_with_device_code(
        client_id="client", client_secret=SECRET, device_code=DEVICE_CODE
    )


def exchange(at: Oidc) -> IssuedToken | Rejection:
    return at.create_token_with_code(
        client_id="client",
        client_secret=SECRET,
        code=CODE,
        redirect_uri=REDIRECT,
        code_verifier=VERIFIER,
    )


def refresh(at: Oidc) -> IssuedToken | Rejection:
    return at.create_token_with_refresh_token(
        client_id="client", client_secret=SECRET, refresh_token=REFRESH_TOKEN
    )


Call = Callable[[Oidc], object]
CALLS: list[Call] = [register, start, poll, exchange, refresh]
CLIENT = {"clientId": "client", "clientSecret": SECRET.reveal()}


@pytest.mark.parametrize(
    ("call", "operation", "arguments"),
    [
        (
            register,
            "register_client",
            {
                "clientName": "botocore-client-hoge dev",
                "clientType": "public",
                "grantTypes": ["authorization_code", "refresh_token"],
                "redirectUris": ["http://127.0.0.1/oauth/callback"],
                "issuerUrl": START_URL,
                "scopes": ["sso:account:access"],
            },
        ),
        (
            register_for_devices,
            "register_client",
            {"clientName": "botocore-client-1700000000", "clientType": "public"},
        ),
        (start, "start_device_authorization", CLIENT | {"startUrl": START_URL}),
        (
            poll,
            "create_token",
            CLIENT
            | {
                "grantType": "urn:ietf:params:oauth:grant-type:device_code",
                "deviceCode": DEVICE_CODE.reveal(),
            },
        ),
        (
            exchange,
            "create_token",
            CLIENT
            | {
                "grantType": "authorization_code",
                "redirectUri": REDIRECT,
                "codeVerifier": VERIFIER.reveal(),
                "code": CODE.reveal(),
            },
        ),
        (
            refresh,
            "create_token",
            CLIENT | {"grantType": "refresh_token", "refreshToken": REFRESH_TOKEN.reveal()},
        ),
    ],
)
@pytest.mark.parametrize("url", [ENDPOINT, f"{ENDPOINT}/prefix"])
def test_each_call_sends_what_botocore_s_client_sends(
    call: Call, operation: str, arguments: Mapping[str, object], url: str
) -> None:
    at, http = oidc(failure(400, "InvalidRequestException"), url=url)
    call(at)
    theirs = sent_by_botocore(Service.SSO_OIDC, operation, arguments, endpoint=url)

    assert comparable(http.requests[0]) == comparable(theirs)


REGISTERED = {
    "clientId": "client",
    "clientSecret": "not-a-real-client-secret",
    "clientIdIssuedAt": 1790000000,
    "clientSecretExpiresAt": 1797776000,
}
STARTED = {
    "deviceCode": "not-a-real-device-code",
    "userCode": "BCDF-GHJK",
    "verificationUri": "https://device.sso.us-east-1.amazonaws.com/",
    "verificationUriComplete": "https://device.sso.us-east-1.amazonaws.com/?user_code=BCDF-GHJK",
    "expiresIn": 600,
    "interval": 2,
}
ISSUED = {
    "accessToken": "not-a-real-access-token",
    "tokenType": "Bearer",
    "expiresIn": 3600,
    "refreshToken": "not-a-real-refresh-token",
}


def test_a_registration_is_read() -> None:
    at, _ = oidc(success(REGISTERED))

    assert register(at) == RegisteredClient(
        "client", SECRET, datetime.fromtimestamp(1797776000, UTC)
    )


def test_a_device_authorization_is_read() -> None:
    at, _ = oidc(success(STARTED))

    assert start(at) == DeviceAuthorization(
        device_code=DEVICE_CODE,
        user_code="BCDF-GHJK",
        verification_uri=str(STARTED["verificationUri"]),
        verification_uri_complete=str(STARTED["verificationUriComplete"]),
        expires_in=600,
        interval=2,
    )


@pytest.mark.parametrize(("answered", "read"), [(None, 5), (0, 1), (1, 1), (30, 30)])
def test_the_time_between_polls_is_rfc_8628_s_unless_the_service_says_another(
    answered: int | None, read: int
) -> None:
    at, _ = oidc(success(STARTED | {"interval": answered}))
    started = start(at)

    assert isinstance(started, DeviceAuthorization)
    assert started.interval == read


@pytest.mark.parametrize("call", [poll, exchange, refresh])
def test_a_token_is_read(call: Call) -> None:
    at, _ = oidc(success(ISSUED))

    assert call(at) == IssuedToken(Secret("not-a-real-access-token"), REFRESH_TOKEN, 3600)


@pytest.mark.parametrize("answer", [{"refreshToken": None}, {}])
def test_a_token_without_a_refresh_token_is_read(answer: dict[str, object]) -> None:
    body = {name: value for name, value in ISSUED.items() if name != "refreshToken"}
    at, _ = oidc(success(body | answer))
    issued = poll(at)

    assert isinstance(issued, IssuedToken)
    assert issued.refresh_token is None


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, "AuthorizationPendingException"),
        (400, "SlowDownException"),
        (400, "ExpiredTokenException"),
        (400, "AccessDeniedException"),
        (400, "InvalidGrantException"),
        (401, "InvalidClientException"),
    ],
)
@pytest.mark.parametrize("call", CALLS)
def test_a_rejection_is_returned_with_its_name_and_the_words_for_it(
    call: Call, status: int, error: str
) -> None:
    at, _ = oidc(failure(status, error, {"error": "x", "error_description": "in words"}))

    assert call(at) == Rejection(status, error, "in words")


@pytest.mark.parametrize("call", CALLS)
def test_nothing_is_sent_over_plain_http_to_another_machine(call: Call) -> None:
    at, http = oidc(success(), url="http://center.example")

    with pytest.raises(PlainHttpRefused):
        call(at)

    assert http.requests == []


@pytest.mark.parametrize(
    ("answer", "raised", "words"),
    [
        (Response(200, Headers(), b"<html>not-a-real-secret"), ServiceFailed, "is not JSON"),
        (Response(200, Headers(), b"[" * 100_000), ServiceFailed, "is not JSON"),
        (Response(200, Headers(), b"\xff"), ServiceFailed, "is not JSON"),
        (Response(200, Headers(), b""), ServiceFailed, "is not JSON"),
        (Response(200, Headers(), b"[]"), ServiceFailed, "is not an object"),
        (Response(200, Headers(), b"{}"), ServiceFailed, "is missing or is not"),
        (
            Response(302, Headers({"Location": "/x"})),
            ServiceFailed,
            "(302)",
        ),
        (Response(500), ServiceFailed, "(500)"),
        (failure(500, "InternalServerException"), ServiceFailed, "InternalServerException"),
        (Response(503, Headers(), b"<html>"), ServiceFailed, "no reason given"),
        (Response(429), Throttled, "reached max retries: 2"),
        (failure(429, "TooManyRequestsException"), Throttled, "TooManyRequestsException"),
        (failure(400, "ThrottlingException"), Throttled, "reached max retries: 2"),
    ],
)
@pytest.mark.parametrize("call", CALLS)
def test_what_is_no_answer_is_the_service_s_failure(
    call: Call, answer: Response, raised: type[SekishoError], words: str
) -> None:
    at, _ = oidc(answer)

    with pytest.raises(raised) as failed:
        call(at)

    assert words in str(failed.value)
    assert "not-a-real" not in str(failed.value)


@pytest.mark.parametrize(
    ("call", "good", "name", "value"),
    [
        (register, REGISTERED, "clientId", 7),
        (register, REGISTERED, "clientId", ""),
        (register, REGISTERED, "clientId", "two words"),
        (register, REGISTERED, "clientId", "line\nfeed"),
        (register, REGISTERED, "clientSecret", None),
        (register, REGISTERED, "clientSecret", ["x"]),
        (register, REGISTERED, "clientSecretExpiresAt", "1797776000"),
        (register, REGISTERED, "clientSecretExpiresAt", True),
        (register, REGISTERED, "clientSecretExpiresAt", 1797776000.5),
        (register, REGISTERED, "clientSecretExpiresAt", 1797776000_000),
        (register, REGISTERED, "clientSecretExpiresAt", 0),
        (start, STARTED, "deviceCode", None),
        (start, STARTED, "userCode", "\x1b[31mBCDF"),
        (start, STARTED, "userCode", {}),
        (start, STARTED, "verificationUri", "file:///etc/passwd"),
        (start, STARTED, "verificationUri", "javascript:alert(1)"),
        (start, STARTED, "verificationUri", "https://"),
        (start, STARTED, "verificationUri", "https://["),
        (start, STARTED, "verificationUri", "https://a.example/ -x"),
        (start, STARTED, "verificationUri", "-x"),
        (start, STARTED, "verificationUriComplete", None),
        (start, STARTED, "expiresIn", 0),
        (start, STARTED, "expiresIn", "600"),
        (start, STARTED, "interval", -1),
        (start, STARTED, "interval", 10**9),
        (start, STARTED, "interval", "5"),
        (poll, ISSUED, "accessToken", None),
        (poll, ISSUED, "accessToken", "line\r\nfeed: x"),
        (poll, ISSUED, "accessToken", "tökén"),
        (poll, ISSUED, "refreshToken", 7),
        (poll, ISSUED, "refreshToken", ""),
        (poll, ISSUED, "expiresIn", None),
        (poll, ISSUED, "expiresIn", -1),
        (poll, ISSUED, "expiresIn", 1790000000),
        (poll, ISSUED, "expiresIn", 3600.0),
    ],
)
def test_a_member_that_is_wrong_is_named_and_not_shown(
    call: Call, good: Mapping[str, object], name: str, value: object
) -> None:
    at, _ = oidc(success({**good, name: value}))

    with pytest.raises(ServiceFailed) as failed:
        call(at)

    assert name in str(failed.value)
    assert "not-a-real" not in str(failed.value)


def test_the_authorize_url_has_the_aws_cli_s_parameters_in_its_order() -> None:
    # As recorded of the AWS CLI 2.36.7 (transcript 3-env-vs-profile).
    recorded = (
        "http://127.0.0.1:18765/authorize?response_type=code&client_id=CLIENTID1"
        "&redirect_uri=http%3A%2F%2F127.0.0.1%3A37799%2Foauth%2Fcallback"
        "&state=36454239-7c0b-40e9-b336-8243f234e502&code_challenge_method=S256"
        "&scopes=sso%3Aaccount%3Aaccess"
        "&code_challenge=f7s0Q4UwGNFiHSqkTOSy_1s1Bi-DQcouU4YwmehkaOE"
    )
    at, _ = oidc(url="http://127.0.0.1:18765/prefix")

    assert recorded == at.authorize_url(
        client_id="CLIENTID1",
        redirect_uri="http://127.0.0.1:37799/oauth/callback",
        state="36454239-7c0b-40e9-b336-8243f234e502",
        scopes=("sso:account:access",),
        code_challenge="f7s0Q4UwGNFiHSqkTOSy_1s1Bi-DQcouU4YwmehkaOE",
    )


def test_the_authorize_url_carries_any_text_unharmed() -> None:
    at, _ = oidc()
    url = at.authorize_url(
        client_id="a&b=c",
        redirect_uri=REDIRECT,
        state="~#?",
        scopes=("sso:account:access", "other scope"),
        code_challenge="x+/=",
    )
    query = dict(parse_qsl(urlsplit(url).query))

    assert query["client_id"] == "a&b=c"
    assert query["scopes"] == "sso:account:access other scope"
    assert "+" not in url


def test_no_text_of_a_request_or_an_answer_shows_a_secret() -> None:
    at, http = oidc(success(REGISTERED), success(STARTED), success(ISSUED), success(ISSUED))
    shown = repr([register(at), start(at), exchange(at), refresh(at), http.requests, at])

    assert "not-a-real" not in shown
