import pytest

from sekisho.center.directory import assignments
from sekisho.testing.visitor import Visitor
from tests.unit.center.pages.administration.conftest import HOME, SignedIn, send
from tests.unit.center.scene import (
    ADMIN,
    DEV,
    NEWCOMER,
    PERSON,
    STG,
    UNASSIGNED,
    VIEW,
    World,
    query_of,
)


def add_set(admin: Visitor, **fields: str) -> None:
    admin.open(f"{HOME}/permission-sets/new")
    admin.fill(**fields)
    admin.press("Add a permission set")


def look_at_set(admin: Visitor, name: str) -> None:
    admin.open(f"{HOME}/permission-sets")
    admin.follow(name)


def test_what_a_page_makes_and_assigns_is_what_the_sign_in_gives(
    admin: Visitor, world: World
) -> None:
    add_set(admin, name="Billing", minutes="90")
    set_id = admin.page.url.rpartition("/")[2].partition("?")[0]
    admin.open(f"{HOME}/accounts/{UNASSIGNED}/assign?q={NEWCOMER[:4]}")
    admin.follow(NEWCOMER)
    chosen = query_of(admin.page.url)["principal"]
    sent = send(world, admin, principal=chosen, **{f"set:{set_id}": "on"})
    user = world.signed_in(NEWCOMER).user

    assert assignments.roles_of(world.center, user.id, UNASSIGNED) == ("Billing",)
    assert sent.headers["Location"] == f"/administration/accounts/{UNASSIGNED}?done=assigned"


def test_who_can_get_into_an_account_is_said_with_the_group_it_is_through(admin: Visitor) -> None:
    admin.open(f"{HOME}/accounts/{STG}/people")

    assert f"{PERSON} {ADMIN} through engineers" in admin.page.text
    assert f"{VIEW} directly" in admin.page.text


def test_an_assignment_is_removed_at_once(admin: Visitor, world: World) -> None:
    admin.open(f"{HOME}/accounts/{DEV}")
    admin.press(f"Remove {VIEW} from {PERSON}")
    user = world.signed_in(PERSON).user

    assert assignments.roles_of(world.center, user.id, DEV) == (ADMIN,)


@pytest.mark.parametrize(
    "fields, says",
    [
        ({"name": "has blanks in it"}, "1 to 32 of A-Z"),
        ({"name": "x" * 33}, "at most 32 characters"),
        ({"name": ADMIN}, "taken already"),
        ({"name": "Short", "minutes": "59"}, "From 60 to 720"),
        ({"name": "Odd", "minutes": "many"}, "From 60 to 720"),
        ({"name": "Japanese", "description": "説明"}, "cannot be"),
    ],
)
def test_a_permission_set_that_the_model_refuses_is_refused_at_its_field(
    admin: Visitor, fields: dict[str, str], says: str
) -> None:
    add_set(admin, **fields)

    assert admin.page.status == 400
    assert says in admin.page.text


def test_a_changed_permission_set_is_said_to_be_until_it_is_provisioned(admin: Visitor) -> None:
    look_at_set(admin, ADMIN)
    admin.fill(policy="arn:aws:iam::aws:policy/ReadOnlyAccess")
    admin.press("Add the policy")
    changed = admin.page.text
    admin.press("Provision it to all of them")

    assert "changed since it was brought" in changed
    assert "arn:aws:iam::aws:policy/ReadOnlyAccess" in admin.page.text
    assert "changed since" not in admin.page.text


def test_an_inline_policy_that_is_no_json_is_refused(admin: Visitor, world: World) -> None:
    look_at_set(admin, VIEW)
    refused = send(world, admin, act="inline", inline="{not json")

    assert refused.status == 400
    assert "no policy that can be kept" in refused.body.decode()


def test_a_permission_set_that_is_assigned_is_not_deleted(admin: Visitor) -> None:
    look_at_set(admin, VIEW)
    admin.follow("Delete")
    admin.fill(typed=VIEW)
    admin.press("Delete")

    assert admin.page.status == 400
    assert "is assigned in an account" in admin.page.text
    assert "hoge-stg" in admin.page.text


def test_of_two_who_change_a_permission_set_the_second_is_told(
    admin: Visitor, signed_in: SignedIn
) -> None:
    second = signed_in(PERSON)
    for visitor in (admin, second):
        look_at_set(visitor, VIEW)
        visitor.follow("Change")
    admin.fill(description="First")
    admin.press("Save")
    second.fill(description="Second")
    second.press("Save")

    assert second.page.status == 400
    assert "Somebody else has changed it" in second.page.text
