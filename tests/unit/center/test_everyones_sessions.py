import pytest

from sekisho.center import audit, everyones_sessions, sessions
from sekisho.center.events import Event
from sekisho.center.sessions import Session
from sekisho.errors import UsageError
from tests.unit.center.scene import NEWCOMER, OTHER, PERSON, World
from tests.unit.center.trailing import kept, only


def signed_in(world: World, name: str = PERSON) -> Session:
    world.clock.advance(1)
    return world.signed_in(name)


def ids(world: World, person: str = "") -> list[str]:
    found = everyones_sessions.live_sessions(world.center, person=person, size=50)
    return [live.browser.id for live in found.sessions]


def test_everybodys_sessions_are_there_the_newest_first(world: World) -> None:
    one, other = signed_in(world), signed_in(world, OTHER)

    (newest, oldest) = everyones_sessions.live_sessions(world.center, size=50).sessions

    assert (newest.browser.id, newest.user.name) == (other.id, OTHER)
    assert (oldest.browser.id, oldest.user.name) == (one.id, PERSON)


def test_tools_stand_beneath_the_session_in_which_they_were_let_in(world: World) -> None:
    one, other = signed_in(world), signed_in(world)
    world.token_by_device(world.device_client(), one)

    found = everyones_sessions.live_sessions(world.center, size=50).sessions

    assert {live.browser.id: len(live.tools) for live in found} == {one.id: 1, other.id: 0}
    (tool,) = found[1].tools
    assert (tool.client_name, tool.asked_from) == ("a-tool", "127.0.0.1")


def test_one_person_is_looked_for_by_name_or_id(world: World) -> None:
    mine, theirs = signed_in(world), signed_in(world, OTHER)

    assert ids(world, OTHER) == ids(world, theirs.user.id) == [theirs.id]
    assert ids(world, PERSON) == [mine.id]
    assert ids(world, "nobody") == []


def test_what_is_over_is_not_there(world: World) -> None:
    ended = signed_in(world)
    sessions.end_session(world.center, ended)
    signed_in(world)
    world.clock.advance(8 * 3600)

    assert ids(world) == []


def test_a_session_that_ran_out_is_there_while_a_token_of_it_lives(world: World) -> None:
    session = signed_in(world)
    world.clock.advance(4 * 3600)
    world.token_by_device(world.legacy_client(), session)
    world.clock.advance(5 * 3600)
    then = ids(world)
    world.clock.advance(3 * 3600)

    assert (then, ids(world)) == ([session.id], [])


def test_pages_put_together_are_the_whole(world: World) -> None:
    expected = [world.signed_in().id for _ in range(7)]
    after, found = None, []
    for _ in range(4):
        page = everyones_sessions.live_sessions(world.center, size=2, after=after)
        found += [live.browser.id for live in page.sessions]
        after = page.further

    assert sorted(found) == sorted(expected)
    assert after is None


def test_ending_one_session_ends_its_tools_and_no_other(world: World) -> None:
    one, other = signed_in(world), signed_in(world)
    first, second = (
        world.token_by_device(world.device_client(), session)["accessToken"]
        for session in (one, other)
    )

    assert everyones_sessions.end_session(world.center, one.id)

    statuses = [world.portal("/assignment/accounts", token).status for token in (first, second)]
    assert statuses == [401, 200]
    assert ids(world) == [other.id]


def test_ending_one_tool_leaves_its_session_alone(world: World) -> None:
    session = signed_in(world)
    token = world.token_by_device(world.device_client(), session)["accessToken"]
    (live,) = everyones_sessions.live_sessions(world.center, size=50).sessions

    assert everyones_sessions.end_tool(world.center, live.tools[0].id)

    assert world.portal("/assignment/accounts", token).status == 401
    assert ids(world) == [session.id]
    assert only(world, Event.SIGN_IN_ENDED)["facts"]["client"] == "a-tool"


def test_ending_is_kept_with_who_did_it_and_only_when_something_ended(world: World) -> None:
    administrator, theirs = signed_in(world).user, signed_in(world, OTHER)
    with audit.acting(administrator):
        for _ in range(2):
            everyones_sessions.end_session(world.center, theirs.id)

    row = only(world, Event.SESSION_ENDED)
    assert (row["person_name"], row["by_name"]) == (OTHER, PERSON)


def test_signing_a_person_out_ends_everything_of_theirs_and_nothing_of_others(
    world: World,
) -> None:
    mine, theirs = signed_in(world), signed_in(world, OTHER)
    token = world.token_by_device(world.device_client(), theirs)["accessToken"]

    ended = everyones_sessions.sign_out(world.center.database, OTHER, now=world.center.now())

    assert (ended.browsers, ended.tools) == (1, 1)
    assert ids(world) == [mine.id]
    assert world.portal("/assignment/accounts", token).status == 401
    assert only(world, Event.ALL_ENDED)["facts"] == {"browsers": 1, "tools": 1}


def test_signing_out_who_is_not_signed_in_is_not_kept(world: World) -> None:
    everyones_sessions.sign_out(world.center.database, NEWCOMER, now=world.center.now())

    assert kept(world, Event.ALL_ENDED) == []


def test_nobody_can_be_signed_out_who_is_not_there(world: World) -> None:
    with pytest.raises(UsageError):
        everyones_sessions.sign_out(world.center.database, "nobody-at-all", now=0)
