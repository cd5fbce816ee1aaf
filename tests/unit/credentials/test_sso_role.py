"""GetRoleCredentials, and what each of the portal's answers means (`spec/aws-cli.md` §6.3)."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from sekisho.credentials.interface import Route
from sekisho.credentials.sso_role import SsoRoleSource
from sekisho.errors import (
    ExitStatus,
    RoleNotAssigned,
    ServiceFailed,
    ServiceRejected,
    TokenMissing,
    TokenNotAccepted,
    Unreachable,
)
from sekisho.store.keys import sha256_hex
from sekisho.store.native import NativeStore
from sekisho.testing.clock import FakeClock
from sekisho.testing.http import ScriptedHttp, failure, success
from sekisho.wire.http import Response


def issued(clock: FakeClock, *, minutes: float = 60) -> Response:
    until = clock.now() + timedelta(minutes=minutes)
    return success(
        {
            "roleCredentials": {
                "accessKeyId": "ASIAFAKE1",
                "secretAccessKey": "fakesecret",
                "sessionToken": "FAKESESSION",
                "expiration": int(until.timestamp() * 1000),
            }
        }
    )


def roles(*names: str) -> Response:
    return success({"roleList": [{"roleName": name, "accountId": "1"} for name in names]})


def source(
    route: Route,
    store: NativeStore,
    clock: FakeClock,
    tmp_path: Path,
    *script: Response | Exception,
) -> tuple[SsoRoleSource, ScriptedHttp]:
    http = ScriptedHttp(*script)
    return SsoRoleSource(route, store, http, clock, tmp_path / "locks"), http


@pytest.fixture
def world(route: Route, store: NativeStore, clock: FakeClock, tmp_path: Path) -> dict[str, Any]:
    return {"route": route, "store": store, "clock": clock, "tmp_path": tmp_path}


def test_credentials_are_issued_to_the_cached_token(world: dict[str, Any], sign_in: Any) -> None:
    sign_in("FAKETOKEN")
    dev, http = source(*world.values(), issued(world["clock"]))
    answer = dev.issue()

    assert answer.credentials.access_key_id == "ASIAFAKE1"
    assert answer.credentials.role == world["route"].role
    assert answer.token_sha256 == sha256_hex("FAKETOKEN")
    assert http.requests[0].headers["x-amz-sso_bearer_token"] == "FAKETOKEN"


def test_without_a_token_nothing_is_sent(world: dict[str, Any]) -> None:
    dev, http = source(*world.values())

    with pytest.raises(TokenMissing) as refusal:
        dev.issue()

    assert refusal.value.what == "Error loading SSO Token: Token for hoge-dev does not exist"
    assert refusal.value.do == "sekisho login --profile dev"
    assert http.requests == []


def test_401_is_about_the_token_and_asks_for_a_sign_in(world: dict[str, Any], sign_in: Any) -> None:
    sign_in()
    dev, _ = source(*world.values(), failure(401, "UnauthorizedException"))

    with pytest.raises(TokenNotAccepted) as refusal:
        dev.issue()

    assert refusal.value.exit_status is ExitStatus.SIGN_IN_NEEDED
    assert refusal.value.do == "sekisho login --profile dev"


@pytest.mark.parametrize(
    "status, error", [(403, "ForbiddenException"), (404, "ResourceNotFoundException")]
)
def test_403_and_404_are_about_the_assignment_and_name_it(
    world: dict[str, Any], sign_in: Any, status: int, error: str
) -> None:
    sign_in()
    dev, _ = source(*world.values(), failure(status, error), roles())

    with pytest.raises(RoleNotAssigned) as refusal:
        dev.issue()

    assert refusal.value.exit_status is ExitStatus.REFUSED
    for part in (error, "dev", "1234567891011", "AdministratorAccess"):
        assert part in refusal.value.what


@pytest.mark.parametrize(
    "answer, sentence",
    [
        (roles("ReadOnlyAccess", "Billing"), "the roles there are: ReadOnlyAccess, Billing"),
        (roles(*map(str, range(14))), "10, 11 and 2 more"),
        (roles(), "they have no role in that account"),
        (failure(403, "ForbiddenException"), "they have no role in that account"),
    ],
)
def test_403_says_which_roles_there_are_in_that_account(
    world: dict[str, Any], sign_in: Any, answer: Response, sentence: str
) -> None:
    sign_in()
    dev, http = source(*world.values(), failure(403, "ForbiddenException"), answer)

    with pytest.raises(RoleNotAssigned) as refusal:
        dev.issue()

    assert refusal.value.what.endswith(sentence)
    assert http.requests[1].url.endswith("/assignment/roles?account_id=1234567891011")


@pytest.mark.parametrize(
    "trouble",
    [
        failure(401, "UnauthorizedException"),
        failure(429, "TooManyRequestsException"),
        failure(500, "InternalFailure"),
        Unreachable("https://portal.sso.us-east-1.amazonaws.com", "Connection refused"),
    ],
)
def test_trouble_while_asking_for_the_roles_does_not_hide_the_403(
    world: dict[str, Any], sign_in: Any, trouble: Response | Exception
) -> None:
    sign_in()
    dev, http = source(*world.values(), failure(403, "ForbiddenException"), trouble)

    with pytest.raises(RoleNotAssigned) as refusal:
        dev.issue()

    assert refusal.value.what.endswith("in account 1234567891011")
    assert len(http.requests) == 2


def test_another_refusal_is_quoted(world: dict[str, Any], sign_in: Any) -> None:
    sign_in()
    answer = failure(400, "InvalidRequestException", {"message": "role_name is too long"})
    dev, _ = source(*world.values(), answer)

    with pytest.raises(ServiceRejected, match="InvalidRequestException.*role_name is too long"):
        dev.issue()


def test_credentials_that_are_expired_on_arrival_are_a_fault_of_the_service(
    world: dict[str, Any], sign_in: Any
) -> None:
    sign_in()
    dev, _ = source(*world.values(), issued(world["clock"], minutes=-1))

    with pytest.raises(ServiceFailed, match="the refreshed credentials are still expired"):
        dev.issue()


def test_a_token_of_which_seconds_are_left_is_used(world: dict[str, Any], sign_in: Any) -> None:
    sign_in()
    world["clock"].advance(8 * 3600 - 5)
    dev, _ = source(*world.values(), issued(world["clock"]))

    assert dev.issue().credentials.access_key_id == "ASIAFAKE1"


def test_after_a_401_the_token_is_refreshed_once_and_the_portal_asked_again(
    world: dict[str, Any], sign_in: Any
) -> None:
    sign_in("FAKETOKEN", refresh="FAKEREFRESH")
    dev, http = source(
        *world.values(),
        failure(401, "UnauthorizedException"),
        success({"accessToken": "FAKETOKEN2", "tokenType": "Bearer", "expiresIn": 28800}),
        issued(world["clock"]),
    )
    answer = dev.issue()

    assert answer.token_sha256 == sha256_hex("FAKETOKEN2")
    assert http.requests[2].headers["x-amz-sso_bearer_token"] == "FAKETOKEN2"


def test_a_second_401_asks_for_a_sign_in(world: dict[str, Any], sign_in: Any) -> None:
    sign_in("FAKETOKEN", refresh="FAKEREFRESH")
    dev, http = source(
        *world.values(),
        failure(401, "UnauthorizedException"),
        success({"accessToken": "FAKETOKEN2", "tokenType": "Bearer", "expiresIn": 28800}),
        failure(401, "UnauthorizedException"),
    )

    with pytest.raises(TokenNotAccepted):
        dev.issue()

    assert len(http.requests) == 3
