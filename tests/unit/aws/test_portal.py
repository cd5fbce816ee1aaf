"""Calls to the access portal: what is sent is what botocore sends; what comes back is judged."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime

import pytest

from sekisho.aws.endpoint import Endpoint, Service
from sekisho.aws.portal import Account, Portal
from sekisho.errors import PlainHttpRefused, SekishoError, ServiceFailed, Throttled
from sekisho.model import AccountId, Region, Role, RoleCredentials, RoleName
from sekisho.ports import Http
from sekisho.secret import Secret
from sekisho.testing.http import ScriptedHttp, failure, success
from sekisho.wire.http import Headers, Request, Response
from sekisho.wire.rejection import Rejection
from tests.unit.aws.oracle import ENDPOINT, comparable, sent_by_botocore

TOKEN = Secret("not-a-real-token")
ROLE = Role(AccountId("1234567891011"), RoleName("Administrator Access+é~/"))


def portal(http: Http, url: str = ENDPOINT) -> Portal:
    return Portal(http, Endpoint(url, Region("us-east-1"), overridden=True, source="test"))


def fetch(at: Portal) -> object:
    return at.get_role_credentials(TOKEN, ROLE)


def accounts(at: Portal) -> object:
    return at.list_accounts(TOKEN)


def roles(at: Portal) -> object:
    return at.list_account_roles(TOKEN, ROLE.account_id)


def logout(at: Portal) -> object:
    return at.logout(TOKEN)


Call = Callable[[Portal], object]
CALLS: list[Call] = [fetch, accounts, roles, logout]
BEARER = {"accessToken": TOKEN.reveal()}


@pytest.mark.parametrize(
    ("call", "operation", "arguments"),
    [
        (
            fetch,
            "get_role_credentials",
            {"roleName": ROLE.role_name, "accountId": ROLE.account_id} | BEARER,
        ),
        (accounts, "list_accounts", BEARER),
        (roles, "list_account_roles", {"accountId": ROLE.account_id} | BEARER),
        (logout, "logout", BEARER),
    ],
)
@pytest.mark.parametrize("url", [ENDPOINT, f"{ENDPOINT}/prefix"])
def test_each_call_sends_what_botocore_s_client_sends(
    call: Call, operation: str, arguments: Mapping[str, object], url: str
) -> None:
    http = ScriptedHttp(failure(401, "UnauthorizedException"))
    call(portal(http, url))
    theirs = sent_by_botocore(Service.SSO, operation, arguments, endpoint=url)

    assert comparable(http.requests[0]) == comparable(theirs)


@pytest.mark.parametrize(
    ("call", "operation", "arguments", "first"),
    [
        (accounts, "list_accounts", BEARER, {"accountList": []}),
        (
            roles,
            "list_account_roles",
            {"accountId": ROLE.account_id} | BEARER,
            {"roleList": []},
        ),
    ],
)
def test_the_next_page_is_asked_for_as_botocore_s_client_asks(
    call: Call, operation: str, arguments: Mapping[str, object], first: dict[str, object]
) -> None:
    following = "next/page+of=it"
    http = ScriptedHttp(
        success(first | {"nextToken": following}), failure(401, "UnauthorizedException")
    )
    call(portal(http))
    theirs = sent_by_botocore(Service.SSO, operation, {**arguments, "nextToken": following})

    assert comparable(http.requests[1]) == comparable(theirs)


KEYS = {
    "accessKeyId": "ASIAFAKE",
    "secretAccessKey": "not-a-real-secret-key",
    "sessionToken": "not-a-real-session-token",
    "expiration": 1790000000123,
}


def test_role_credentials_are_read_and_say_what_they_are_for() -> None:
    assert fetch(portal(ScriptedHttp(success({"roleCredentials": KEYS})))) == RoleCredentials(
        "ASIAFAKE",
        Secret("not-a-real-secret-key"),
        Secret("not-a-real-session-token"),
        datetime(2026, 9, 21, 14, 13, 20, 123000, tzinfo=UTC),
        ROLE,
    )


def test_all_pages_of_accounts_are_read_in_order() -> None:
    http = ScriptedHttp(
        success(
            {
                "accountList": [
                    {"accountId": "2", "accountName": "b", "emailAddress": "b@example.com"}
                ],
                "nextToken": "n",
            }
        ),
        success({"accountList": [], "nextToken": "m"}),
        success({"accountList": [{"accountId": "1"}], "nextToken": None}),
    )

    assert accounts(portal(http)) == (
        Account(AccountId("2"), "b", "b@example.com"),
        Account(AccountId("1"), None, None),
    )


def test_all_pages_of_roles_are_read_in_order() -> None:
    http = ScriptedHttp(
        success({"roleList": [{"roleName": "b", "accountId": "1"}], "nextToken": "n"}),
        success({"roleList": [{"roleName": "a", "accountId": "1"}], "nextToken": ""}),
    )

    assert roles(portal(http)) == ("b", "a")


def test_a_rejection_of_a_later_page_is_the_rejection_of_the_list() -> None:
    http = ScriptedHttp(
        success({"accountList": [], "nextToken": "n"}), failure(401, "UnauthorizedException")
    )

    assert accounts(portal(http)) == Rejection(401, "UnauthorizedException", "")


@pytest.mark.parametrize("tokens", [["a", "a"], ["a", "b", "a"], ["a", "b", "b"]])
def test_pages_that_go_in_circles_are_the_service_s_failure(tokens: list[str]) -> None:
    pages = [success({"accountList": [], "nextToken": token}) for token in tokens]

    with pytest.raises(ServiceFailed) as failed:
        accounts(portal(ScriptedHttp(*pages)))

    assert "do not end" in str(failed.value)


class EndlessPages:
    """A service that has a new next page each time."""

    def __init__(self) -> None:
        self.count = 0

    def send(self, request: Request) -> Response:
        self.count += 1
        return success({"roleList": [], "nextToken": f"page-{self.count}"})


def test_pages_without_end_are_the_service_s_failure() -> None:
    service = EndlessPages()

    with pytest.raises(ServiceFailed):
        roles(portal(service))

    assert service.count == 10_000


def test_logout_takes_an_empty_answer() -> None:
    assert logout(portal(ScriptedHttp(Response(200)))) is None


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, "InvalidRequestException"),
        (401, "UnauthorizedException"),
        (403, "ForbiddenException"),
        (404, "ResourceNotFoundException"),
    ],
)
def test_a_rejection_is_returned_with_its_name_and_words(
    call: Call, status: int, error: str
) -> None:
    http = ScriptedHttp(failure(status, error, {"message": "No access"}))

    assert call(portal(http)) == Rejection(status, error, "No access")


@pytest.mark.parametrize("call", CALLS)
def test_a_rejection_without_a_name_has_its_status_for_one(call: Call) -> None:
    http = ScriptedHttp(Response(403, Headers(), b"<html>"))

    assert call(portal(http)) == Rejection(403, "403", "")


@pytest.mark.parametrize("call", CALLS)
def test_no_token_goes_over_plain_http_to_another_machine(call: Call) -> None:
    http = ScriptedHttp()

    with pytest.raises(PlainHttpRefused):
        call(portal(http, "http://center.example"))

    assert http.requests == []


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    ("answer", "raised"),
    [
        (Response(301, Headers({"Location": "https://elsewhere.example"})), ServiceFailed),
        (failure(429, "TooManyRequestsException"), Throttled),
        (Response(500), ServiceFailed),
        (failure(503, "ServiceUnavailable"), ServiceFailed),
    ],
)
def test_what_is_no_answer_is_the_service_s_failure(
    call: Call, answer: Response, raised: type[SekishoError]
) -> None:
    with pytest.raises(raised):
        call(portal(ScriptedHttp(answer)))


def wrong_answers() -> Iterator[tuple[Call, dict[str, object], str]]:
    def keys(**changed: object) -> dict[str, object]:
        return {"roleCredentials": {**KEYS, **changed}}

    yield fetch, {}, "roleCredentials"
    yield fetch, {"roleCredentials": []}, "roleCredentials"
    yield fetch, keys(accessKeyId=""), "accessKeyId"
    yield fetch, keys(accessKeyId="ASIA\nFAKE"), "accessKeyId"
    yield fetch, keys(secretAccessKey=None), "secretAccessKey"
    yield fetch, keys(sessionToken="line\r\nfeed: x"), "sessionToken"
    yield fetch, keys(sessionToken=7), "sessionToken"
    yield fetch, keys(expiration=None), "expiration"
    yield fetch, keys(expiration="1790000000123"), "expiration"
    yield fetch, keys(expiration=1790000000), "expiration"  # seconds
    yield fetch, keys(expiration=10**30), "expiration"
    yield fetch, keys(expiration=-1), "expiration"
    yield accounts, {}, "accountList"
    yield accounts, {"accountList": {}}, "accountList"
    yield accounts, {"accountList": ["1"]}, "accountList"
    yield accounts, {"accountList": [{}]}, "accountId"
    yield accounts, {"accountList": [{"accountId": 1234567891011}]}, "accountId"
    yield accounts, {"accountList": [{"accountId": "1", "accountName": "\x1b[2J"}]}, "accountName"
    yield accounts, {"accountList": [{"accountId": "1", "emailAddress": 7}]}, "emailAddress"
    yield accounts, {"accountList": [], "nextToken": 7}, "nextToken"
    yield roles, {"roleList": None}, "roleList"
    yield roles, {"roleList": [{"roleName": None}]}, "roleName"


@pytest.mark.parametrize(("call", "body", "name"), list(wrong_answers()))
def test_a_member_that_is_wrong_is_named_and_not_shown(
    call: Call, body: dict[str, object], name: str
) -> None:
    with pytest.raises(ServiceFailed) as failed:
        call(portal(ScriptedHttp(success(body))))

    assert name in str(failed.value)
    assert "not-a-real" not in str(failed.value)


@pytest.mark.parametrize("call", [fetch, accounts, roles])
@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'"x"', b"\xff\xfe", b"NaN"])
def test_a_success_that_is_no_json_object_is_the_service_s_failure(call: Call, body: bytes) -> None:
    with pytest.raises(ServiceFailed):
        call(portal(ScriptedHttp(Response(200, Headers(), body))))


def test_no_text_of_a_request_or_an_answer_shows_a_secret() -> None:
    http = ScriptedHttp(success({"roleCredentials": KEYS}))
    shown = repr([fetch(portal(http)), http.requests])

    assert "not-a-real" not in shown
