"""SSO-OIDC, by botocore's own client, and its errors against AWS's own service model."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import botocore.session
import pytest
import urllib3
from botocore.exceptions import ClientError

from sekisho.center.grants import authorization_code, device_code
from sekisho.center.limits import DEVICE as DEVICE_BUCKET
from sekisho.center.limits import REGISTER
from sekisho.testing.clock import FakeClock
from tests.contract.conftest import Served, emptied
from tests.unit.center.scene import CALLBACK, DEVICE, START_URL, VERIFIER, challenge_of

MODEL = botocore.session.get_session().get_service_model("sso-oidc")
SCOPES = ["sso:account:access"]
PKCE = {
    "scopes": SCOPES,
    "grantTypes": ["authorization_code", "refresh_token"],
    "redirectUris": ["http://127.0.0.1/oauth/callback"],
    "issuerUrl": START_URL,
}
Case = Callable[[Any, Served], object]


def registered(oidc: Any, **fields: object) -> dict[str, str]:
    answer = oidc.register_client(clientName="a-tool", clientType="public", **fields)
    return {name: answer[name] for name in ("clientId", "clientSecret")}


def started(oidc: Any, client: dict[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = oidc.start_device_authorization(**client, startUrl=START_URL)
    return found


@pytest.fixture
def oidc(served: Served) -> Any:
    return served.client("sso-oidc")


def test_register_client(oidc: Any, served: Served) -> None:
    answer = oidc.register_client(clientName="a-tool", clientType="public", **PKCE)

    assert answer["tokenEndpoint"] == f"{served.url}/token"
    assert answer["clientSecretExpiresAt"] - answer["clientIdIssuedAt"] == 90 * 86400


def test_the_device_flow(oidc: Any, served: Served) -> None:
    client = registered(oidc, scopes=SCOPES)
    device = started(oidc, client)
    device_code.approve(served.center, device["userCode"], served.signed_in())
    token = oidc.create_token(**client, grantType=DEVICE, deviceCode=device["deviceCode"])

    assert token["tokenType"] == "Bearer"
    assert token["expiresIn"] == 3600
    assert token["accessToken"] != token["refreshToken"]


def test_the_code_flow_and_refreshing(oidc: Any, served: Served) -> None:
    client = registered(oidc, **PKCE)
    code = _code(served, client["clientId"])
    token = oidc.create_token(
        **client, grantType="authorization_code", code=code, redirectUri=CALLBACK, codeVerifier=VERIFIER
    )  # fmt: skip
    fresh = oidc.create_token(
        **client, grantType="refresh_token", refreshToken=token["refreshToken"]
    )

    assert fresh["refreshToken"] not in ("", token["refreshToken"])


def test_the_legacy_form(oidc: Any, served: Served) -> None:
    client = registered(oidc)
    device = started(oidc, client)
    device_code.approve(served.center, device["userCode"], served.signed_in())
    token = oidc.create_token(**client, grantType=DEVICE, deviceCode=device["deviceCode"])

    assert token["expiresIn"] == 8 * 3600
    assert "refreshToken" not in token


def _code(served: Served, client_id: str) -> str:
    query = urlencode(
        {"response_type": "code", "client_id": client_id, "redirect_uri": CALLBACK,
         "state": "s", "code_challenge_method": "S256", "scopes": SCOPES[0],
         "code_challenge": challenge_of(VERIFIER)}
    )  # fmt: skip
    answer = urllib3.request("GET", f"{served.url}/authorize?{query}", redirect=False)
    handle = parse_qs(urlsplit(answer.headers["Location"]).query)["handle"][0]
    url = authorization_code.approve(served.center, handle, served.signed_in())
    return parse_qs(urlsplit(url).query)["code"][0]


def _poll(oidc: Any, client: dict[str, str], device: str) -> object:
    return oidc.create_token(**client, grantType=DEVICE, deviceCode=device)


def _poll_three_times(oidc: Any, client: dict[str, str], device: str) -> None:
    for _ in range(2):
        with pytest.raises(ClientError, match="AuthorizationPending"):
            _poll(oidc, client, device)
    _poll(oidc, client, device)


def _poll_denied(oidc: Any, served: Served) -> None:
    client = registered(oidc)
    device = started(oidc, client)
    device_code.deny(served.center, device["userCode"], served.signed_in())
    _poll(oidc, client, device["deviceCode"])


def _with(oidc: Any, use: Callable[[Any, dict[str, str], str], object]) -> None:
    client = registered(oidc, scopes=SCOPES)
    use(oidc, client, started(oidc, client)["deviceCode"])


WRONG = {"clientId": "wrong", "clientSecret": "wrong"}
REFUSALS: dict[tuple[str, str], Case] = {
    ("RegisterClient", "InvalidRequestException"): lambda oidc, _: registered(
        oidc, issuerUrl="https://other.awsapps.com/start"
    ),
    ("RegisterClient", "InvalidScopeException"): lambda oidc, _: registered(oidc, scopes=["x"]),
    ("RegisterClient", "InvalidClientMetadataException"): lambda oidc, _: oidc.register_client(
        clientName="x", clientType="confidential"
    ),
    ("RegisterClient", "InvalidRedirectUriException"): lambda oidc, _: registered(
        oidc, redirectUris=["https://example.com"]
    ),
    ("RegisterClient", "UnsupportedGrantTypeException"): lambda oidc, _: registered(
        oidc, grantTypes=["password"]
    ),
    ("StartDeviceAuthorization", "InvalidRequestException"): lambda oidc, _: (
        oidc.start_device_authorization(**registered(oidc), startUrl="https://x.awsapps.com/start")
    ),
    ("StartDeviceAuthorization", "InvalidClientException"): lambda oidc, _: started(oidc, WRONG),
    ("StartDeviceAuthorization", "UnauthorizedClientException"): lambda oidc, _: started(
        oidc, registered(oidc, **PKCE)
    ),
    ("CreateToken", "InvalidRequestException"): lambda oidc, _: oidc.create_token(
        **registered(oidc), grantType=DEVICE
    ),
    ("CreateToken", "InvalidClientException"): lambda oidc, _: _poll(oidc, WRONG, "x"),
    ("CreateToken", "InvalidGrantException"): lambda oidc, _: _poll(oidc, registered(oidc), "x"),
    ("CreateToken", "UnauthorizedClientException"): lambda oidc, _: oidc.create_token(
        **registered(oidc), grantType="refresh_token", refreshToken="x"
    ),
    ("CreateToken", "UnsupportedGrantTypeException"): lambda oidc, _: oidc.create_token(
        **registered(oidc), grantType="password"
    ),
    ("CreateToken", "AuthorizationPendingException"): lambda oidc, _: _with(oidc, _poll),
    ("CreateToken", "AccessDeniedException"): _poll_denied,
}  # fmt: skip


def _register_in_a_hurry(oidc: Any, served: Served) -> None:
    emptied(served, REGISTER)
    registered(oidc)


def _start_in_a_hurry(oidc: Any, served: Served) -> None:
    emptied(served, DEVICE_BUCKET)
    started(oidc, registered(oidc))


LIMITED: dict[tuple[str, str], Case] = {
    ("RegisterClient", "SlowDownException"): _register_in_a_hurry,
    ("StartDeviceAuthorization", "SlowDownException"): _start_in_a_hurry,
    ("CreateToken", "SlowDownException"): lambda oidc, _: _with(oidc, _poll_three_times),
}
NOT_MET_HERE = {
    ("CreateToken", "ExpiredTokenException"),  # needs ten minutes; see below
    ("CreateToken", "InvalidScopeException"),  # `scope` has no effect, as at AWS
    ("RegisterClient", "InternalServerException"),
    ("StartDeviceAuthorization", "InternalServerException"),
    ("CreateToken", "InternalServerException"),
}
OAUTH = {
    "InvalidRequestException": "invalid_request",
    "InvalidClientException": "invalid_client",
    "InvalidGrantException": "invalid_grant",
    "UnauthorizedClientException": "unauthorized_client",
    "UnsupportedGrantTypeException": "unsupported_grant_type",
    "InvalidScopeException": "invalid_scope",
    "AuthorizationPendingException": "authorization_pending",
    "SlowDownException": "slow_down",
    "AccessDeniedException": "access_denied",
    "ExpiredTokenException": "expired_token",
    "InvalidClientMetadataException": "invalid_client_metadata",
    "InvalidRedirectUriException": "invalid_redirect_uri",
}


@pytest.mark.parametrize("operation, error", REFUSALS)
def test_an_error_has_the_name_status_and_body_of_awss_model(
    oidc: Any, served: Served, operation: str, error: str
) -> None:
    with pytest.raises(getattr(oidc.exceptions, error)) as refused:
        REFUSALS[operation, error](oidc, served)

    check(refused.value, operation, error)


@pytest.mark.parametrize("operation, error", LIMITED)
def test_who_is_in_a_hurry_hears_the_models_error(
    limited: Served, operation: str, error: str
) -> None:
    oidc = limited.client("sso-oidc")
    with pytest.raises(getattr(oidc.exceptions, error)) as refused:
        LIMITED[operation, error](oidc, limited)

    check(refused.value, operation, error)


def test_a_device_code_that_is_too_old_hears_the_models_error(
    limited: Served, clock: FakeClock
) -> None:
    oidc = limited.client("sso-oidc")
    client = registered(oidc)
    device = started(oidc, client)["deviceCode"]
    clock.advance(600)
    with pytest.raises(oidc.exceptions.ExpiredTokenException) as refused:
        _poll(oidc, client, device)

    check(refused.value, "CreateToken", "ExpiredTokenException")


def check(refused: ClientError, operation: str, error: str) -> None:
    answer: Any = refused.response
    shape = MODEL.shape_for(error)
    assert refused.operation_name == operation
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == shape.metadata["error"]["httpStatusCode"]
    assert answer["error"] == OAUTH[error]
    assert answer["error_description"]


def test_every_error_of_the_model_is_met_or_accounted_for() -> None:
    modelled = {
        (operation, error.name)
        for operation in ("RegisterClient", "StartDeviceAuthorization", "CreateToken")
        for error in MODEL.operation_model(operation).error_shapes
    }

    met = REFUSALS.keys() | LIMITED.keys()
    assert met | NOT_MET_HERE == modelled
    assert not met & NOT_MET_HERE
