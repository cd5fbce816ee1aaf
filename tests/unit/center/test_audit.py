"""What is kept of what happens: once each, with the change itself, and never a secret."""

import ast
import json
import logging
from urllib.parse import quote

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.exc import DBAPIError

from sekisho.center import audit, own_sessions, rolekeys, sessions
from sekisho.center.audit import LOGGER, OPERATOR, Who
from sekisho.center.bounded import keep_bounded, keep_when_undone
from sekisho.center.directory import invitations, people, roster
from sekisho.center.directory.people import User
from sekisho.center.events import KINDS, Event
from sekisho.center.grants import authorization_code, device_code
from sekisho.center.storage import at_rest, sweep
from sekisho.center.storage.tables import audit_events
from sekisho.secret import Secret
from sekisho.testing.visitor import Visitor
from sekisho.wire.http import Headers, Request
from tests.issued import LogLines, leaks
from tests.meta.source import calls, modules
from tests.unit.center.scene import (
    ADMIN,
    DEV,
    NEWCOMER,
    ORIGIN,
    OTHER,
    PASSWORD,
    PERSON,
    Build,
    World,
    query_of,
)
from tests.unit.center.trailing import kept, only

FRESH = Secret("obviously-not-a-real-one-either")
WRONG = Secret("obviously-wrong-indeed")
DAY = 24 * 3600


def lived(world: World) -> None:
    """One of everything that people and their tools do."""
    pkce, session = world.pkce_client(), world.signed_in()
    world.redeem(pkce, world.code_for(pkce, session))
    client = world.device_client()
    token = world.token_by_device(client, session)
    world.refresh(client, token["refreshToken"])
    path = f"/federation/credentials?account_id={DEV}&role_name={ADMIN}"
    assert world.portal(path, token["accessToken"]).status == 200
    people.authenticate(world.center, PERSON, WRONG, address="192.0.2.9")
    code = invitations.invite(world.center.database, NEWCOMER, seconds=DAY, now=world.center.now())
    invitations.take_up(world.center, code, FRESH)
    own_sessions.end_everything_else(world.center, session)
    sessions.end_session(world.center, session)


def test_every_event_has_its_place_among_those_that_are_looked_for() -> None:
    placed = [event for events in KINDS.values() for event in events]

    assert sorted(placed) == sorted(Event)


LOGGED_ALONE = {
    "accounts.listed", "roles.listed", "identity.asked", "context.provided",  # change nothing
    "client.registered",  # is told by whoever allows it
    "limited",  # as often as anybody likes
    "metrics", "proxies", "serving", "token_issuer_keys",  # of the process
}  # fmt: skip


def test_nothing_is_logged_alone_but_what_is_meant_to_be() -> None:
    logged = {
        ast.literal_eval(call.args[0])
        for module in modules("src")
        for call, name in calls(module)
        if name == "audit.record"
    }

    assert logged == LOGGED_ALONE


def test_what_people_and_tools_do_is_kept_once_each_in_its_order(world: World) -> None:
    lived(world)

    assert [row["event"] for row in kept(world)] == [
        "directory.applied",
        "session.started",
        "consent.allowed",
        "token.issued",
        "device.started",
        "device.approved",
        "token.issued",
        "token.refreshed",
        "credentials.issued",
        "sign_in.failed",
        "user.invited",
        "user.invitation_taken",
        "session.others_ended",
        "session.ended",
    ]


def test_a_row_says_who_when_and_from_where(world: World) -> None:
    visitor = Visitor(world.http)
    visitor.open(f"{ORIGIN}/start")
    visitor.fill(username=PERSON, password=PASSWORD.reveal())
    visitor.press("Sign in")

    row = only(world, Event.SIGNED_IN)

    assert (row["person_name"], row["by_name"], row["address"]) == (PERSON, None, "127.0.0.1")
    assert row["person_id"] == world.signed_in().user.id
    assert row["at"] == world.center.now()


def test_a_device_that_was_let_in_has_both_addresses(world: World) -> None:
    client, session = world.device_client(), world.signed_in()
    started = world.start_device(client)
    with audit.called_from("192.0.2.7"):
        device_code.approve(world.center, started["userCode"], session)

    assert only(world, Event.DEVICE_STARTED)["address"] == "127.0.0.1"
    row = only(world, Event.DEVICE_APPROVED)
    assert (row["address"], row["facts"]["asked_from"]) == ("192.0.2.7", "127.0.0.1")
    assert row["facts"]["client"] == "a-tool"


@pytest.mark.parametrize("flow", ["device", "consent"])
def test_a_refused_application_is_kept(world: World, flow: str) -> None:
    session = world.signed_in()
    if flow == "device":
        started = world.start_device(world.device_client())
        device_code.deny(world.center, started["userCode"], session)
    else:
        asked = world.authorize(world.pkce_client()).headers["Location"]
        authorization_code.deny(world.center, query_of(asked)["handle"], session)

    refused = {"device": Event.DEVICE_DENIED, "consent": Event.CONSENT_DENIED}[flow]
    assert only(world, refused)["person_name"] == PERSON


def test_an_answer_that_changes_nothing_leaves_no_row(world: World) -> None:
    session = world.signed_in()
    device_code.approve(world.center, "BCDF-GHJK", session)
    authorization_code.approve(world.center, "no-handle", session)
    own_sessions.end_sign_in(world.center, session, "no-sign-in")
    sessions.end_session(world.center, session)
    sessions.end_session(world.center, session)

    assert [row["event"] for row in kept(world)[1:]] == ["session.started", "session.ended"]


def test_a_stolen_refresh_token_is_kept_with_the_person_it_was_stolen_from(world: World) -> None:
    client = world.device_client()
    token = world.token_by_device(client)
    world.refresh(client, token["refreshToken"])
    world.clock.advance(120)
    world.refresh(client, token["refreshToken"])

    row = only(world, Event.TOKEN_REUSED)
    assert (row["person_name"], row["facts"]["client"]) == (PERSON, "a-tool")


def test_a_refresh_that_is_answered_again_is_kept_once(world: World) -> None:
    client = world.device_client()
    token = world.token_by_device(client)
    for _ in range(3):
        assert world.refresh(client, token["refreshToken"]).status == 200

    assert only(world, Event.TOKEN_REFRESHED)


def test_a_code_that_comes_twice_is_kept_with_the_person(world: World) -> None:
    client = world.pkce_client()
    code = world.code_for(client)
    world.redeem(client, code)
    world.redeem(client, code)

    assert only(world, Event.CODE_REUSED)["person_name"] == PERSON


def test_credentials_are_kept_with_account_role_and_key_id(world: World) -> None:
    issued = rolekeys.issue(world.center, world.signed_in().user, DEV, ADMIN)

    row = only(world, Event.CREDENTIALS_ISSUED)
    assert row["facts"] == {
        "account": DEV,
        "permission_set": ADMIN,
        "access_key_id": issued.access_key_id,
    }


def _keep_and_fail(world: World, user: User) -> None:
    with world.center.database.writing() as connection:
        audit.keep(connection, Event.USER_DISABLED, at=0, person=user)
        raise ZeroDivisionError


def test_a_change_that_is_undone_leaves_neither_row_nor_line(world: World) -> None:
    user, lines = world.signed_in().user, LogLines()
    LOGGER.addHandler(lines)
    LOGGER.setLevel(logging.INFO)
    try:
        with pytest.raises(ZeroDivisionError):
            _keep_and_fail(world, user)
    finally:
        LOGGER.removeHandler(lines)

    assert kept(world, Event.USER_DISABLED) == []
    assert lines.lines == []


def test_no_change_is_without_its_row(world: World) -> None:
    """There is no room for the row, so nobody is disabled and no session is ended."""
    session = world.signed_in(OTHER)
    with world.center.database.writing() as connection:
        audit_events.drop(connection)

    with pytest.raises(DBAPIError):
        roster.disable(world.center.database, OTHER, now=world.center.now())

    assert sessions.is_open(world.center, session.id)
    assert people.user_of(world.center, session.user.id) is not None


def test_who_acts_for_another_is_kept_beside_them(world: World) -> None:
    theirs = Who(world.signed_in(OTHER).user.id, OTHER)
    with audit.acting(world.signed_in().user), world.center.database.writing() as connection:
        audit.keep(connection, Event.USER_ENABLED, at=0, person=theirs)

    row = only(world, Event.USER_ENABLED)
    assert (row["person_name"], row["by_name"]) == (OTHER, PERSON)


def test_what_a_command_of_the_machine_does_is_the_operators(build: Build) -> None:
    world = build(in_memory=False)
    with at_rest.database_at_rest(world.center.settings.database) as database:
        roster.disable(database, OTHER, now=world.center.now())

    row = only(world, Event.USER_DISABLED)
    assert (row["person_name"], row["by_id"], row["address"]) == (OTHER, OPERATOR.id, None)


def test_a_wrong_password_is_kept_with_the_person_and_an_unknown_name_is_not(world: World) -> None:
    people.authenticate(world.center, PERSON, WRONG, address="192.0.2.1")
    people.authenticate(world.center, "my-password-in-the-wrong-field", WRONG, address="192.0.2.1")

    rows = kept(world, Event.SIGN_IN_FAILED)
    assert [row["person_name"] for row in rows] == [PERSON, None]
    assert "wrong-field" not in json.dumps(rows)


def test_a_lock_out_is_kept(world: World) -> None:
    for _ in range(6):
        people.authenticate(world.center, PERSON, WRONG, address="192.0.2.1")

    row = only(world, Event.LOCKED_OUT)
    assert (row["address"], row["facts"]) == ("192.0.2.1", {"seconds": 30})


def test_one_machine_that_guesses_leaves_ten_rows_at_once_and_one_a_minute(world: World) -> None:
    for number in range(25):
        people.authenticate(world.center, f"person-{number}", WRONG, address="192.0.2.1")
    at_once = len(kept(world, Event.SIGN_IN_FAILED))
    world.clock.advance(60)
    for number in range(25):
        people.authenticate(world.center, f"other-{number}", WRONG, address="192.0.2.1")

    assert (at_once, len(kept(world, Event.SIGN_IN_FAILED))) == (10, 11)


def test_many_machines_that_guess_do_not_fill_the_database(build: Build) -> None:
    world = build()
    for number in range(5100):
        keep_bounded(
            world.center, Event.SIGN_IN_FAILED, address=f"10.0.{number // 250}.{number % 250}"
        )
    with world.center.database.reading() as connection:
        counted = connection.execute(select(func.count()).select_from(audit_events)).scalar_one()

    assert counted == 5000 + 1


def test_a_refusal_is_kept_after_its_transaction_was_undone(world: World) -> None:
    user = world.signed_in().user
    with pytest.raises(ZeroDivisionError):
        _refuse_and_fail(world, user)

    assert only(world, Event.APPLICATION_REFUSED)["person_name"] == PERSON
    assert kept(world, Event.USER_DISABLED) == []


def _refuse_and_fail(world: World, user: User) -> None:
    with world.center.database.writing() as connection:
        audit.keep(connection, Event.USER_DISABLED, at=0, person=user)
        keep_when_undone(connection, world.center, Event.APPLICATION_REFUSED, person=user)
        raise ZeroDivisionError


def test_what_there_is_no_room_for_is_logged_all_the_same(world: World) -> None:
    lines = LogLines()
    LOGGER.addHandler(lines)
    LOGGER.setLevel(logging.INFO)
    try:
        for number in range(12):
            people.authenticate(world.center, f"person-{number}", WRONG, address="192.0.2.1")
    finally:
        LOGGER.removeHandler(lines)

    assert sum('"sign_in.failed"' in line for line in lines.lines) == 12


def test_nothing_is_kept_where_nothing_is_to_be_kept(build: Build) -> None:
    world = build(audit_days=0)
    lived(world)

    assert kept(world) == []


def test_what_is_older_than_the_setting_is_removed_in_bites(build: Build) -> None:
    world = build(audit_days=3)
    now = world.center.now()
    with world.center.database.writing() as connection:
        row = {"at": now - 3 * DAY - 1, "event": "old", "facts": {}}
        connection.execute(insert(audit_events), [row] * 10_700)

    left = []
    for _ in range(2):
        sweep.sweep(world.center.database, now, audit_days=3)
        left.append(len(kept(world)))

    assert left == [701, 1]


def test_nothing_that_was_issued_or_typed_is_in_any_row(world: World) -> None:
    lived(world)
    form = f"username={quote(PERSON)}&password={quote(WRONG.reveal())}".encode()
    headers = Headers({"Content-Type": "application/x-www-form-urlencoded"})
    world.http.send(Request("POST", f"{ORIGIN}/signin", headers, form))

    assert leaks(f'"event": {json.dumps(row)}' for row in kept(world)) == []
