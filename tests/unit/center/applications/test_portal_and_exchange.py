"""What an application's token opens, and what another application gets for it."""

from typing import Any

import pytest
from sqlalchemy import update

from sekisho.center import own_sessions, sessions
from sekisho.center.storage import tables
from tests.unit.center.applications.conftest import Found
from tests.unit.center.applications.scene import (
    ACCESS_TYPE,
    ACCOUNTS,
    DEFAULTS,
    EXCHANGE,
    REFRESH_TYPE,
    Gatehouse,
    Provider,
)
from tests.unit.center.scene import DEV, PERSON, STG, VIEW, World

GRANT = "InvalidGrantException"


def accounts(world: World, answer: dict[str, Any]) -> int:
    """The status of ListAccounts with the token of an answer."""
    return world.portal("/assignment/accounts", answer["accessToken"]).status


def test_with_the_scope_it_opens_the_persons_accounts_and_roles(
    gatehouse: Gatehouse, provider: Provider, world: World
) -> None:
    gatehouse.scope(ACCOUNTS)
    token = gatehouse.ask(assertion=provider.assertion())["accessToken"]
    listed = world.portal("/assignment/accounts", token).json()["accountList"]
    roles = world.portal(f"/assignment/roles?account_id={DEV}", token).json()["roleList"]
    path = f"/federation/credentials?account_id={DEV}&role_name={VIEW}"
    keys = world.portal(path, token).json()["roleCredentials"]

    assert {each["accountId"] for each in listed} >= {DEV, STG}
    assert VIEW in {each["roleName"] for each in roles}
    assert keys["accessKeyId"].startswith("ASIA")


def test_without_the_scope_it_opens_nothing_of_the_portal(
    gatehouse: Gatehouse, provider: Provider, world: World
) -> None:
    token = gatehouse.ask(assertion=provider.assertion())["accessToken"]
    role = f"/federation/credentials?account_id={DEV}&role_name={VIEW}"
    statuses = [
        world.portal(path, token).status
        for path in ("/assignment/accounts", f"/assignment/roles?account_id={DEV}", role)
    ]

    assert [*statuses, world.portal("/logout", token, "POST").status] == [401] * 4


def test_a_token_for_other_scopes_alone_does_not_either(
    gatehouse: Gatehouse, provider: Provider, world: World
) -> None:
    gatehouse.scope(ACCOUNTS)
    first = gatehouse.ask(assertion=provider.assertion(), scope=["openid"])
    other = gatehouse.ask(assertion=provider.assertion())
    fewer = gatehouse.ask("refresh_token", refreshToken=other["refreshToken"], scope=["aws"])

    assert (accounts(world, first), accounts(world, fewer)) == (401, 401)
    assert accounts(world, other) == 200


def test_what_an_administrator_takes_away_is_gone_at_once(
    gatehouse: Gatehouse, provider: Provider, world: World
) -> None:
    gatehouse.scope(ACCOUNTS)
    answer = gatehouse.ask(assertion=provider.assertion())
    admin, this = gatehouse.admin, gatehouse.this
    seen = [accounts(world, answer)]
    admin.update_application(**this, Status="DISABLED")
    seen.append(accounts(world, answer))
    admin.update_application(**this, Status="ENABLED")
    admin.put_application_assignment_configuration(**this, AssignmentRequired=True)
    seen.append(accounts(world, answer))
    admin.put_application_assignment_configuration(**this, AssignmentRequired=False)
    admin.delete_application_access_scope(**this, Scope=ACCOUNTS)
    seen.append(accounts(world, answer))
    gatehouse.scope(ACCOUNTS)
    seen.append(accounts(world, answer))
    admin.delete_application(**this)
    seen.append(accounts(world, answer))

    assert seen == [200, 401, 401, 401, 200, 401]


def test_it_ends_with_the_person(gatehouse: Gatehouse, provider: Provider, world: World) -> None:
    gatehouse.scope(ACCOUNTS)
    answer = gatehouse.ask(assertion=provider.assertion())
    with world.center.database.writing() as connection:
        connection.execute(
            update(tables.users).where(tables.users.c.name == PERSON).values(enabled=False)
        )

    assert accounts(world, answer) == 401
    assert gatehouse.refusal("refresh_token", refreshToken=answer["refreshToken"]) == GRANT


def test_the_person_sees_it_among_their_sessions_and_ends_it(
    gatehouse: Gatehouse, provider: Provider, world: World
) -> None:
    gatehouse.scope(ACCOUNTS)
    session = world.signed_in()
    answer = gatehouse.ask(assertion=provider.assertion())
    browsers = own_sessions.browser_sessions(world.center, session)
    (seen,) = own_sessions.command_line_sign_ins(world.center, session)
    before = accounts(world, answer)
    own_sessions.end_sign_in(world.center, session, seen.id)

    assert session.id in {each.id for each in browsers}
    assert not {each.user_agent for each in browsers} & {"gatehouse"}
    assert seen.client_name == "gatehouse"
    assert (before, accounts(world, answer)) == (200, 401)


def test_logging_out_ends_the_applications_session_and_no_other(
    gatehouse: Gatehouse, provider: Provider, world: World
) -> None:
    gatehouse.scope(ACCOUNTS)
    session = world.signed_in()
    answers = [gatehouse.ask(assertion=provider.assertion()) for _ in range(2)]
    world.portal("/logout", answers[0]["accessToken"], "POST")

    assert [accounts(world, answer) for answer in answers] == [401, 200]
    assert sessions.is_open(world.center, session.id)


# --- token exchange ---


@pytest.fixture
def tower(found: Found) -> Gatehouse:
    """Another application, which takes the gatehouse's tokens where those name it."""
    tower = found("tower").grant("refresh_token", RefreshToken={})
    return tower.grant(EXCHANGE, TokenExchange={})


def subject(answer: dict[str, Any], **more: str) -> dict[str, str]:
    return {"subjectToken": answer["accessToken"], "subjectTokenType": ACCESS_TYPE, **more}


def test_a_token_that_names_the_application_is_exchanged(
    gatehouse: Gatehouse, tower: Gatehouse, provider: Provider
) -> None:
    gatehouse.scope("watch:road", tower.arn)
    tower.scope("watch:sea")
    answer = tower.ask(EXCHANGE, **subject(gatehouse.ask(assertion=provider.assertion())))

    assert answer["issuedTokenType"] == ACCESS_TYPE
    assert "refreshToken" not in answer
    assert answer["scope"] == [*DEFAULTS, "watch:sea"]
    assert answer["idToken"]


def test_a_refresh_token_is_issued_where_it_is_asked_for(
    gatehouse: Gatehouse, tower: Gatehouse, provider: Provider
) -> None:
    gatehouse.scope("watch:road", tower.arn)
    token = subject(gatehouse.ask(assertion=provider.assertion()), requestedTokenType=REFRESH_TYPE)
    answer = tower.ask(EXCHANGE, **token)
    tower.admin.delete_application_grant(**tower.this, GrantType="refresh_token")

    assert answer["issuedTokenType"] == REFRESH_TYPE
    assert answer["refreshToken"]
    assert tower.refusal(EXCHANGE, **token) == "UnauthorizedClientException"


def test_a_token_that_does_not_name_the_application_is_refused(
    gatehouse: Gatehouse, tower: Gatehouse, provider: Provider, world: World
) -> None:
    tower.scope(ACCOUNTS)
    plain = gatehouse.ask(assertion=provider.assertion())
    gatehouse.scope("watch:road", gatehouse.arn)
    elsewhere = gatehouse.ask(assertion=provider.assertion())
    gatehouse.scope("watch:road", tower.arn)
    without = gatehouse.ask(assertion=provider.assertion(), scope=["openid"])
    of_a_tool = world.token_by_device(world.device_client())
    wrong = [plain, elsewhere, without, of_a_tool, {"accessToken": "sks_at_nothing"}]
    # The scopes of a token count, and where they lead is what is set up now.
    codes = [tower.refusal(EXCHANGE, **subject(each)) for each in wrong if each is not elsewhere]

    assert codes == [GRANT] * 4
    assert tower.ask(EXCHANGE, **subject(elsewhere))["accessToken"]


def test_an_application_does_not_exchange_its_own_tokens(
    gatehouse: Gatehouse, provider: Provider
) -> None:
    gatehouse.grant(EXCHANGE, TokenExchange={}).scope("watch:road", gatehouse.arn)

    assert (
        gatehouse.refusal(EXCHANGE, **subject(gatehouse.ask(assertion=provider.assertion())))
        == GRANT
    )


def test_access_to_accounts_is_not_won_by_an_exchange(
    gatehouse: Gatehouse, tower: Gatehouse, provider: Provider, world: World
) -> None:
    gatehouse.scope("watch:road", tower.arn)
    tower.scope(ACCOUNTS)
    token = subject(gatehouse.ask(assertion=provider.assertion()))
    answer = tower.ask(EXCHANGE, **token)
    asked = tower.refusal(EXCHANGE, **token, scope=[ACCOUNTS])
    gatehouse.scope(ACCOUNTS)
    opened = tower.ask(EXCHANGE, **subject(gatehouse.ask(assertion=provider.assertion())))

    assert accounts(world, answer) == 401
    assert asked == "InvalidScopeException"
    assert accounts(world, opened) == 200


def test_an_exchange_is_for_people_who_may_use_both(
    gatehouse: Gatehouse, tower: Gatehouse, provider: Provider
) -> None:
    gatehouse.scope("watch:road", tower.arn)
    token = subject(gatehouse.ask(assertion=provider.assertion()))
    admin = tower.admin
    admin.put_application_assignment_configuration(**tower.this, AssignmentRequired=True)
    not_here = tower.refusal(EXCHANGE, **token)
    admin.put_application_assignment_configuration(**tower.this, AssignmentRequired=False)
    admin.put_application_assignment_configuration(**gatehouse.this, AssignmentRequired=True)
    not_there = tower.refusal(EXCHANGE, **token)

    assert (not_here, not_there) == ("AccessDeniedException", GRANT)


def test_what_was_exchanged_ends_with_the_session_of_its_subject(
    gatehouse: Gatehouse, tower: Gatehouse, provider: Provider, world: World
) -> None:
    gatehouse.scope(ACCOUNTS, tower.arn)
    tower.scope(ACCOUNTS)
    first = gatehouse.ask(assertion=provider.assertion())
    second = tower.ask(EXCHANGE, **subject(first))
    before = accounts(world, second)
    world.portal("/logout", first["accessToken"], "POST")

    assert (before, accounts(world, second)) == (200, 401)
    assert tower.refusal(EXCHANGE, **subject(first)) == GRANT


@pytest.mark.parametrize(
    "fields",
    [
        {"subjectToken": "x"},
        {"subjectTokenType": ACCESS_TYPE},
        {"subjectToken": "x", "subjectTokenType": REFRESH_TYPE},
        {"subjectToken": "x", "subjectTokenType": ACCESS_TYPE, "requestedTokenType": "x"},
    ],
)
def test_an_exchange_that_is_asked_for_wrongly_is_refused(
    tower: Gatehouse, fields: dict[str, str]
) -> None:
    assert tower.refusal(EXCHANGE, **fields) == "InvalidRequestException"
