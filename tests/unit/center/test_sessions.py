from sqlalchemy import select, update

from sekisho.center import sessions
from sekisho.center.storage import tables
from tests.unit.center.scene import PERSON, World


def test_a_cookie_is_its_session_until_the_session_ends(world: World) -> None:
    user = world.signed_in().user
    cookie = sessions.start_session(world.center, user)
    found = sessions.session_of(world.center, cookie)
    assert found is not None
    sessions.end_session(world.center, found)

    assert found.user.name == PERSON
    assert sessions.session_of(world.center, cookie) is None


def test_a_session_lasts_as_long_as_the_instance_says_used_or_not(world: World) -> None:
    cookie = sessions.start_session(world.center, world.signed_in().user)
    world.clock.advance(8 * 3600 - 1)
    before = sessions.session_of(world.center, cookie)
    world.clock.advance(1)

    assert before is not None
    assert (before.expires_at - before.started_at).total_seconds() == 8 * 3600
    assert sessions.session_of(world.center, cookie) is None


def test_no_cookie_and_a_wrong_one_are_nobodys(world: World) -> None:
    assert sessions.session_of(world.center, None) is None
    assert sessions.session_of(world.center, "") is None
    assert sessions.session_of(world.center, "never-issued") is None


def test_each_sign_in_has_a_cookie_of_its_own(world: World) -> None:
    user = world.signed_in().user

    assert sessions.start_session(world.center, user) != sessions.start_session(world.center, user)


def test_a_cookie_is_stored_as_a_hash_only(world: World) -> None:
    cookie = sessions.start_session(world.center, world.signed_in().user)

    with world.center.database.reading() as connection:
        rows = connection.execute(select(tables.sessions)).all()
    assert cookie not in repr(rows)


def test_a_disabled_users_session_is_nobodys(world: World) -> None:
    cookie = sessions.start_session(world.center, world.signed_in().user)
    with world.center.database.writing() as connection:
        connection.execute(update(tables.users).values(enabled=False))

    assert sessions.session_of(world.center, cookie) is None


def test_ending_a_session_takes_its_tokens_along(world: World) -> None:
    session = world.signed_in()
    token = world.token_by_device(world.device_client(), session)["accessToken"]
    sessions.end_session(world.center, session)

    assert world.portal("/assignment/accounts", token).status == 401
