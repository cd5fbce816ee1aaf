import pytest
from sqlalchemy import delete, func, select

from sekisho.center import tokens
from sekisho.center.storage import tables
from sekisho.secret import Secret
from tests.unit.center.scene import (
    ADMIN,
    DEV,
    NEWCOMER,
    OTHER,
    PLAIN,
    STG,
    UNASSIGNED,
    VIEW,
    World,
    refusal,
)


@pytest.fixture
def token(world: World) -> str:
    found = world.token_by_device(world.device_client())["accessToken"]
    assert isinstance(found, str)
    return found


def test_accounts_are_sorted_by_name_and_each_occurs_once(world: World, token: str) -> None:
    answer = world.portal("/assignment/accounts", token).json()

    assert answer == {
        "accountList": [
            {"accountId": DEV, "accountName": "hoge-dev", "emailAddress": "dev@hoge.com"},
            {"accountId": PLAIN, "accountName": "hoge-plain", "emailAddress": "plain@hoge.com"},
            {"accountId": STG, "accountName": "hoge-stg"},
        ]
    }


def test_a_person_without_assignments_has_no_accounts(world: World) -> None:
    token = world.token_by_device(world.device_client(), world.signed_in(NEWCOMER))
    answer = world.portal("/assignment/accounts", token["accessToken"])

    assert answer.json() == {"accountList": []}


def test_roles_are_the_names_of_permission_sets(world: World, token: str) -> None:
    answer = world.portal(f"/assignment/roles?account_id={DEV}", token).json()

    assert answer == {
        "roleList": [{"roleName": ADMIN, "accountId": DEV}, {"roleName": VIEW, "accountId": DEV}]
    }


@pytest.mark.parametrize("account", [UNASSIGNED, "999999999999", "x", "%00x", "%ff"])
def test_roles_of_an_account_without_any_are_no_access(
    world: World, token: str, account: str
) -> None:
    answer = world.portal(f"/assignment/roles?account_id={account}", token)

    assert answer.status in (400, 403)
    assert refusal(answer).error in ("ForbiddenException", "InvalidRequestException")


def test_pages_cover_the_list_without_a_gap(world: World, token: str) -> None:
    seen, path = [], "/assignment/accounts?max_result=1"
    while path:
        answer = world.portal(path, token).json()
        seen += [account["accountId"] for account in answer["accountList"]]
        following = answer.get("nextToken")
        path = f"/assignment/accounts?max_result=1&next_token={following}" if following else ""

    assert seen == [DEV, PLAIN, STG]


def test_a_full_last_page_has_no_token(world: World, token: str) -> None:
    assert "nextToken" not in world.portal("/assignment/accounts?max_result=3", token).json()


def test_a_page_token_is_good_for_its_own_person_and_list_only(world: World, token: str) -> None:
    ours = world.portal("/assignment/accounts?max_result=1", token).json()["nextToken"]
    client = world.device_client()
    other = world.token_by_device(client, world.signed_in(OTHER))["accessToken"]

    theirs = world.portal(f"/assignment/accounts?next_token={ours}", other)
    roles = world.portal(f"/assignment/roles?account_id={DEV}&next_token={ours}", token)

    assert refusal(theirs).error == "InvalidRequestException"
    assert refusal(roles).error == "InvalidRequestException"


@pytest.mark.parametrize(
    "query",
    ["max_result=0", "max_result=101", "max_result=x", "max_result=%D9%A1", "max_result=",
     "next_token=", "next_token=a.b.c", "next_token=.%00.", "max_result=1&max_result=2"],
)  # fmt: skip
def test_a_wrong_page_is_an_invalid_request(world: World, token: str, query: str) -> None:
    answer = world.portal(f"/assignment/accounts?{query}", token)

    assert (answer.status, refusal(answer).error) == (400, "InvalidRequestException")


def test_credentials_expire_in_milliseconds_after_the_permission_sets_hour(
    world: World, token: str
) -> None:
    path = f"/federation/credentials?account_id={DEV}&role_name="
    now = int(world.clock.now().timestamp())
    admin = world.portal(path + ADMIN, token).json()["roleCredentials"]
    view = world.portal(path + VIEW, token).json()["roleCredentials"]

    assert admin.keys() == {"accessKeyId", "secretAccessKey", "sessionToken", "expiration"}
    assert admin["expiration"] == (now + 3600) * 1000
    assert view["expiration"] == (now + 12 * 3600) * 1000


def test_each_call_issues_new_credentials(world: World, token: str) -> None:
    path = f"/federation/credentials?account_id={DEV}&role_name={ADMIN}"
    one, other = (world.portal(path, token).json()["roleCredentials"] for _ in range(2))

    assert not set(one.values()) & (set(other.values()) - {one["expiration"]})


@pytest.mark.parametrize(
    "account, role",
    [(DEV, "Nothing"), (UNASSIGNED, ADMIN), ("999999999999", ADMIN), (PLAIN, ADMIN)],
)
def test_no_access_is_403_and_does_not_tell_what_exists(
    world: World, token: str, account: str, role: str
) -> None:
    answer = world.portal(f"/federation/credentials?account_id={account}&role_name={role}", token)

    assert (answer.status, refusal(answer).error) == (403, "ForbiddenException")
    assert answer.json() == {"message": "No access", "__type": "ForbiddenException"}


def test_an_assignment_that_was_removed_counts_at_the_next_call(world: World, token: str) -> None:
    with world.center.database.writing() as connection:
        connection.execute(delete(tables.assignments))
    path = f"/federation/credentials?account_id={DEV}&role_name={ADMIN}"

    assert world.portal(path, token).status == 403
    assert world.portal("/assignment/accounts", token).json() == {"accountList": []}


@pytest.mark.parametrize("token", ["", "aoaAAAA", "sks_at_never-issued", "sks_rt_x", "é"])
def test_an_unknown_token_is_401_and_leaves_no_trace(world: World, token: str) -> None:
    answer = world.portal("/assignment/accounts", token)
    with world.center.database.reading() as connection:
        kept = connection.execute(select(func.count()).select_from(tables.access_tokens)).scalar()

    assert (answer.status, refusal(answer).error) == (401, "UnauthorizedException")
    assert refusal(answer).message == "Session token not found or invalid"
    assert kept == 0


def test_a_call_without_a_token_is_401(world: World) -> None:
    assert world.send("GET", "/assignment/accounts").status == 401


def test_an_access_token_ends_with_its_hour(world: World, token: str) -> None:
    world.clock.advance(3599)
    before = world.portal("/assignment/accounts", token).status
    world.clock.advance(1)

    assert (before, world.portal("/assignment/accounts", token).status) == (200, 401)


def test_a_token_in_the_legacy_form_opens_the_portal_for_eight_hours(world: World) -> None:
    token = world.token_by_device(world.legacy_client())["accessToken"]
    world.clock.advance(8 * 3600 - 1)
    before = world.portal("/assignment/accounts", token).status
    world.clock.advance(1)

    assert (before, world.portal("/assignment/accounts", token).status) == (200, 401)


def test_logout_ends_the_session_and_the_sign_ins_beside_it(world: World) -> None:
    client, session = world.device_client(), world.signed_in()
    one = world.token_by_device(client, session)
    sibling = world.token_by_device(client, session)
    answer = world.portal("/logout", one["accessToken"], "POST")

    assert (answer.status, answer.body) == (200, b"")
    assert world.portal("/assignment/accounts", sibling["accessToken"]).status == 401
    assert refusal(world.refresh(client, sibling["refreshToken"])).error == "InvalidGrantException"


def test_logout_leaves_the_persons_other_sessions_alone(world: World) -> None:
    client = world.device_client()
    one, elsewhere = (world.token_by_device(client)["accessToken"] for _ in range(2))
    world.portal("/logout", one, "POST")

    assert world.portal("/assignment/accounts", elsewhere).status == 200


def test_logging_out_twice_is_401(world: World, token: str) -> None:
    first = world.portal("/logout", token, "POST").status

    assert (first, world.portal("/logout", token, "POST").status) == (200, 401)


def test_two_spellings_of_the_token_header_must_agree(world: World, token: str) -> None:
    both = world.send(
        "GET", "/assignment/accounts",
        b"",
        **{"x-amz-sso_bearer_token": token, "x-amz-sso-bearer-token": "another"},
    )  # fmt: skip

    assert (both.status, refusal(both).error) == (400, "InvalidRequestException")


def test_the_dashed_spelling_alone_is_no_token(world: World, token: str) -> None:
    answer = world.send("GET", "/assignment/accounts", b"", **{"x-amz-sso-bearer-token": token})

    assert answer.status == 401


def test_no_other_origin_may_read_the_answers(world: World, token: str) -> None:
    answer = world.portal("/assignment/accounts", token)

    assert not [name for name in answer.headers if name.startswith("access-control-allow")]


def test_tokens_are_stored_as_hashes_only(world: World, token: str) -> None:
    holder = tokens.holder_of(world.center, Secret(token))
    with world.center.database.reading() as connection:
        rows = [
            str(value)
            for table in tables.METADATA.sorted_tables
            for row in connection.execute(select(table))
            for value in row
        ]

    assert holder is not None
    assert not [value for value in rows if "sks_" in value or token in value]
