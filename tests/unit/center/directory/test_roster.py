"""The people of a center, kept from its own machine, also while it serves."""

import pytest

from sekisho.center import sessions
from sekisho.center.directory import people, roster
from sekisho.center.directory.people import User
from sekisho.errors import UsageError
from sekisho.secret import Secret
from tests.unit.center.scene import NEWCOMER, OTHER, PASSWORD, PERSON, World

FRESH = Secret("another-obviously-fake-one")


def _add(world: World, name: str = "nene", *groups: str, password: Secret = FRESH) -> None:
    center = world.center
    roster.add(
        center.database,
        name,
        password,
        display_name=None,
        groups=groups,
        hasher=center.hasher,
        now=center.now(),
    )


def _set_password(world: World, name: str, *, keep_sessions: bool = False) -> int:
    center = world.center
    return roster.set_password(
        center.database,
        name,
        FRESH,
        keep_sessions=keep_sessions,
        hasher=center.hasher,
        now=center.now(),
    )


def _named(world: World, name: str) -> roster.Person:
    found = roster.people_in(world.center.database, now=world.center.now())
    return next(person for person in found if person.name == name)


def test_who_was_added_signs_in_and_has_what_their_group_has(world: World) -> None:
    _add(world, "nene", "engineers")

    assert isinstance(people.authenticate(world.center, "nene", FRESH), User)
    assert _named(world, "nene").groups == ("engineers",)


@pytest.mark.parametrize("name", ["n", "a b", "ネネ", "a/b", "", "x" * 65, "a\n"])
def test_a_name_that_is_no_role_session_name_is_refused(world: World, name: str) -> None:
    with pytest.raises(UsageError, match="role session name"):
        _add(world, name)


def test_a_name_that_would_do_is_offered(world: World) -> None:
    with pytest.raises(UsageError, match=r"nene\.suzuki would be one"):
        _add(world, "nene suzuki")


def test_nobody_is_added_twice(world: World) -> None:
    with pytest.raises(UsageError, match="already") as refused:
        _add(world, PERSON)

    assert refused.value.do == f"sekisho center user passwd {PERSON}"
    assert isinstance(people.authenticate(world.center, PERSON, PASSWORD), User)


def test_an_unknown_group_is_refused_and_nobody_is_added(world: World) -> None:
    with pytest.raises(UsageError, match='did you mean "engineers"'):
        _add(world, "nene", "engineer")

    assert people.authenticate(world.center, "nene", FRESH) is None


@pytest.mark.parametrize("text", ["", "eleven-char", "x" * 1025, "long enough\tbut tabbed"])
def test_a_password_that_nobody_should_have_is_refused_unseen(world: World, text: str) -> None:
    with pytest.raises(UsageError) as refused:
        _add(world, password=Secret(text))

    assert not text or text not in str(refused.value)


def test_a_new_password_is_the_only_one_and_ends_the_sessions(world: World) -> None:
    session = world.signed_in()
    token = world.token_by_device(world.device_client(), session)["accessToken"]

    assert _set_password(world, PERSON) == 1
    assert people.authenticate(world.center, PERSON, PASSWORD) is None
    assert isinstance(people.authenticate(world.center, PERSON, FRESH), User)
    assert world.portal("/assignment/accounts", token).status == 401


def test_sessions_are_kept_where_that_is_asked_for_and_others_always(world: World) -> None:
    world.signed_in()
    world.signed_in(OTHER)

    assert _set_password(world, PERSON, keep_sessions=True) == 0
    assert _set_password(world, NEWCOMER) == 0
    assert (_named(world, PERSON).open_sessions, _named(world, OTHER).open_sessions) == (1, 1)


def test_who_is_disabled_is_out_at_once_and_back_by_the_old_password(world: World) -> None:
    cookie = sessions.start_session(world.center, world.signed_in().user)

    assert roster.disable(world.center.database, PERSON, now=world.center.now()) == 2
    assert people.authenticate(world.center, PERSON, PASSWORD) is None
    assert not _named(world, PERSON).enabled

    roster.enable(world.center.database, PERSON, now=world.center.now())

    assert isinstance(people.authenticate(world.center, PERSON, PASSWORD), User)
    assert sessions.session_of(world.center, cookie) is None


def test_who_is_not_there_is_named_with_the_nearest(world: World) -> None:
    with pytest.raises(UsageError, match=f'did you mean "{PERSON}"'):
        _set_password(world, "hoge@hoge.co")


def test_an_old_session_does_not_count_as_open(world: World) -> None:
    world.signed_in()
    world.clock.advance(9 * 3600)

    assert _named(world, PERSON).open_sessions == 0
