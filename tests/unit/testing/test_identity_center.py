"""What the fixtures promise, looked at over the wire."""

import json
import socket
import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

import pytest

from sekisho.adapters.clock import SystemClock
from sekisho.adapters.http import NetworkHttp
from sekisho.aws.endpoint import Endpoint
from sekisho.aws.oidc import DeviceAuthorization, Oidc
from sekisho.model import Region, StartUrl
from sekisho.secret import Secret
from sekisho.testing import (
    AwsHome,
    Faults,
    IdentityCenter,
    NotOnPage,
    Person,
    open_identity_center,
)
from sekisho.testing.robot import main as robot
from sekisho.wire.http import Headers, Request, Response
from sekisho.wire.rejection import rejection_of

ROLE = "/federation/credentials?account_id=111111111111&role_name=ReadOnlyAccess"
HTTP = NetworkHttp({})


def _token(home: AwsHome) -> dict[str, str]:
    tokens = [json.loads(path.read_bytes()) for path in home.token_cache.glob("*.json")]
    found: dict[str, str] = next(token for token in tokens if "accessToken" in token)
    return found


def _credentials(center: IdentityCenter, home: AwsHome) -> Response:
    headers = Headers({"x-amz-sso_bearer_token": _token(home)["accessToken"]})
    return HTTP.send(Request("GET", f"{center.url}{ROLE}", headers))


def _refresh(center: IdentityCenter, token: Mapping[str, str]) -> Response:
    body = {name: token[name] for name in ("clientId", "clientSecret", "refreshToken")}
    data = json.dumps({**body, "grantType": "refresh_token"}).encode()
    headers = Headers({"Content-Type": "application/json"})
    return HTTP.send(Request("POST", f"{center.url}/token", headers, data))


# --- the person ----------------------------------------------------------------------------------


@pytest.mark.parametrize("session", ["test", None])
def test_a_sign_in_leaves_what_the_aws_cli_leaves(
    identity_center: IdentityCenter, aws_home: AwsHome, person: Person, session: str | None
) -> None:
    person.sign_in(aws_home, session=session)
    token = _token(aws_home)

    assert token["startUrl"] == identity_center.start_url
    assert token["region"] == identity_center.region
    assert ("refreshToken" in token) == (session is not None)
    assert _credentials(identity_center, aws_home).status == 200


def test_a_wrong_password_gets_nowhere(identity_center: IdentityCenter, aws_home: AwsHome) -> None:
    with pytest.raises(NotOnPage):
        identity_center.person(password="another one").sign_in(aws_home)

    assert not list(aws_home.token_cache.glob("*.json"))


@pytest.fixture
def device(identity_center: IdentityCenter) -> tuple[DeviceAuthorization, Callable[[], str]]:
    """A device that waits: its codes, and how its next poll ends."""
    endpoint = Endpoint(
        identity_center.url, Region(identity_center.region), overridden=True, source="the test"
    )
    oidc = Oidc(HTTP, endpoint)
    body = json.dumps({"clientName": "a-device", "clientType": "public"}).encode()
    headers = Headers({"Content-Type": "application/json"})
    url = identity_center.url
    client = HTTP.send(Request("POST", f"{url}/client/register", headers, body)).json()
    waiting = oidc.start_device_authorization(
        client_id=client["clientId"],
        client_secret=Secret(client["clientSecret"]),
        start_url=StartUrl(identity_center.start_url),
    )
    assert isinstance(waiting, DeviceAuthorization)

    def poll() -> str:
        fields = {
            "clientId": client["clientId"],
            "clientSecret": client["clientSecret"],
            "grantType": "urn:ietf:params:oauth:grant-type:device_code",
            "deviceCode": waiting.device_code.reveal(),
        }
        answer = HTTP.send(Request("POST", f"{url}/token", headers, json.dumps(fields).encode()))
        return "" if answer.status == 200 else rejection_of(answer).error

    return waiting, poll


def test_a_user_code_can_be_allowed(
    person: Person, device: tuple[DeviceAuthorization, Callable[[], str]]
) -> None:
    waiting, poll = device
    assert poll() == "AuthorizationPendingException"
    person.allow(waiting.user_code)

    assert poll() == ""


def test_a_devices_url_can_be_denied(
    person: Person, device: tuple[DeviceAuthorization, Callable[[], str]]
) -> None:
    waiting, poll = device
    person.deny(waiting.verification_uri_complete)

    assert poll() == "AccessDeniedException"


def test_the_robot_allows_as_who_the_variables_say(
    device: tuple[DeviceAuthorization, Callable[[], str]],
) -> None:
    waiting, poll = device
    environ = {"SEKISHO_TEST_USER": "you@example.com", "SEKISHO_TEST_PASSWORD": "wrong"}
    url = waiting.verification_uri_complete

    assert "SEKISHO_TEST_USER" in (robot([url], {}) or "")
    assert "no way to 'Allow'" in (robot([url], environ) or "")
    assert robot([url], {**environ, "SEKISHO_TEST_PASSWORD": "not a real password"}) is None
    assert poll() == ""


# --- time ----------------------------------------------------------------------------------------


def test_a_person_with_an_authenticator_app_signs_in_again_and_again(
    identity_center: IdentityCenter, aws_home: AwsHome
) -> None:
    identity_center.add_authenticator_app()

    for _ in range(3):  # within one time step
        identity_center.person().sign_in(aws_home)

    assert _credentials(identity_center, aws_home).status == 200


def test_without_the_app_the_second_step_is_the_end(
    identity_center: IdentityCenter, aws_home: AwsHome
) -> None:
    person = identity_center.person()
    identity_center.add_authenticator_app()

    with pytest.raises(NotOnPage, match="Second factor"):
        person.sign_in(aws_home)


def test_the_app_follows_the_centers_clock(
    identity_center: IdentityCenter, aws_home: AwsHome
) -> None:
    identity_center.add_authenticator_app()
    identity_center.clock.advance(3600 * 24 * 7)

    identity_center.person().sign_in(aws_home)

    assert _credentials(identity_center, aws_home).status == 200


def test_the_robot_shows_the_code_of_an_app_whose_secret_it_has(
    identity_center: IdentityCenter, device: tuple[DeviceAuthorization, Callable[[], str]]
) -> None:
    waiting, poll = device
    secret = identity_center.add_authenticator_app().reveal()
    variables = {
        "SEKISHO_TEST_USER": "you@example.com",
        "SEKISHO_TEST_PASSWORD": "not a real password",
    }
    typed = " ".join(secret[at : at + 4].lower() for at in range(0, len(secret), 4))

    url = [waiting.verification_uri_complete]

    assert "Second factor" in (robot(url, variables) or "")
    assert "no secret key" in (robot(url, {**variables, "SEKISHO_TEST_TOTP": "0189!"}) or "")
    assert robot(url, {**variables, "SEKISHO_TEST_TOTP": typed}) is None
    assert poll() == ""


def test_the_cache_of_the_home_ages_with_the_center(
    identity_center: IdentityCenter, aws_home: AwsHome, person: Person
) -> None:
    person.sign_in(aws_home)
    before = datetime.fromisoformat(_token(aws_home)["expiresAt"])
    identity_center.clock.advance(3600)
    after = datetime.fromisoformat(_token(aws_home)["expiresAt"])

    assert (before - after).total_seconds() == 3600
    assert after <= SystemClock().now()
    assert _credentials(identity_center, aws_home).status == 401


@pytest.mark.identity_center(limits=True)
def test_a_lock_out_is_over_when_its_time_has_passed(
    identity_center: IdentityCenter, aws_home: AwsHome
) -> None:
    for _ in range(6):
        with pytest.raises(NotOnPage):
            identity_center.person(password="a guess").sign_in(aws_home)
    with pytest.raises(NotOnPage):
        identity_center.person().sign_in(aws_home)
    identity_center.clock.advance(15 * 60)

    identity_center.person().sign_in(aws_home)


def test_what_is_no_time_does_not_age(aws_home: AwsHome) -> None:
    path = aws_home.token_cache / "other.json"
    path.parent.mkdir(parents=True)
    path.write_text('{"expiresAt": "never", "n": [1], "Credentials": {"Expiration": 7}}')
    before = json.loads(path.read_bytes())
    aws_home.age(60)

    assert json.loads(path.read_bytes()) == before


# --- trouble -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "cause, status, error",
    [
        (lambda faults: faults.throttle("GetRoleCredentials"), 429, "TooManyRequestsException"),
        (lambda faults: faults.break_down("GetRoleCredentials"), 500, "InternalServerException"),
        (
            lambda faults: faults.break_down("GetRoleCredentials", status=503),
            503,
            "ServiceUnavailable",
        ),
        (lambda faults: faults.expire_session(), 401, "UnauthorizedException"),
        (lambda faults: faults.unassign(), 403, "ForbiddenException"),
        (
            lambda faults: faults.error("GetRoleCredentials", "InvalidRequestException"),
            400,
            "InvalidRequestException",
        ),
    ],
)
def test_the_next_call_fails_as_aws_fails_it_and_the_one_after_does_not(
    identity_center: IdentityCenter,
    aws_home: AwsHome,
    person: Person,
    cause: Callable[[Faults], None],
    status: int,
    error: str,
) -> None:
    person.sign_in(aws_home)
    cause(identity_center.faults)
    failed = _credentials(identity_center, aws_home)

    assert (failed.status, rejection_of(failed).error) == (status, error)
    assert _credentials(identity_center, aws_home).status == 200
    last_two = [(call.status, call.error) for call in identity_center.calls[-2:]]
    assert last_two == [(status, error), (200, None)]


@pytest.mark.parametrize(
    "cause, error",
    [
        (lambda faults: faults.expire_session("CreateToken"), "InvalidGrantException"),
        (lambda faults: faults.forget_registration(), "InvalidClientException"),
    ],
)
def test_a_refresh_can_be_refused(
    identity_center: IdentityCenter,
    aws_home: AwsHome,
    person: Person,
    cause: Callable[[Faults], None],
    error: str,
) -> None:
    person.sign_in(aws_home)
    cause(identity_center.faults)

    assert rejection_of(_refresh(identity_center, _token(aws_home))).error == error
    assert _refresh(identity_center, _token(aws_home)).status == 200


def test_a_refresh_token_can_be_good_for_one_use(
    identity_center: IdentityCenter, aws_home: AwsHome, person: Person
) -> None:
    person.sign_in(aws_home)
    identity_center.faults.use_refresh_tokens_once()
    token = _token(aws_home)

    assert [_refresh(identity_center, token).status for _ in range(2)] == [200, 400]


def test_a_slow_answer_is_the_ordinary_one(
    identity_center: IdentityCenter, aws_home: AwsHome, person: Person
) -> None:
    person.sign_in(aws_home)
    identity_center.faults.slow("GetRoleCredentials", seconds=0.001)

    assert identity_center.faults.pending == 1
    assert _credentials(identity_center, aws_home).status == 200
    assert identity_center.faults.pending == 0


def test_an_answer_that_is_held_back_does_not_hold_up_the_end(tmp_path: Path) -> None:
    with open_identity_center(tmp_path) as center:
        center.faults.slow("ListAccounts", seconds=3600)
        address = ("127.0.0.1", int(center.url.rpartition(":")[2]))
        waiting = socket.create_connection(address)
        waiting.sendall(b"GET /assignment/accounts HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        while not center.count("ListAccounts"):  # it has to be there before the end is
            threading.Event().wait(0.01)
    with waiting:
        answer = waiting.recv(64)

    assert answer.startswith(b"HTTP/1.1 401")  # let go at the end, and answered as ever


def test_an_operation_that_there_is_not_is_refused_with_those_there_are(
    identity_center: IdentityCenter,
) -> None:
    with pytest.raises(ValueError, match="no operation 'GetRoleCredential'.*GetRoleCredentials"):
        identity_center.faults.throttle("GetRoleCredential")
    with pytest.raises(ValueError, match="count has to be 1 or more"):
        identity_center.faults.throttle("GetRoleCredentials", count=0)


def test_an_assignment_can_be_removed_once(identity_center: IdentityCenter) -> None:
    role = {"account_id": "222222222222", "permission_set": "ReadOnlyAccess"}
    identity_center.remove_assignment(**role)

    with pytest.raises(LookupError, match="nobody has ReadOnlyAccess in 222222222222"):
        identity_center.remove_assignment(**role)


# --- the other way in ----------------------------------------------------------------------------


def test_the_controls_answer_over_http_too(identity_center: IdentityCenter) -> None:
    bearer = Headers({"Authorization": f"Bearer {identity_center.control_token.reveal()}"})
    url = f"{identity_center.url}/_test/faults"
    fault = json.dumps({"operation": "ListAccounts", "status": 429, "count": 3}).encode()
    answer = HTTP.send(Request("POST", url, bearer, fault))

    assert answer.status == 200
    assert identity_center.faults.pending == 3
    assert HTTP.send(Request("DELETE", url, bearer)).status == 200
    assert identity_center.faults.pending == 0


def test_a_person_whose_password_is_a_hash_has_to_bring_it(tmp_path: Path) -> None:
    user = {"name": "hashed", "password_hash": "$argon2id$v=19$m=8,t=1,p=1$AAAAAAAAAAA$AAAAAAAAAAA"}
    with (
        open_identity_center(tmp_path, directory={"users": [user]}) as center,
        pytest.raises(LookupError, match="no password of hashed"),
    ):
        center.person()
