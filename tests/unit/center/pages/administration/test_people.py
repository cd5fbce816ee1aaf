import pytest

from sekisho.testing.clock import FakeClock
from sekisho.testing.visitor import Visitor
from tests.unit.center.pages.administration.conftest import HOME, SignedIn
from tests.unit.center.scene import ORIGIN, OTHER, PERSON, World

NEW = "suzu@hoge.com"
CHOSEN = "several words will do"


def add(admin: Visitor, **fields: str) -> None:
    admin.open(f"{HOME}/people/new")
    admin.fill(**fields)
    admin.press("Add a person")


def look_at(admin: Visitor, name: str) -> None:
    admin.open(f"{HOME}/people?q={name}")
    admin.follow(name)


def test_who_is_added_and_invited_chooses_a_password_and_signs_in(
    admin: Visitor, world: World
) -> None:
    add(admin, user_name=NEW, display_name="鈴木 花子", family_name="鈴木", email=NEW)
    added = admin.page.text
    admin.press("Make an invitation link")
    link = next(word for word in admin.page.text.split() if "/invitation?code=" in word)
    invited = Visitor(world.http)
    invited.open(link)
    invited.fill(password=CHOSEN, again=CHOSEN)
    invited.press("Set the password")
    invited.fill(username=NEW, password=CHOSEN)
    invited.press("Sign in")

    assert "鈴木 花子" in added
    assert "no password yet" in added
    assert invited.page.url == f"{ORIGIN}/start"


@pytest.mark.parametrize(
    "fields, says",
    [
        ({"user_name": "花子"}, "2 to 64 of A-Z"),
        ({"user_name": "x" * 129}, "at most 128 characters"),
        ({"user_name": PERSON}, "taken already"),
        ({"user_name": NEW, "display_name": "x" * 257}, "at most 256 characters"),
        ({"user_name": NEW, "email": "a\u0007b"}, "cannot be"),
    ],
)
def test_a_fault_of_the_model_is_shown_at_its_field_with_what_was_typed(
    admin: Visitor, fields: dict[str, str], says: str
) -> None:
    add(admin, **fields)

    assert admin.page.status == 400
    assert says in admin.page.text
    assert admin.page.url == f"{HOME}/people/new"


def test_of_two_administrators_the_second_is_told_that_the_first_was_there(
    admin: Visitor, signed_in: SignedIn
) -> None:
    second = signed_in(PERSON)
    for visitor in (admin, second):
        look_at(visitor, OTHER)
        visitor.follow("Change")
    admin.fill(display_name="First")
    admin.press("Save")
    second.fill(display_name="Second")
    second.press("Save")
    refused = second.page
    look_at(admin, OTHER)

    assert refused.status == 400
    assert "Somebody else has changed it" in refused.text
    assert "First" in admin.page.text


def test_who_is_disabled_is_signed_out_and_let_in_again_when_enabled(
    admin: Visitor, other: Visitor
) -> None:
    look_at(admin, OTHER)
    admin.press("Disable")
    other.open(f"{ORIGIN}/start")
    kept_out = other.page.title
    admin.press("Enable")

    assert kept_out == "Sign in · sekisho"
    assert "Enabled." in admin.page.text


def test_who_is_deleted_is_gone_once_their_name_was_typed(admin: Visitor, other: Visitor) -> None:
    look_at(admin, OTHER)
    admin.follow("Delete")
    admin.fill(typed="somebody-else")
    admin.press("Delete")
    refused = admin.page.text
    admin.fill(typed=OTHER)
    admin.press("Delete")
    other.open(f"{ORIGIN}/start")
    admin.open(f"{HOME}/people?q={OTHER}")

    assert "another name" in refused
    assert "begins with" in admin.page.text
    assert other.page.title == "Sign in · sekisho"


def test_nobody_deletes_or_disables_themselves(admin: Visitor) -> None:
    look_at(admin, PERSON)
    offered = [words for words, _ in admin.page.links]
    admin.open(f"{admin.page.url.partition('?')[0]}/delete")

    assert "Delete" not in offered
    assert admin.page.button("Disable") is None
    assert "cannot delete yourself" in admin.page.text


def test_a_page_of_somebody_who_is_not_there_says_so(admin: Visitor) -> None:
    admin.open(f"{HOME}/people/nobody")

    assert admin.page.status == 404
    assert "not there any more" in admin.page.text


def test_a_change_wants_a_proof_of_recent_date(admin: Visitor, clock: FakeClock) -> None:
    look_at(admin, OTHER)
    there = admin.page.url
    clock.advance(15 * 60 + 1)
    admin.press("Disable")
    asked = admin.page.url
    admin.open(there)

    assert asked.startswith(f"{ORIGIN}/signin/again?next=%2Fadministration%2Fpeople%2F")
    assert "Enabled" in admin.page.text


def test_members_are_found_added_and_removed(admin: Visitor) -> None:
    admin.open(f"{HOME}/groups/new")
    admin.fill(name="設計", description="draw")
    admin.press("Add a group")
    admin.fill(q=OTHER[:4])
    admin.press("Search")
    admin.press(f"Add {OTHER}")
    added = admin.page
    admin.press(f"Remove {OTHER}")

    assert "Added to the group" in added.text
    assert "Nobody is in it" in admin.page.text
