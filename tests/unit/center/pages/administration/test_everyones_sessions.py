import pytest

from sekisho.center.events import Event
from sekisho.center.everyones_sessions import live_sessions
from sekisho.center.settings import Revocation
from sekisho.testing.visitor import Visitor
from tests.unit.center.pages.administration.conftest import HOME, SignedIn
from tests.unit.center.scene import OTHER, PERSON, Build, World
from tests.unit.center.trailing import only

SESSIONS = f"{HOME}/sessions"


def test_everybody_who_is_signed_in_is_there_with_their_tools(
    world: World, admin: Visitor, other: Visitor
) -> None:
    world.token_by_device(world.device_client(), world.signed_in(OTHER))
    admin.open(SESSIONS)

    assert PERSON in admin.page.text
    assert OTHER in admin.page.text
    assert "a-tool" in admin.page.text


def test_one_person_is_looked_for_by_how_their_name_begins(
    admin: Visitor, signed_in: SignedIn
) -> None:
    signed_in(OTHER)
    admin.open(f"{SESSIONS}?q=FUGA")

    assert [words for words, _ in admin.page.links if "hoge.com" in words] == [OTHER]


def test_ending_a_session_ends_it_at_once(world: World, admin: Visitor, other: Visitor) -> None:
    admin.open(f"{SESSIONS}?q=fuga")
    admin.press(button(admin, "End this session"))

    assert "It was ended." in admin.page.text
    other.open(f"{HOME.removesuffix('/administration')}/start")
    assert other.page.asks_for("password")
    row = only(world, Event.SESSION_ENDED)
    assert (row["person_name"], row["by_name"]) == (OTHER, PERSON)


def test_everything_of_a_person_is_ended(world: World, admin: Visitor, other: Visitor) -> None:
    session = world.signed_in(OTHER)
    token = world.token_by_device(world.device_client(), session)["accessToken"]
    admin.open(f"{SESSIONS}?q=fuga")
    admin.press(button(admin, "Sign out everywhere"))

    assert "signed out everywhere" in admin.page.text
    assert world.portal("/assignment/accounts", token).status == 401
    found = live_sessions(world.center, size=9).sessions
    assert {live.user.name for live in found} == {PERSON}


def test_a_tool_is_ended_and_its_session_goes_on(
    world: World, admin: Visitor, other: Visitor
) -> None:
    session = world.signed_in(OTHER)
    token = world.token_by_device(world.device_client(), session)["accessToken"]
    admin.open(f"{SESSIONS}?q=fuga")
    admin.press(button(admin, "the sign-in of a-tool"))

    assert world.portal("/assignment/accounts", token).status == 401
    assert len(live_sessions(world.center, person=OTHER, size=9).sessions) == 2


def test_what_has_ended_already_is_said(world: World, admin: Visitor, other: Visitor) -> None:
    admin.open(f"{SESSIONS}?q=fuga")
    other.press("Sign out")
    admin.press(button(admin, "End this session"))

    assert "had ended already" in admin.page.text


def button(visitor: Visitor, words: str) -> str:
    """The whole of what the button says that has these words."""
    names = {each.text for form in visitor.page.forms for each in form.buttons}
    (found,) = {name for name in names if words in name}
    return found


def test_an_administrator_who_signed_in_long_ago_confirms_first(
    world: World, admin: Visitor, other: Visitor
) -> None:
    world.clock.advance(3600)
    admin.open(f"{SESSIONS}?q=fuga")
    admin.press(button(admin, "End this session"))

    assert admin.page.asks_for("password")
    assert len(live_sessions(world.center, person=OTHER, size=9).sessions) == 1


@pytest.mark.parametrize("revocation", Revocation)
def test_the_page_says_what_lives_on(build: Build, revocation: Revocation) -> None:
    world = build(revocation=revocation)
    visitor = Visitor(world.http)
    visitor.open(SESSIONS)
    visitor.fill(username=PERSON, password="obviously-not-a-real-one")
    visitor.press("Sign in")

    lives_on = "work until they expire" in visitor.page.text
    assert lives_on is (revocation is Revocation.AWS)
